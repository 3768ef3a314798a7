package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class RejectionsOnJavaServerTest extends RejectionsContract {
  RejectionsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
