package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class OldDataOnJavaServerTest extends OldDataContract {
  OldDataOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
