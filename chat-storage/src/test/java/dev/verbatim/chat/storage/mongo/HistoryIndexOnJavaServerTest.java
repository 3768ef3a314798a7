package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class HistoryIndexOnJavaServerTest extends HistoryIndexContract {
  HistoryIndexOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
