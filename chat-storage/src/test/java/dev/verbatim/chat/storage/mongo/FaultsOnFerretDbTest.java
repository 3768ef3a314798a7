package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class FaultsOnFerretDbTest extends FaultsContract {
  FaultsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
