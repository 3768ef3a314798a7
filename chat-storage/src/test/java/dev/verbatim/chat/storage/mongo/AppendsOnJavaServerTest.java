package dev.verbatim.chat.storage.mongo;

class AppendsOnJavaServerTest extends AppendsContract {
  AppendsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
