package dev.verbatim.chat.storage.mongo;

class CopiesOnFerretDbTest extends CopiesContract {
  CopiesOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
