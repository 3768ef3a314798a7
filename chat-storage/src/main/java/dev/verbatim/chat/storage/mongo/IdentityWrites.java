package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.max;

import com.mongodb.client.model.UpdateOptions;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.Forget;
import dev.verbatim.chat.store.Write.RevokeSession;
import java.time.Instant;
import org.bson.Document;

/** Writes of what the identity provider tells, but of users. Confined to the writer. */
final class IdentityWrites {
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

  private final Collections collections;

  IdentityWrites(Collections collections) {
    this.collections = collections;
  }

  boolean isKnown(String eventId, Attempts attempts) throws StoreException {
    return attempts.repeat(() -> collections.events().find(eq(Fields.ID, eventId)).first()) != null;
  }

  /**
   * Remembers an event's name, once what it led to is written: without transactions this order may
   * do it twice, which the writes bear, and the other might not do it at all.
   *
   * @return false if another process was faster
   */
  boolean remember(String eventId, Instant at, Attempts attempts) throws StoreException {
    Document event = new Document(Fields.ID, eventId).append(Fields.AT, Values.bson(at));
    return attempts.insert(collections.events(), event, eq(Fields.ID, eventId));
  }

  void revoke(RevokeSession write, Attempts attempts) throws StoreException {
    var _ =
        attempts.repeat(
            () ->
                collections
                    .revocations()
                    .updateOne(
                        eq(Fields.ID, write.sessionId()),
                        max(Fields.AT, Values.bson(write.at())),
                        UPSERT));
  }

  void forget(Forget write, Attempts attempts) throws StoreException {
    var _ =
        attempts.repeat(
            () -> collections.events().deleteMany(lt(Fields.AT, Values.bson(write.events()))));
    var _ =
        attempts.repeat(
            () ->
                collections
                    .revocations()
                    .deleteMany(lt(Fields.AT, Values.bson(write.revocations()))));
  }
}
