package dev.verbatim.chat.storage.mongo;

class StoreCheckOnJavaServerTest extends StoreCheckContract {
  StoreCheckOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
