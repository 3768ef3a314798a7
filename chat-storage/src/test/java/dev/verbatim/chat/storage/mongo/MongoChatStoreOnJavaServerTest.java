package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class MongoChatStoreOnJavaServerTest extends MongoChatStoreContract {
  MongoChatStoreOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
