package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.util.LinkedHashSet;

/**
 * The users that were barred last. A socket whose token was looked at before that, and which enters
 * its rooms after it, is found by them. Guarded by its own lock; for any thread.
 */
final class BarredUsers {
  /** More are not barred in the seconds that a socket needs to come in. */
  private static final int USERS_MAX = 10_000;

  private final LinkedHashSet<ObjectId> userIds = new LinkedHashSet<>();

  synchronized void onChanged(User user) {
    boolean _ = userIds.remove(user.id());
    if (!user.isActive()) {
      boolean _ = userIds.add(user.id());
      if (userIds.size() > USERS_MAX) {
        ObjectId _ = userIds.removeFirst();
      }
    }
  }

  synchronized boolean contains(ObjectId userId) {
    return userIds.contains(userId);
  }
}
