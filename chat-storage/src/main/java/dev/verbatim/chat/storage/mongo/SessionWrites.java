package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.max;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.store.RejectedException;
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
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Writes of sessions, and of when users were last seen. Confined to the writer. */
final class SessionWrites {
  private static final BulkWriteOptions ORDERED = new BulkWriteOptions().ordered(true);
  private static final BulkWriteOptions UNORDERED = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions UPSERT = new UpdateOptions().upsert(true);

  /** Sessions that are ended at once: many more may be left of a process that is gone for good. */
  private static final int PAGE = 1_000;

  /** The least of ours: what has an id of another kind, as no session should, is not compared. */
  private static final org.bson.types.ObjectId LEAST_ID = new org.bson.types.ObjectId(new byte[12]);

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

  /**
   * Writes what {@link #takes} of, in order. Done twice it is as done once.
   *
   * @return {@link Write.Done} of each, or {@link Write.Rejected}
   */
  List<Object> write(List<? extends Write<?>> writes, Attempts attempts) throws StoreException {
    List<Object> outcomes = new ArrayList<>(writes.size());
    List<WriteModel<Document>> models = new ArrayList<>(writes.size());
    Map<ObjectId, Instant> seen = new LinkedHashMap<>();
    for (Write<?> write : writes) {
      models.add(model(write));
      outcomes.add(Write.Done.DONE);
      if (write instanceof EndSession end) {
        seen.merge(end.userId(), end.lastSeen(), SessionWrites::later);
      }
    }
    int next = 0;
    while (next < models.size()) {
      List<WriteModel<Document>> left = models.subList(next, models.size());
      Optional<Refused> refused = attempts.repeat(() -> refused(left));
      if (refused.isEmpty()) {
        break;
      }
      int at = next + refused.get().index();
      outcomes.set(at, new Write.Rejected(refused.get().cause()));
      next = at + 1;
    }
    seen(seen, attempts);
    return outcomes;
  }

  /** One write that was refused, all before it being made, and none behind it. */
  private record Refused(int index, RejectedException cause) {}

  private Optional<Refused> refused(List<WriteModel<Document>> models) {
    try {
      var _ = collections.sessions().bulkWrite(models, ORDERED);
      return Optional.empty();
    } catch (MongoBulkWriteException e) {
      if (!Failures.isOfSomeDocuments(e)) {
        throw e;
      }
      return Optional.of(
          new Refused(e.getWriteErrors().getFirst().getIndex(), Failures.rejected(e)));
    }
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
    Bson idle = idle(write.lastActivity());
    Bson behind = gte(Fields.ID, LEAST_ID);
    List<Document> found;
    do {
      Bson page = and(behind, idle);
      found =
          attempts.repeat(
              () ->
                  collections
                      .sessions()
                      .find(page)
                      .sort(ascending(Fields.ID))
                      .limit(PAGE)
                      .into(new ArrayList<>()));
      if (!found.isEmpty()) {
        end(found, write.living(), idle, attempts);
        behind = gt(Fields.ID, found.getLast().get(Fields.ID));
      }
    } while (found.size() == PAGE);
  }

  /** What finds those of ours that are idle since then, and those of others that are for long. */
  private Bson idle(Instant lastActivity) {
    Instant foreignBefore = clock.instant().minus(limits.foreignSessionIdle());
    Instant foreign = foreignBefore.isBefore(lastActivity) ? foreignBefore : lastActivity;
    return or(
        and(eq(Fields.WRITER, writers.name()), lt(Fields.LAST_ACTIVITY, Values.bson(lastActivity))),
        and(ne(Fields.WRITER, writers.name()), lt(Fields.LAST_ACTIVITY, Values.bson(foreign))));
  }

  private void end(List<Document> found, Set<ObjectId> living, Bson idle, Attempts attempts)
      throws StoreException {
    List<Object> ids = new ArrayList<>();
    Map<ObjectId, Instant> seen = new LinkedHashMap<>();
    for (Document document : found) {
      Session session = SessionDocuments.session(document);
      boolean isOurs = writers.name().equals(document.getString(Fields.WRITER));
      if (!isOurs || !living.contains(session.id())) {
        ids.add(document.get(Fields.ID));
        seen.merge(session.userId(), session.lastActivity(), SessionWrites::later);
      }
    }
    if (!ids.isEmpty()) {
      seen(seen, attempts);
      // Whoever has moved it on meanwhile keeps it.
      Bson ended = and(in(Fields.ID, ids), idle);
      var _ = attempts.repeat(() -> collections.sessions().deleteMany(ended));
    }
  }
}
