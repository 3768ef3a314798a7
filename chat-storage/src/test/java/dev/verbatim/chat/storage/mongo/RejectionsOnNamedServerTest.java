package dev.verbatim.chat.storage.mongo;

class RejectionsOnNamedServerTest extends RejectionsContract {
  RejectionsOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
