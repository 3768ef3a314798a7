package dev.verbatim.chat;

import dev.verbatim.chat.Timers.Cancellable;
import dev.verbatim.chat.model.ObjectId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
    synchronized (this) {
      // In here, so that who is removed has either ended by it or is not let in any more.
      if (directory.role(userId, groupId) == null) {
        return false;
      }
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

  /** A user is in a group no more: whatever typing of theirs there was has ended, which is told. */
  void onMemberRemoved(ObjectId userId, ObjectId groupId) {
    for (Entry entry : removeAll(groupId, userId)) {
      listener.onTypingStopped(groupId, userId, entry.socketId);
    }
  }

  /** A group is closed: nobody types there, and nobody is left to be told. */
  void onGroupClosed(ObjectId groupId) {
    List<Entry> _ = removeAll(groupId, null);
  }

  /** Ends typing in a group, that of one user or of all. It looks at all who type, who are few. */
  private synchronized List<Entry> removeAll(ObjectId groupId, @Nullable ObjectId userId) {
    List<Entry> removed = new ArrayList<>();
    for (Map<ObjectId, Entry> groups : List.copyOf(bySocket.values())) {
      Entry entry = groups.get(groupId);
      if (entry != null && (userId == null || entry.userId.equals(userId))) {
        remove(entry);
        entry.cancelTimer();
        removed.add(entry);
      }
    }
    return removed;
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
