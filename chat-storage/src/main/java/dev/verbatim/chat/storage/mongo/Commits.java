package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.set;

import com.mongodb.client.model.UpdateOptions;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.Write;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One batch of writes after the other, in their order. Confined to the writer.
 *
 * <p>An answer of the database takes as long for one document as for hundreds, so what stands side
 * by side and does not look at each other is written together: messages, then what of them was
 * read, then sessions.
 */
final class Commits {
  private final Collections collections;
  private final HeadQueries headQueries;
  private final AppendWrites appends;
  private final SentQueries sent;
  private final ReadWrites reads;
  private final MessageWrites messages;
  private final GroupWrites groups;
  private final UserWrites users;
  private final SessionWrites sessions;
  private final IdentityWrites identity;
  private final CopyWrites copies;
  private final Writers writers;
  private final InstantSource clock;

  Commits(
      Collections collections,
      Numbering numbering,
      Heads heads,
      Writers writers,
      Limits limits,
      InstantSource clock) {
    this.collections = collections;
    this.writers = writers;
    this.clock = clock;
    headQueries = new HeadQueries(collections, numbering, heads);
    users = new UserWrites(collections, limits);
    groups = new GroupWrites(collections, users, limits);
    ReadQueries readers = Queries.on(collections, numbering, limits).reads();
    sent = new SentQueries(collections, groups, readers);
    reads = new ReadWrites(collections, new BlockWrites(collections), numbering, limits);
    appends = new AppendWrites(collections, heads, headQueries, reads, users, writers, limits);
    messages = new MessageWrites(collections, groups, readers, numbering, limits);
    sessions = new SessionWrites(collections, writers, limits, clock);
    identity = new IdentityWrites(collections);
    copies = new CopyWrites(collections, heads, writers);
  }

  /** Whether a batch appends messages, which takes the indexes. */
  static boolean appends(List<? extends Write<?>> writes) {
    return !groupIds(writes).isEmpty();
  }

  /**
   * Whether a batch is a piece of a copy of another store. Nobody waits for it, and one that is cut
   * off would come no further the next time.
   */
  static boolean isCopy(List<? extends Write<?>> writes) {
    return writes.stream().anyMatch(Copied.class::isInstance)
        || writes.stream().allMatch(Write.RevokeSession.class::isInstance);
  }

  private static Set<ObjectId> groupIds(List<? extends Write<?>> writes) {
    Set<ObjectId> groupIds = new LinkedHashSet<>();
    for (Write<?> write : writes) {
      Write.AppendMessage append = appendOrNull(write);
      if (append != null) {
        groupIds.add(append.groupId());
      }
    }
    return groupIds;
  }

  private static Write.@Nullable AppendMessage appendOrNull(Write<?> write) {
    return switch (write) {
      case Write.AppendMessage append -> append;
      case Write.IfMember<?> guarded -> appendOrNull(guarded.write());
      case Write.Once<?> once -> appendOrNull(once.write());
      default -> null;
    };
  }

  List<Object> commit(List<? extends Write<?>> writes, Attempts attempts) throws StoreException {
    // Before anything is written: a database that is away takes none of it.
    for (ObjectId groupId : groupIds(writes)) {
      try {
        headQueries.load(groupId, attempts);
      } catch (RejectedException _) {
        // Found again, in its place, by what is to be written into the group.
      }
    }
    Object[] outcomes = new Object[writes.size()];
    int next = 0;
    while (next < outcomes.length) {
      int end = next;
      while (end < outcomes.length && isGathered(writes.get(end))) {
        end++;
      }
      if (end > next) {
        writeTogether(writes, next, end, outcomes, attempts);
        next = end;
      } else {
        outcomes[next] = applyOrReject(writes.get(next), attempts);
        next++;
      }
    }
    return Arrays.asList(outcomes);
  }

  private static boolean isGathered(Write<?> write) {
    Write<?> made = made(write);
    return made instanceof Write.AppendMessage
        || made instanceof Write.MarkRead
        || SessionWrites.takes(made);
  }

