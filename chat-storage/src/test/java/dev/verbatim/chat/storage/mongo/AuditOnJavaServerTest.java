package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class AuditOnJavaServerTest extends AuditContract {
  AuditOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
