package dev.verbatim.chat.storage.mongo;

class FaultsOnFerretDbTest extends FaultsContract {
  FaultsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
