package dev.verbatim.chat.storage.mongo;

class CopiesOnNamedServerTest extends CopiesContract {
  CopiesOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
