package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class SharingOnJavaServerTest extends SharingContract {
  SharingOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
