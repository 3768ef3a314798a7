package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.chat.store.Write.ChangeStatus;
import dev.verbatim.chat.store.Write.EndSession;
import dev.verbatim.chat.store.Write.EndSessionsBefore;
import dev.verbatim.chat.store.Write.PutSession;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Writes of sessions, and of when users were last seen. Confined to the writer. */
final class SessionWrites {
  private static final BulkWriteOptions ORDERED = new BulkWriteOptions().ordered(true);
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

  private final Collections collections;
  private final Writers writers;
  private final Limits limits;
  private final InstantSource clock;

  SessionWrites(Collections collections, Writers writers, Limits limits, InstantSource clock) {
    this.collections = collections;
    this.writers = writers;
    this.limits = limits;
    this.clock = clock;
  }

  /** Whether writes of this kind are written together. */
  static boolean takes(Write<?> write) {
    return write instanceof PutSession
        || write instanceof ChangeStatus
        || write instanceof EndSession;
  }

  /** Writes what {@link #takes} of, in order. Done twice it is as done once. */
  void write(List<Write<?>> writes, Attempts attempts) throws StoreException {
    if (writes.isEmpty()) {
      return;
    }
    List<WriteModel<Document>> models = new ArrayList<>(writes.size());
    Map<ObjectId, Instant> seen = new LinkedHashMap<>();
    for (Write<?> write : writes) {
      models.add(model(write));
      if (write instanceof EndSession end) {
        seen.merge(end.userId(), end.lastSeen(), SessionWrites::later);
      }
    }
    var _ = attempts.repeat(() -> collections.sessions().bulkWrite(models, ORDERED));
    seen(seen, attempts);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private WriteModel<Document> model(Write<?> write) {
    return switch (write) {
      case PutSession(Session session) -> put(session);
      case ChangeStatus change ->
          new UpdateManyModel<>(
              eq(Fields.USER_ID, Values.bson(change.userId())),
              combine(
                  set(Fields.STATUS, Values.word(change.status())),
                  set(Fields.UPDATED_AT, Values.bson(change.since()))));
      case EndSession end -> new DeleteOneModel<>(eq(Fields.ID, Values.bson(end.sessionId())));
      default -> throw new IllegalArgumentException("No write of a session: " + write);
    };
  }

  private WriteModel<Document> put(Session session) {
    Document document = SessionDocuments.document(session, writers.name());
    Object id = document.remove(Fields.ID);
    return new UpdateOneModel<>(eq(Fields.ID, id), new Document("$set", document), UPSERT);
  }

  private void seen(Map<ObjectId, Instant> seen, Attempts attempts) throws StoreException {
    if (seen.isEmpty()) {
      return;
    }
    List<WriteModel<Document>> models = new ArrayList<>(seen.size());
    seen.forEach(
        (userId, at) ->
            models.add(
                new UpdateOneModel<>(
                    eq(Fields.ID, Values.bson(userId)), max(Fields.LAST_SEEN, Values.bson(at)))));
    var _ = attempts.repeat(() -> collections.users().bulkWrite(models, UNORDERED));
  }

  /** Ends idle sessions: those of others only if nobody can be about to move them on. */
  void end(EndSessionsBefore write, Attempts attempts) throws StoreException {
    Bson idle = lt(Fields.LAST_ACTIVITY, Values.bson(write.lastActivity()));
    Instant foreignBefore = clock.instant().minus(limits.foreignSessionIdle());
    List<Document> found =
        attempts.repeat(() -> collections.sessions().find(idle).into(new ArrayList<>()));
    List<WriteModel<Document>> models = new ArrayList<>();
    Map<ObjectId, Instant> seen = new LinkedHashMap<>();
    for (Document document : found) {
      if (!Values.hasId(document)) {
        continue;
      }
      Session session = SessionDocuments.session(document);
      boolean isOurs = writers.name().equals(document.getString(Fields.WRITER));
      if (isOurs
          ? !write.living().contains(session.id())
          : session.lastActivity().isBefore(foreignBefore)) {
        // As it was read: whoever moves it on meanwhile keeps it.
        models.add(
            new DeleteOneModel<>(
                new Document(Fields.ID, document.get(Fields.ID))
                    .append(Fields.LAST_ACTIVITY, document.get(Fields.LAST_ACTIVITY))));
        seen.merge(session.userId(), session.lastActivity(), SessionWrites::later);
      }
    }
    if (!models.isEmpty()) {
      seen(seen, attempts);
      var _ = attempts.repeat(() -> collections.sessions().bulkWrite(models, UNORDERED));
    }
  }
}
