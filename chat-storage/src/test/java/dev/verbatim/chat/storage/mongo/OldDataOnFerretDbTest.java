package dev.verbatim.chat.storage.mongo;

/** With few messages, for FerretDB changes some tens of documents a second. */
class OldDataOnFerretDbTest extends OldDataContract {
  OldDataOnFerretDbTest() {
    super(MongoUnderTest.FERRETDB, 300);
  }
}
