package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("Java server")
class FaultsOnJavaServerTest extends FaultsContract {
  FaultsOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER);
  }
}
