package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class StoreCheckOnFerretDbTest extends StoreCheckContract {
  StoreCheckOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
