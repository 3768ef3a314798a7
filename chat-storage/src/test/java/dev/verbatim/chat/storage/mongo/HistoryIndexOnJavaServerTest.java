package dev.verbatim.chat.storage.mongo;

class HistoryIndexOnJavaServerTest extends HistoryIndexContract {
  HistoryIndexOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
