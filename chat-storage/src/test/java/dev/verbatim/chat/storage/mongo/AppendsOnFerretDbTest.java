package dev.verbatim.chat.storage.mongo;

class AppendsOnFerretDbTest extends AppendsContract {
  AppendsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
