package dev.verbatim.chat.storage.mongo;

class AuditOnNamedServerTest extends AuditContract {
  AuditOnNamedServerTest() {
    super(MongoUnderTest.NAMED);
  }
}
