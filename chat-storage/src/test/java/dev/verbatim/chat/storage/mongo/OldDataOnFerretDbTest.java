package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class OldDataOnFerretDbTest extends OldDataContract {
  OldDataOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
