package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class AuditOnFerretDbTest extends AuditContract {
  AuditOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
