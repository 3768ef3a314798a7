package dev.verbatim.chat.storage.mongo;

class RejectionsOnFerretDbTest extends RejectionsContract {
  RejectionsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
