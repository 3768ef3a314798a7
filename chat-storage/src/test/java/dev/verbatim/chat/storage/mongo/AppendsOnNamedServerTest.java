package dev.verbatim.chat.storage.mongo;

class AppendsOnNamedServerTest extends AppendsContract {
  AppendsOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
