package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class CopiesOnFerretDbTest extends CopiesContract {
  CopiesOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
