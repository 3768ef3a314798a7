package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class OpeningOnFerretDbTest extends OpeningContract {
  OpeningOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
