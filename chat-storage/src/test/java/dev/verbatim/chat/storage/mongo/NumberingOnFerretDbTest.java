package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

/** With few messages, for FerretDB changes some tens of documents a second. */
@ResourceLock("FerretDB")
class NumberingOnFerretDbTest extends NumberingContract {
  NumberingOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB, 300);
  }
}
