package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes of what the identity provider tells. Confined to the writer. */
final class IdentityWrites {
  private static final String KNOWN = "SELECT told_at, is_deleted FROM users WHERE clerk_id = ?";
  private static final String TELL =
      """
      UPDATE users
      SET email = ?, first_name = ?, last_name = ?, username = ?, profile_image_url = ?,
          is_banned = ?, told_at = ?, updated_at = ?
      WHERE clerk_id = ?
      """;
  private static final String DELETE =
      "UPDATE users SET is_deleted = 1, is_active = 0, updated_at = ? WHERE clerk_id = ?";
  private static final String REMEMBER =
      "INSERT INTO events (id, at) VALUES (?, ?) ON CONFLICT (id) DO NOTHING";
  private static final String REVOKE =
      """
      INSERT INTO revocations (session_id, at) VALUES (?, ?)
      ON CONFLICT (session_id) DO UPDATE SET at = max(at, excluded.at)
      """;

  private final Queries queries;
  private final UserWrites users;

  IdentityWrites(Queries queries, UserWrites users) {
    this.queries = queries;
    this.users = users;
  }

  UserChanged change(UserChange change) throws SQLException {
    String clerkId = change.user().clerkId();
    UserChange.@Nullable Known known =
        queries
            .statements()
            .get(KNOWN)
            .bind(clerkId)
            .first(row -> new UserChange.Known(Columns.instantOrNull(row, 1), Columns.flag(row, 2)))
            .orElse(null);
    UserChanged obstacle = change.obstacle(known);
    if (obstacle != null) {
      return obstacle;
    }
    boolean isNew = known == null && users.insert(change.user());
    switch (change) {
      case UserChange.Tell tell -> tell(tell);
      case UserChange.Delete(User user) -> {
        int _ =
            queries.statements().get(DELETE).bind(user.updatedAt()).bind(user.clerkId()).update();
      }
    }
    return new UserChanged.Done(queries.users().byClerkId(clerkId).orElseThrow(), isNew);
  }

  private void tell(UserChange.Tell tell) throws SQLException {
    User user = tell.user();
    int _ =
        queries
            .statements()
            .get(TELL)
            .bind(user.email())
            .bind(user.firstName())
            .bind(user.lastName())
            .bind(user.username())
            .bind(user.profileImageUrl())
            .bind(tell.isBanned())
            .bind(tell.toldAt())
            .bind(user.updatedAt())
            .bind(user.clerkId())
            .update();
  }

  /** Remembers an event's name; false if it was known. */
  boolean remember(String eventId, Instant at) throws SQLException {
    return queries.statements().get(REMEMBER).bind(eventId).bind(at).update() == 1;
  }

  Write.Done revoke(Write.RevokeSession write) throws SQLException {
    int _ = queries.statements().get(REVOKE).bind(write.sessionId()).bind(write.at()).update();
    return Write.Done.DONE;
  }

  Write.Done forget(Write.Forget write) throws SQLException {
    int _ =
        queries.statements().get("DELETE FROM events WHERE at < ?").bind(write.events()).update();
    int _ =
        queries
            .statements()
            .get("DELETE FROM revocations WHERE at < ?")
            .bind(write.revocations())
            .update();
    return Write.Done.DONE;
  }

  Optional<User> read(Write.ReadUser question) throws SQLException {
    return queries.users().byId(question.userId());
  }
}
