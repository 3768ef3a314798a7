package dev.verbatim.chat.storage.mongo;

class LateMessagesOnNamedServerTest extends LateMessagesContract {
  LateMessagesOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
