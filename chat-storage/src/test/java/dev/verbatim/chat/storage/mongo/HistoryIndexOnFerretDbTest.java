package dev.verbatim.chat.storage.mongo;

class HistoryIndexOnFerretDbTest extends HistoryIndexContract {
  HistoryIndexOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
