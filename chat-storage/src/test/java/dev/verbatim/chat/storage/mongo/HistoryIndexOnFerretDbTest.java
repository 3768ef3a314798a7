package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class HistoryIndexOnFerretDbTest extends HistoryIndexContract {
  HistoryIndexOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
