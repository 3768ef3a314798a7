package dev.verbatim.chat.storage.mongo;

/** With some messages, for the Java server looks at all of them for each that it changes. */
class OldDataOnJavaServerTest extends OldDataContract {
  OldDataOnJavaServerTest() {
    super(MongoUnderTest.JAVA_SERVER, 2_000);
  }
}