  /** What is written if its user is a member. */
  private static Write<?> made(Write<?> write) {
    return write instanceof Write.IfMember<?> guarded ? guarded.write() : write;
  }

  /** Writes what stands side by side; nothing of it changes who is a member. */
  private void writeTogether(
      List<? extends Write<?>> writes, int from, int to, Object[] outcomes, Attempts attempts)
      throws StoreException {
    Map<Member, Boolean> members = new HashMap<>();
    List<Integer> places = new ArrayList<>();
    List<Write.AppendMessage> appended = new ArrayList<>();
    List<Write.MarkRead> read = new ArrayList<>();
    List<Write<?>> ofSessions = new ArrayList<>();
    for (int i = from; i < to; i++) {
      if (!isMade(writes.get(i), members, attempts)) {
        outcomes[i] = Optional.empty();
        continue;
      }
      places.add(i);
      switch (made(writes.get(i))) {
        case Write.AppendMessage append -> appended.add(append);
        case Write.MarkRead markRead -> read.add(markRead);
        case Write<?> ofSession -> ofSessions.add(ofSession);
      }
    }
    Iterator<Object> appendeds = appends.append(appended, attempts).iterator();
    Iterator<Object> markeds = reads.markRead(read, attempts).iterator();
    Iterator<Object> sessionsDone = sessions.write(ofSessions, attempts).iterator();
    for (int i : places) {
      outcomes[i] =
          switch (made(writes.get(i))) {
            case Write.AppendMessage _ -> appendeds.next();
            case Write.MarkRead _ -> markeds.next();
            default -> sessionsDone.next();
          };
    }
    tellReaders(writes, places, outcomes, attempts);
    for (int i : places) {
      if (writes.get(i) instanceof Write.IfMember<?> && !(outcomes[i] instanceof Write.Rejected)) {
        outcomes[i] = Optional.of(outcomes[i]);
      }
    }
  }

  /** Has retries tell who has read their messages, but nobody who did so behind them. */
  private void tellReaders(
      List<? extends Write<?>> writes, List<Integer> places, Object[] outcomes, Attempts attempts)
      throws StoreException {
    List<Integer> retries = new ArrayList<>();
    List<SentQueries.Retried> retried = new ArrayList<>();
    Map<ObjectId, Set<ObjectId>> readBehind = new HashMap<>();
    for (int i : places.reversed()) {
      Write<?> made = made(writes.get(i));
      if (made instanceof Write.MarkRead markRead
          && outcomes[i] instanceof Write.MarkedRead(List<ObjectId> newlyRead)) {
        for (ObjectId id : newlyRead) {
          readBehind.computeIfAbsent(id, _ -> new HashSet<>()).add(markRead.userId());
        }
      } else if (made instanceof Write.AppendMessage append
          && outcomes[i] instanceof Write.Appended.Known(Message message, _, _)) {
        retries.add(i);
        retried.add(
            new SentQueries.Retried(
                message,
                append.readersMax(),
                Set.copyOf(readBehind.getOrDefault(message.id(), Set.of()))));
      }
    }
    List<Write.Appended.Known> known = sent.known(retried, attempts);
    for (int i = 0; i < retries.size(); i++) {
      int place = retries.get(i);
      Write.Appended.Known told = (Write.Appended.Known) outcomes[place];
      outcomes[place] =
          new Write.Appended.Known(known.get(i).message(), known.get(i).readers(), told.before());
    }
  }

  private record Member(ObjectId userId, ObjectId groupId) {}

  private boolean isMade(Write<?> write, Map<Member, Boolean> members, Attempts attempts)
      throws StoreException {
    if (!(write instanceof Write.IfMember<?> guarded)) {
      return true;
    }
    Member member = new Member(guarded.userId(), guarded.groupId());
    Boolean isMember = members.get(member);
    if (isMember == null) {
      isMember = groups.isMember(guarded.userId(), guarded.groupId(), attempts);
      members.put(member, isMember);
    }
    return isMember;
  }

