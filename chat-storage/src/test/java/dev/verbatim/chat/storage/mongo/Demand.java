package dev.verbatim.chat.storage.mongo;

import static dev.verbatim.chat.storage.mongo.MongoUnderTest.FERRETDB;
import static dev.verbatim.chat.storage.mongo.MongoUnderTest.JAVA_SERVER;

import java.util.Optional;

/**
 * What some tests ask of a server and a stand-in cannot honour; all there is of it stands here.
 * MongoDB honours it.
 *
 * @param refuser the stand-in that cannot
 * @param reason why it cannot, in a sentence
 */
record Demand(MongoUnderTest refuser, String reason) {
  static final Demand ATOMIC_UPDATES =
      new Demand(
          FERRETDB,
          "FerretDB reads a document and writes it back in two steps: of 200 concurrent increments"
              + " 19 were left");
  static final Demand MANY_UPDATES =
      new Demand(
          FERRETDB,
          "FerretDB changes some tens of documents a second among thousands: 500 take longer than"
              + " there is time for an answer");
  static final Demand ERRORS_IN_BULK_UPDATES =
      new Demand(FERRETDB, "FerretDB's answer to an update that fails in a bulk cannot be read");
  static final Demand ERRORS_IN_UPDATES =
      new Demand(FERRETDB, "FerretDB takes an update that an index refuses for a fault of its own");
  static final Demand LISTS_SPARSE_INDEXES =
      new Demand(FERRETDB, "FerretDB does not tell which of its indexes are sparse");
  static final Demand EXPLAINS =
      new Demand(JAVA_SERVER, "The Java server does not know the command explain");
  static final Demand SORTS_BY_INDEX =
      new Demand(FERRETDB, "FerretDB looks at all documents and sorts them itself");

  /** Why a server cannot honour this, if it cannot. */
  Optional<String> refusal(MongoUnderTest asked) {
    return asked == refuser ? Optional.of(reason) : Optional.empty();
  }
}
