package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

/** With some messages, for the Java server looks at all of them for each that it changes. */
@ResourceLock("Java server")
class NumberingOnJavaServerTest extends NumberingContract {
  NumberingOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER, 2_000);
  }
}
