package dev.verbatim.chat.storage.mongo;

class SharingOnJavaServerTest extends SharingContract {
  SharingOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
