package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.Limits;
import java.util.LinkedHashSet;

/**
 * The users that were barred last. A socket whose token was looked at before that, and which enters
 * its rooms after it, is found by them. Guarded by its own lock; for any thread.
 */
final class BarredUsers {
  private final LinkedHashSet<ObjectId> userIds = new LinkedHashSet<>();

  synchronized void onChanged(User user) {
    boolean _ = userIds.remove(user.id());
    if (!user.isActive()) {
      boolean _ = userIds.add(user.id());
      if (userIds.size() > Limits.BARRED_USERS_MAX) {
        ObjectId _ = userIds.removeFirst();
      }
    }
  }

  synchronized boolean contains(ObjectId userId) {
    return userIds.contains(userId);
  }
}
