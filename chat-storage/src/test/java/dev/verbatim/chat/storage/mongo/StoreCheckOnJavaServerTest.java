package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class StoreCheckOnJavaServerTest extends StoreCheckContract {
  StoreCheckOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
