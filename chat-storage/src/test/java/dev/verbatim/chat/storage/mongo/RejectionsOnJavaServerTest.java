package dev.verbatim.chat.storage.mongo;

class RejectionsOnJavaServerTest extends RejectionsContract {
  RejectionsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
