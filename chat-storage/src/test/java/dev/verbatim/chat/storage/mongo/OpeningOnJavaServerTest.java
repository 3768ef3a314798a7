package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class OpeningOnJavaServerTest extends OpeningContract {
  OpeningOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
