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
  static final Demand NOT_EQUAL_IN_ARRAYS =
      new Demand(
          FERRETDB,
          "FerretDB's $ne on a field of an array's documents holds as soon as one of them differs");
  static final Demand PULL_BY_PART =
      new Demand(FERRETDB, "FerretDB's $pull removes only what equals the whole element");
  static final Demand DUPLICATES_IN_UPDATES =
      new Demand(
          FERRETDB, "FerretDB answers an update that breaks a unique index with an internal error");
  static final Demand ERRORS_IN_BULK_UPDATES =
      new Demand(FERRETDB, "FerretDB's answer to an update that fails in a bulk cannot be read");
  static final Demand SLICING_PUSH =
      new Demand(FERRETDB, "FerretDB ignores $slice and $position of $push");
  static final Demand INSERTED_COUNT =
      new Demand(JAVA_SERVER, "The Java server counts what was to be inserted, not what was");
  static final Demand SORTS_BY_CODE_POINT =
      new Demand(
          JAVA_SERVER, "The Java server sorts strings by UTF-16 units, MongoDB by UTF-8 bytes");
  static final Demand SURVIVES_RESTART =
      new Demand(JAVA_SERVER, "The Java server keeps its data in memory");

  /** Why a server cannot honour this, if it cannot. */
  Optional<String> refusal(MongoUnderTest asked) {
    return asked == refuser ? Optional.of(reason) : Optional.empty();
  }
}
