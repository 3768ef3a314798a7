package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class AppendsOnFerretDbTest extends AppendsContract {
  AppendsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
