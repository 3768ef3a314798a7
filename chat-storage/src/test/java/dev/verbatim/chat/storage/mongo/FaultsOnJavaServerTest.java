package dev.verbatim.chat.storage.mongo;

class FaultsOnJavaServerTest extends FaultsContract {
  FaultsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
