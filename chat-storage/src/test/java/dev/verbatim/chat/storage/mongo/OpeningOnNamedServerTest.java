package dev.verbatim.chat.storage.mongo;

class OpeningOnNamedServerTest extends OpeningContract {
  OpeningOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
