package dev.verbatim.chat.storage.mongo;

class OldDataOnNamedServerTest extends OldDataContract {
  OldDataOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
