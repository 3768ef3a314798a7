package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.Write;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The writing connection, one transaction at a time. Confined to the writer. After an exception it
 * is in no state to go on: its owner closes it, which rolls back, and makes a new one.
 */
final class Transactions implements AutoCloseable {
  private static final String PROBE = "PRAGMA user_version = " + Migrations.newest();

  private final Statements statements;
  private final GroupQueries groupQueries;
  private final Keys keys;
  private final ReadWrites reads;
  private final MessageWrites messages;
  private final GroupWrites groups;
  private final UserWrites users;
  private final IdentityWrites identity;
  private final CopyWrites copies;

  Transactions(Statements statements, Limits limits) throws SQLException {
    this.statements = statements;
    Queries queries = Queries.on(statements);
    this.groupQueries = queries.groups();
    this.keys = new Keys(queries, limits);
    this.reads = new ReadWrites(statements, keys);
    this.messages = new MessageWrites(queries, keys, reads);
    this.groups = new GroupWrites(queries, keys);
    this.users = new UserWrites(queries, keys, groups);
    this.identity = new IdentityWrites(queries, users);
    this.copies = new CopyWrites(statements, keys, users, reads);
  }

  List<Object> commit(List<? extends Write<?>> writes) throws SQLException, StoreException {
    statements.get("BEGIN IMMEDIATE").update();
    List<Object> outcomes = new ArrayList<>(writes.size());
    for (Write<?> write : writes) {
      outcomes.add(apply(write));
    }
    reads.finish();
    statements.get("COMMIT").update();
    return outcomes;
  }

  private Object apply(Write<?> write) throws SQLException, StoreException {
    return switch (write) {
      case Write.IfMember<?> guarded -> applyIfMember(guarded);
      case Write.Once<?> once -> applyOnce(once);
      case Write.AppendMessage append -> messages.append(append);
      case Write.MarkRead markRead -> reads.markRead(markRead);
      case Write.PutUser put -> users.put(put);
      case Write.PutGroup put -> groups.put(put);
      case GroupChange change -> groups.change(change);
      case MessageChange change -> messages.change(change);
      case Write.PutSession put -> users.put(put);
      case Write.ChangeStatus change -> users.change(change);
      case Write.EndSession end -> users.end(end);
      case Write.EndSessionsBefore end -> users.end(end);
      case Write.FindSent question -> messages.find(question);
      case Write.NewestSeq question -> newestSeq(question);
      case UserChange change -> identity.change(change);
      case Copied piece -> copies.put(piece);
      case Write.RevokeSession revocation -> identity.revoke(revocation);
      case Write.Forget forget -> identity.forget(forget);
      case Write.FindChange _ -> Optional.empty();
      case Write.CatchUp _ -> new Write.CaughtUp(List.of());
      case Write.ReadGroup question -> groupQueries.byId(question.groupId());
      case Write.ReadUser question -> identity.read(question);
      case Write.Probe _ -> probe();
    };
  }

  private Optional<Object> applyIfMember(Write.IfMember<?> guarded)
      throws SQLException, StoreException {
    return groupQueries.isMember(guarded.userId(), guarded.groupId())
        ? Optional.of(apply(guarded.write()))
        : Optional.empty();
  }

  private Optional<Object> applyOnce(Write.Once<?> once) throws SQLException, StoreException {
    return identity.remember(once.eventId(), once.at())
        ? Optional.of(apply(once.write()))
        : Optional.empty();
  }

  /** Puts the version that is there already: its page is logged and synced all the same. */
  private Write.Done probe() throws SQLException {
    statements.get(PROBE).update();
    return Write.Done.DONE;
  }

  private Write.Newest newestSeq(Write.NewestSeq question) throws SQLException {
    Keys.Head head = keys.headOrNull(question.groupId());
    return new Write.Newest(head == null ? 0 : head.newestSeq);
  }

  @Override
  public void close() throws SQLException {
    statements.close();
  }
}
