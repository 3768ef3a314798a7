package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class RejectionsOnFerretDbTest extends RejectionsContract {
  RejectionsOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
