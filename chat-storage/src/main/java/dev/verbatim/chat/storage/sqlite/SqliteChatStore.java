package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The chat in one SQLite file, {@code verbatim.db}, with its write-ahead log beside it. One process
 * at a time may open it; others may read the file meanwhile with any SQLite.
 *
 * <p>Commits block their thread and belong to one thread at a time; two at once are an {@link
 * IllegalStateException}. Questions may come from any thread, virtual ones too: they see what is
 * committed, each from one moment, and beyond four at a time they wait for up to five seconds. A
 * commit that throws holds nothing; the next one starts afresh, so that the store recovers by
 * itself once a full disk has room again.
 *
 * <p>Durability: {@code journal_mode = WAL} with {@code synchronous = FULL}, which syncs the log at
 * each commit (sqlite.org/wal.html, sqlite.org/pragma.html#pragma_synchronous).
 */
public final class SqliteChatStore implements ChatStore {
  private final StoreLock lock;
  private final Writer writer;
  private final Readers readers;

  private SqliteChatStore(StoreLock lock, Writer writer, Readers readers) {
    this.lock = lock;
    this.writer = writer;
    this.readers = readers;
  }

  /**
   * Opens the store in this directory; both are made if they are not there.
   *
   * @throws StoreException if another process has it open, the file is no Verbatim store or one of
   *     a newer program, or it cannot be read and written; the message says which
   */
  public static SqliteChatStore open(Path directory) throws StoreException {
    return open(directory, Limits.STANDARD);
  }

  static SqliteChatStore open(Path directory, Limits limits) throws StoreException {
    try {
      OwnersAlone.makeDirectory(directory);
    } catch (IOException e) {
      throw new StoreException("Cannot make the directory " + directory + ": " + e, e);
    }
    StoreLock lock = StoreLock.take(directory);
    try {
      Database database = new Database(directory, limits);
      database.prepare();
      Writer writer = new Writer(database, limits);
      writer.open();
      return new SqliteChatStore(lock, writer, new Readers(database, limits));
    } catch (StoreException | RuntimeException e) {
      try {
        lock.close();
      } catch (StoreException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  @Override
  public List<Object> commit(List<? extends Write<?>> writes) throws StoreException {
    return writer.commit(writes);
  }

  @Override
  public void ping() throws StoreException {
    var _ = readers.ask(q -> q.statements().get("PRAGMA user_version").firstLong(0));
  }

  @Override
  public Optional<Message> message(ObjectId id) throws StoreException {
    return readers.ask(q -> q.messages().byId(id));
  }

  @Override
  public Map<ObjectId, ObjectId> groupsOf(Collection<ObjectId> messageIds) throws StoreException {
    return readers.ask(
        q -> {
          Map<ObjectId, ObjectId> groupIds = HashMap.newHashMap(messageIds.size());
          for (ObjectId id : messageIds) {
            q.messages().groupId(id).ifPresent(groupId -> groupIds.put(id, groupId));
          }
          return groupIds;
        });
  }

  @Override
  public List<Message> messagesUpward(ObjectId groupId, long first, long last, int limit)
      throws StoreException {
    return readers.ask(q -> q.messages().upward(q.groups().key(groupId), first, last, limit));
  }

  @Override
  public List<Message> messagesDownward(ObjectId groupId, long last, int limit)
      throws StoreException {
    return readers.ask(q -> q.messages().downward(q.groups().key(groupId), last, limit));
  }

  @Override
  public Map<ObjectId, LastMessage> lastMessages(
      Collection<ObjectId> groupIds, int seqsMax, int readersMax) throws StoreException {
    return readers.ask(
        q -> {
          Map<ObjectId, LastMessage> found = HashMap.newHashMap(groupIds.size());
          for (ObjectId groupId : groupIds) {
            long groupKey = q.groups().key(groupId);
            Optional<Message> last = q.messages().newestShown(groupKey, seqsMax);
            if (last.isPresent()) {
              Message message = last.get();
              long seq = message.seq();
              List<Reader> readBy = q.reads().readers(groupKey, seq, seq, readersMax).of(message);
              found.put(groupId, new LastMessage(message, readBy));
            }
          }
          return found;
        });
  }

  @Override
  public long newestSeq(ObjectId groupId) throws StoreException {
    return readers.ask(q -> q.messages().newestSeq(q.groups().key(groupId)));
  }

  @Override
  public dev.verbatim.chat.model.Readers readers(ObjectId groupId, long first, long last, int limit)
      throws StoreException {
    return readers.ask(
        q -> {
          long groupKey = q.groups().key(groupId);
          long newest = q.messages().newestSeq(groupKey);
          return q.reads().readers(groupKey, Math.max(1, first), Math.min(newest, last), limit);
        });
  }

  @Override
  public Optional<Group> group(ObjectId id) throws StoreException {
    return readers.ask(q -> q.groups().byId(id));
  }

  @Override
  public Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws StoreException {
    return readers.ask(q -> q.groups().excerpt(id, membersMax));
  }

  @Override
  public Optional<List<Member>> members(ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return readers.ask(
        q ->
            after == null
                ? Optional.of(q.groups().members(q.groups().key(groupId), limit))
                : q.groups().membersBehind(q.groups().key(groupId), q.users().key(after), limit));
  }

  @Override
  public Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId)
      throws StoreException {
    return readers.ask(q -> q.groups().affiliation(userId, groupId));
  }

  @Override
  public Map<ObjectId, Role> roles(ObjectId userId) throws StoreException {
    return readers.ask(q -> q.groups().roles(q.users().key(userId)));
  }

  @Override
  public List<Standing> standings(ObjectId userId) throws StoreException {
    return readers.ask(q -> q.groups().standings(q.users().key(userId)));
  }

  @Override
  public Optional<Standing> standing(ObjectId userId, ObjectId groupId) throws StoreException {
    return readers.ask(q -> q.groups().standing(q.users().key(userId), q.groups().key(groupId)));
  }

  @Override
  public List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return readers.ask(q -> q.groups().discover(q.users().key(userId), after, limit));
  }

  @Override
  public Optional<User> user(ObjectId id) throws StoreException {
    return readers.ask(q -> q.users().byId(id));
  }

  @Override
  public Map<ObjectId, User> users(Collection<ObjectId> ids) throws StoreException {
    return readers.ask(
        q -> {
          Map<ObjectId, User> users = HashMap.newHashMap(ids.size());
          for (ObjectId id : ids) {
            q.users().byId(id).ifPresent(user -> users.put(id, user));
          }
          return users;
        });
  }

  @Override
  public Optional<User> userByClerkId(String clerkId) throws StoreException {
    return readers.ask(q -> q.users().byClerkId(clerkId));
  }

  @Override
  public List<Session> sessions(ObjectId userId) throws StoreException {
    return readers.ask(q -> q.sessions().ofUser(userId));
  }

  @Override
  public List<Revocation> revocations(Instant since) throws StoreException {
    return readers.ask(q -> q.sessions().revocations(since));
  }

  @Override
  public List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws StoreException {
    return readers.ask(q -> q.copies().accounts(after, limit));
  }

  @Override
  public List<Group> groups(@Nullable ObjectId after, int limit) throws StoreException {
    return readers.ask(q -> q.copies().groups(after, limit));
  }

  /** Nobody else writes to this store. */
  @Override
  public void settle() {}

  @Override
  public Map<ObjectId, Long> lastReads(ObjectId groupId) throws StoreException {
    return readers.ask(q -> q.copies().lastReads(groupId));
  }

  /** One process at a time has the file open. */
  @Override
  public Optional<OtherWriters> others() {
    return Optional.empty();
  }

  /** Waits for a commit under way and gives the store free for another process. */
  @Override
  public void close() throws StoreException {
    readers.close();
    try {
      writer.close();
    } finally {
      lock.close();
    }
  }
}
