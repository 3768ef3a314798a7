package dev.verbatim.chat.storage.mongo;

import org.junit.jupiter.api.parallel.ResourceLock;

@ResourceLock("FerretDB")
class MongoChatStoreOnFerretDbTest extends MongoChatStoreContract {
  MongoChatStoreOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB);
  }
}
