package dev.verbatim.chat.storage.mongo;

class StoreCheckOnFerretDbTest extends StoreCheckContract {
  StoreCheckOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
