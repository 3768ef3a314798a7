package dev.verbatim.chat.storage.mongo;

class SharingOnNamedServerTest extends SharingContract {
  SharingOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
