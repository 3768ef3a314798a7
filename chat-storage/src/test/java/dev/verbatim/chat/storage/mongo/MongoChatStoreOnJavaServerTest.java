package dev.verbatim.chat.storage.mongo;

class MongoChatStoreOnJavaServerTest extends MongoChatStoreContract {
  MongoChatStoreOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
