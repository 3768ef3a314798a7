package dev.verbatim.chat.storage.mongo;

class NumberingOnNamedServerTest extends NumberingContract {
  NumberingOnNamedServerTest() {
    super(MongoUnderTest.NAMED, 20_000);
  }
}
