package dev.verbatim.chat.storage.mongo;

class HistoryIndexOnNamedServerTest extends HistoryIndexContract {
  HistoryIndexOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
