package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.ChangeStatus;
import dev.verbatim.chat.store.Write.Done;
import dev.verbatim.chat.store.Write.EndSession;
import dev.verbatim.chat.store.Write.EndSessionsBefore;
import dev.verbatim.chat.store.Write.PutSession;
import dev.verbatim.chat.store.Write.PutUser;
import dev.verbatim.chat.store.Write.UserPut;
import java.sql.SQLException;
import java.util.List;

/** Writes of users and their sessions. Confined to the writer. */
final class UserWrites {
  private static final String PUT =
      """
      INSERT INTO users
          (id, clerk_id, email, first_name, last_name, username, profile_image_url, is_active,
          last_seen, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (clerk_id) DO NOTHING
      """;
  private static final String PUT_SESSION =
      """
      INSERT OR REPLACE INTO sessions
          (id, user_key, socket_id, status, last_activity, device_type, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String CHANGE_STATUS =
      """
      UPDATE sessions SET status = ?, updated_at = ?
      WHERE user_key = (SELECT user_key FROM users WHERE id = ?)
      """;
  private static final String END_SESSION = "DELETE FROM sessions WHERE id = ?";
  private static final String LAST_SEEN =
      "UPDATE users SET last_seen = max(coalesce(last_seen, 0), ?) WHERE id = ?";
  private static final String SESSIONS_BEFORE =
      """
      SELECT s.id, u.id, s.last_activity
      FROM sessions s JOIN users u USING (user_key)
      WHERE s.last_activity < ?
      """;

  private final Queries queries;
  private final Keys keys;
  private final GroupWrites groups;

  UserWrites(Queries queries, Keys keys, GroupWrites groups) {
    this.queries = queries;
    this.keys = keys;
    this.groups = groups;
  }

  UserPut put(PutUser write) throws SQLException, StoreException {
    User user = write.user();
    boolean isNew = insert(user);
    User stored = queries.users().byClerkId(user.clerkId()).orElseThrow();
    GroupChange joining = isNew ? write.joining() : null;
    GroupChanged joined = joining == null ? null : groups.change(joining);
    return new UserPut(stored, isNew, joined);
  }

  /** Adds a user; false if there is one with this clerkId. */
  boolean insert(User user) throws SQLException {
    int inserted =
        queries
            .statements()
            .get(PUT)
            .bind(user.id())
            .bind(user.clerkId())
            .bind(user.email())
            .bind(user.firstName())
            .bind(user.lastName())
            .bind(user.username())
            .bind(user.profileImageUrl())
            .bind(user.isActive())
            .bind(user.lastSeen())
            .bind(user.createdAt())
            .bind(user.updatedAt())
            .update();
    return inserted == 1;
  }

  Done put(PutSession write) throws SQLException, StoreException {
    Session session = write.session();
    queries
        .statements()
        .get(PUT_SESSION)
        .bind(session.id())
        .bind(keys.user(session.userId()))
        .bind(session.socketId())
        .bind(Columns.code(session.status()))
        .bind(session.lastActivity())
        .bind(Columns.code(session.deviceType()))
        .bind(session.createdAt())
        .bind(session.updatedAt())
        .update();
    return Done.DONE;
  }

  Done change(ChangeStatus write) throws SQLException {
    queries
        .statements()
        .get(CHANGE_STATUS)
        .bind(Columns.code(write.status()))
        .bind(write.since())
        .bind(write.userId())
        .update();
    return Done.DONE;
  }

  Done end(EndSession write) throws SQLException {
    queries.statements().get(END_SESSION).bind(write.sessionId()).update();
    queries.statements().get(LAST_SEEN).bind(write.lastSeen()).bind(write.userId()).update();
    return Done.DONE;
  }

  Done end(EndSessionsBefore write) throws SQLException {
    List<EndSession> ends =
        queries
            .statements()
            .get(SESSIONS_BEFORE)
            .bind(write.lastActivity())
            .all(
                row ->
                    new EndSession(
                        Columns.id(row, 1), Columns.id(row, 2), Columns.instant(row, 3)));
    for (EndSession end : ends) {
      if (!write.living().contains(end.sessionId())) {
        Done _ = end(end);
      }
    }
    return Done.DONE;
  }
}
