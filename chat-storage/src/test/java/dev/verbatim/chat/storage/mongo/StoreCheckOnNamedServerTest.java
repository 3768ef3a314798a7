package dev.verbatim.chat.storage.mongo;

class StoreCheckOnNamedServerTest extends StoreCheckContract {
  StoreCheckOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
