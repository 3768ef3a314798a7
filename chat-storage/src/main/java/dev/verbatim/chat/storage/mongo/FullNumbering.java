package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.exists;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Gives all messages that are there their seqs, however long it takes: before a copy, which finds
 * messages by them. Nobody else should write meanwhile. Confined to its caller's thread.
 *
 * <p>What numbers beside the service finds late messages only where there may be some, and may have
 * missed what came while nobody looked; here all messages are looked at.
 */
final class FullNumbering {
  /** The least of ours: what has an id of another kind is passed over, here as everywhere. */
  private static final Bson ALL = gte(Fields.ID, new org.bson.types.ObjectId(new byte[12]));

  private final MongoCollection<Document> messages;
  private final Numbering numbering;
  private final Numberer numberer;
  private final Limits limits;

  /**
   * Has done nothing yet.
   *
   * @param collections whose answers may take long
   */
  FullNumbering(Collections collections, Numbering numbering, Numberer numberer, Limits limits) {
    this.messages = collections.messages();
    this.numbering = numbering;
    this.numberer = numberer;
    this.limits = limits;
  }

  /**
   * Numbers everything.
   *
   * @throws StoreException if some messages cannot be numbered, or the database is away; what is
   *     done by then stays
   */
  void run() throws StoreException {
    long before = Long.MAX_VALUE;
    while (true) {
      while (attempt(numberer::step)) {
        // On to the next piece.
      }
      // What is numbered by the look itself is gone at the next one, and what is not is numbered by
      // the steps between, for its group is known from then on.
      long left = numberLeft();
      if (left == 0) {
        return;
      }
      if (left >= before) {
        throw new StoreException(left + " messages have no seq, and cannot be given one");
      }
      before = left;
    }
  }

  /** Does one piece, again if the database fails for a moment. */
  private <T> T attempt(Supplier<T> piece) throws StoreException {
    return Attempts.start(limits, /* isAwaited= */ false).repeat(piece);
  }

  /** Looks at all messages without seqs; returns how many there were. */
  private long numberLeft() throws StoreException {
    long left = 0;
    Bson behind = ALL;
    List<Document> found;
    do {
      Bson some = and(behind, exists(Fields.SEQ, false));
      found =
          attempt(
              () ->
                  messages
                      .find(some)
                      .projection(Numberer.FIELDS)
                      .sort(ascending(Fields.ID))
                      .limit(limits.numberingPiece())
                      .into(new ArrayList<>()));
      for (Document each : found) {
        behind = gt(Fields.ID, each.get(Fields.ID));
        if (!MessageDocuments.groupId(each).equals(Values.NOBODY)) {
          left++;
          number(each);
        }
      }
    } while (found.size() == limits.numberingPiece());
    return left;
  }

  private void number(Document message) throws StoreException {
    try {
      long _ = attempt(() -> numbering.seq(message));
    } catch (RejectedException _) {
      // Its group is to be counted, which the next step does.
    }
  }
}
