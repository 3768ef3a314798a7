package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class SharingOnFerretDbTest extends SharingContract {
  SharingOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
