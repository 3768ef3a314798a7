package dev.verbatim.chat.storage.mongo;

class SharingOnFerretDbTest extends SharingContract {
  SharingOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
