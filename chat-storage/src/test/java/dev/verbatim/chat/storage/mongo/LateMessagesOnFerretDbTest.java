package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class LateMessagesOnFerretDbTest extends LateMessagesContract {
  LateMessagesOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