  private Object applyOrReject(Write<?> write, Attempts attempts) throws StoreException {
    try {
      return apply(write, attempts);
    } catch (RejectedException e) {
      return new Write.Rejected(e);
    }
  }

  /**
   * Makes a write by itself.
   *
   * @throws RejectedException if the database takes others, and not this one
   */
  private Object apply(Write<?> write, Attempts attempts) throws StoreException {
    return switch (write) {
      case Write.IfMember<?> guarded ->
          groups.isMember(guarded.userId(), guarded.groupId(), attempts)
              ? Optional.of(apply(guarded.write(), attempts))
              : Optional.empty();
      case Write.Once<?> once -> applyOnce(once, attempts);
      case Write.AppendMessage _, Write.MarkRead _ -> {
        Object[] outcome = new Object[1];
        writeTogether(List.of(write), 0, 1, outcome, attempts);
        yield orThrow(outcome[0]);
      }
      case Write.PutUser put -> put(put, attempts);
      case Write.PutGroup put -> groups.put(put, attempts);
      case GroupChange change -> groups.change(change, attempts);
      case MessageChange change -> messages.change(change, attempts);
      case UserChange change -> users.change(change, attempts);
      case Copied piece -> copies.put(piece, attempts);
      case Write.PutSession _, Write.ChangeStatus _, Write.EndSession _ ->
          orThrow(sessions.write(List.of(write), attempts).getFirst());
      case Write.EndSessionsBefore end -> {
        sessions.end(end, attempts);
        yield Write.Done.DONE;
      }
      case Write.RevokeSession revocation -> {
        identity.revoke(revocation, attempts);
        yield Write.Done.DONE;
      }
      case Write.Forget forget -> {
        identity.forget(forget, attempts);
        yield Write.Done.DONE;
      }
      case Write.FindSent question ->
          sent.find(question, attempts) instanceof Write.Appended.Known found
              ? appends.told(found, attempts)
              : new Write.Found.Nothing();
      case Write.FindChange question -> messages.find(question.change(), attempts);
      case Write.NewestSeq question -> appends.newestSeq(question.groupId(), attempts);
      case Write.CatchUp catchUp -> appends.catchUp(catchUp.groupId(), attempts);
      case Write.ReadGroup question -> groups.byId(question.groupId(), attempts);
      case Write.ReadUser question -> users.byId(question.userId(), attempts);
      case Write.Probe _ -> {
        attempts.repeat(
            () -> {
              probe();
              return Write.Done.DONE;
            });
        yield Write.Done.DONE;
      }
    };
  }

  private static Object orThrow(Object outcome) throws RejectedException {
    if (outcome instanceof Write.Rejected(RejectedException cause)) {
      throw cause;
    }
    return outcome;
  }

  private Optional<Object> applyOnce(Write.Once<?> once, Attempts attempts) throws StoreException {
    if (identity.isKnown(once.eventId(), attempts)) {
      return Optional.empty();
    }
    Object outcome = apply(once.write(), attempts);
    return identity.remember(once.eventId(), once.at(), attempts)
        ? Optional.of(outcome)
        : Optional.empty();
  }

  private Write.UserPut put(Write.PutUser put, Attempts attempts) throws StoreException {
    UserWrites.Put user = users.put(put.user(), attempts);
    GroupChange joining = user.isNew() ? put.joining() : null;
    GroupChanged joined = joining == null ? null : groups.change(joining, attempts);
    return new Write.UserPut(user.user(), user.isNew(), joined);
  }

  /**
   * Writes something that nobody reads, to be acknowledged as every write is. For any thread.
   *
   * @throws com.mongodb.MongoException if it is not
   */
  void probe() {
    var _ =
        collections
            .probe()
            .updateOne(
                eq(Fields.ID, writers.name()),
                set(Fields.AT, Values.bson(clock.instant())),
                new UpdateOptions().upsert(true));
  }
}
