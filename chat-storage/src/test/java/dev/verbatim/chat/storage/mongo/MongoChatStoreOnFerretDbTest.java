package dev.verbatim.chat.storage.mongo;

class MongoChatStoreOnFerretDbTest extends MongoChatStoreContract {
  MongoChatStoreOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
