package dev.verbatim.chat.storage.mongo;

class MongoChatStoreOnNamedServerTest extends MongoChatStoreContract {
  MongoChatStoreOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
