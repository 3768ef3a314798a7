package dev.verbatim.chat.storage.mongo;

class OpeningOnFerretDbTest extends OpeningContract {
  OpeningOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
