package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class AppendsOnJavaServerTest extends AppendsContract {
  AppendsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
