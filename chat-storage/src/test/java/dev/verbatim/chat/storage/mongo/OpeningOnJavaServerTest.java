package dev.verbatim.chat.storage.mongo;

class OpeningOnJavaServerTest extends OpeningContract {
  OpeningOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
