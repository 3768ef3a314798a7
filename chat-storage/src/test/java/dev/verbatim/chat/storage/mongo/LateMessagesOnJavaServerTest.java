package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class LateMessagesOnJavaServerTest extends LateMessagesContract {
  LateMessagesOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
