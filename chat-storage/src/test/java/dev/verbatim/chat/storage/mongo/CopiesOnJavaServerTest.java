package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class CopiesOnJavaServerTest extends CopiesContract {
  CopiesOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
