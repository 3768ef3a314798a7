package dev.verbatim.chat.storage.mongo;

class CopiesOnJavaServerTest extends CopiesContract {
  CopiesOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
