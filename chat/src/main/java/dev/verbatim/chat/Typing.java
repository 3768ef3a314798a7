package dev.verbatim.chat;

import dev.verbatim.chat.Timers.Cancellable;
import dev.verbatim.chat.model.ObjectId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who types where, by socket. Guarded by its own lock, which is never held while somebody is told.
 * For any thread; never blocks but for that lock.
 */
public final class Typing {
  private final Directory directory;
  private final ChatListener listener;
  private final Timers timers;
  private final InstantSource clock;
  private final Duration timeout;
  private final int max;
  private final int perSocketMax;

  private final Map<String, Map<ObjectId, Entry>> bySocket = new HashMap<>();
  private int count;

  Typing(
      Directory directory,
      ChatListener listener,
      Timers timers,
      InstantSource clock,
      ChatSettings settings) {
    this.directory = directory;
    this.listener = listener;
    this.timers = timers;
    this.clock = clock;
    timeout = settings.typingTimeout();
    max = settings.typingMax();
    perSocketMax = settings.typingPerSocketMax();
  }

  /**
   * A user types.
   *
   * @return whether that is news to be told: the user is a member of the group and did not type
   *     there on this socket before. Once more within the timeout, it only types on; beyond the
   *     bounds nobody is shown typing
   */
  public boolean start(ObjectId userId, ObjectId groupId, String socketId) {
    if (directory.role(userId, groupId) == null) {
      return false;
    }
    synchronized (this) {
      Map<ObjectId, Entry> groups = bySocket.get(socketId);
      Entry known = groups == null ? null : groups.get(groupId);
      if (known != null) {
        known.endsAt = clock.instant().plus(timeout);
        return false;
      }
      if (count >= max || (groups != null && groups.size() >= perSocketMax)) {
        return false;
      }
      Entry entry = new Entry(userId, groupId, socketId, clock.instant().plus(timeout));
      bySocket.computeIfAbsent(socketId, _ -> new HashMap<>()).put(groupId, entry);
      count++;
      entry.timer = timers.after(timeout, () -> onTimer(entry));
      return true;
    }
  }

  /**
   * A user types no more: it said so, sent the message, or left the group's room.
   *
   * @return whether it did type there on this socket, which is news to be told
   */
  public boolean stop(ObjectId userId, ObjectId groupId, String socketId) {
    synchronized (this) {
      Map<ObjectId, Entry> groups = bySocket.get(socketId);
      Entry entry = groups == null ? null : groups.get(groupId);
      if (entry == null || !entry.userId.equals(userId)) {
        return false;
      }
      remove(entry);
      entry.cancelTimer();
      return true;
    }
  }

  /**
   * A socket is gone.
   *
   * @return the groups in which somebody typed on it, to be told
   */
  public List<ObjectId> stopAll(String socketId) {
    synchronized (this) {
      Map<ObjectId, Entry> groups = bySocket.remove(socketId);
      if (groups == null) {
        return List.of();
      }
      count -= groups.size();
      groups.values().forEach(Entry::cancelTimer);
      return List.copyOf(groups.keySet());
    }
  }

  /** How many type, each socket and group counted. */
  public synchronized int count() {
    return count;
  }

  /** One timer for each entry: typing on only moves the time the timer looks at. */
  private void onTimer(Entry entry) {
    synchronized (this) {
      Map<ObjectId, Entry> groups = bySocket.get(entry.socketId);
      if (groups == null || groups.get(entry.groupId) != entry) {
        return;
      }
      Duration left = Duration.between(clock.instant(), entry.endsAt);
      if (left.isPositive()) {
        // No more than the timeout: the clock may have been set back.
        Duration delay = left.compareTo(timeout) > 0 ? timeout : left;
        entry.timer = timers.after(delay, () -> onTimer(entry));
        return;
      }
      remove(entry);
    }
    listener.onTypingStopped(entry.groupId, entry.userId, entry.socketId);
  }

  private void remove(Entry entry) {
    Map<ObjectId, Entry> groups = bySocket.get(entry.socketId);
    if (groups != null && groups.remove(entry.groupId, entry)) {
      count--;
      if (groups.isEmpty()) {
        bySocket.remove(entry.socketId);
      }
    }
  }

  /** Guarded by the typing's lock. */
  private static final class Entry {
    final ObjectId userId;
    final ObjectId groupId;
    final String socketId;
    Instant endsAt;
    @Nullable Cancellable timer;

    Entry(ObjectId userId, ObjectId groupId, String socketId, Instant endsAt) {
      this.userId = userId;
      this.groupId = groupId;
      this.socketId = socketId;
      this.endsAt = endsAt;
    }

    void cancelTimer() {
      if (timer != null) {
        timer.cancel();
      }
    }
  }
}
