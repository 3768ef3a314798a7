package dev.verbatim.chat;

import dev.verbatim.chat.Timers.Cancellable;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who types where. A user types in a group once, on however many sockets: that is told when it
 * begins on the first, and again when it has ended on all. Guarded by its own lock, which is held
 * while the listener is told, so that beginnings and ends are told in turn. For any thread; never
 * blocks but for that lock.
 */
public final class Typing {
  private final Directory directory;
  private final ChatListener listener;
  private final Faults faults;
  private final Timers timers;
  private final InstantSource clock;
  private final Duration timeout;
  private final int max;
  private final int perSocketMax;

  private final Map<Place, Typist> typists = new HashMap<>();
  private final Map<String, Set<Place>> bySocket = new HashMap<>();
  private int count;

  Typing(
      Directory directory,
      ChatListener listener,
      Faults faults,
      Timers timers,
      InstantSource clock,
      ChatSettings settings) {
    this.directory = directory;
    this.listener = listener;
    this.faults = faults;
    this.timers = timers;
    this.clock = clock;
    timeout = settings.typingTimeout();
    max = settings.typingMax();
    perSocketMax = settings.typingPerSocketMax();
  }

  /**
   * A user types on a socket. Once more within the timeout, it types on; who is no member, or would
   * pass a bound, is not shown typing.
   */
  public synchronized void start(User user, ObjectId groupId, String socketId) {
    // In here: a removal is known to the directory before it comes to this lock.
    if (directory.role(user.id(), groupId) == null) {
      return;
    }
    Place place = new Place(groupId, user.id());
    Typist known = typists.get(place);
    Instant endsAt = clock.instant().plus(timeout);
    if (known != null && known.endsAt.replace(socketId, endsAt) != null) {
      return;
    }
    Set<Place> onSocket = bySocket.getOrDefault(socketId, Set.of());
    if (count >= max || onSocket.size() >= perSocketMax) {
      return;
    }
    count++;
    bySocket.computeIfAbsent(socketId, _ -> new HashSet<>()).add(place);
    if (known != null) {
      known.endsAt.put(socketId, endsAt);
      return;
    }
    Typist typist = new Typist(place, socketId);
    typist.endsAt.put(socketId, endsAt);
    typists.put(place, typist);
    typist.timer = timers.after(timeout, () -> onTimer(typist));
    faults.guard(
        "telling that somebody types", () -> listener.onTypingStarted(groupId, user, socketId));
  }

  /** A user types no more on a socket: it said so, sent the message, or left the group's room. */
  public synchronized void stop(ObjectId userId, ObjectId groupId, String socketId) {
    Typist typist = typists.get(new Place(groupId, userId));
    if (typist != null && typist.endsAt.containsKey(socketId)) {
      forget(typist, socketId);
      endIfOver(typist);
    }
  }

  /** A socket is gone. */
  public synchronized void stopAll(String socketId) {
    for (Place place : List.copyOf(bySocket.getOrDefault(socketId, Set.of()))) {
      stop(place.userId, place.groupId, socketId);
    }
  }

  /**
   * A user types in a group no more, on whatever socket: it is no member now, or sent the message
   * by another way.
   */
  synchronized void onDone(ObjectId userId, ObjectId groupId) {
    Typist typist = typists.get(new Place(groupId, userId));
    if (typist != null) {
      List.copyOf(typist.endsAt.keySet()).forEach(socketId -> forget(typist, socketId));
      endIfOver(typist);
    }
  }

  /** A group is closed: nobody types there, and nobody is left to be told. */
  synchronized void onGroupClosed(ObjectId groupId) {
    // It looks at all who type, who are few.
    for (Typist typist : List.copyOf(typists.values())) {
      if (typist.place.groupId.equals(groupId)) {
        List.copyOf(typist.endsAt.keySet()).forEach(socketId -> forget(typist, socketId));
        remove(typist);
      }
    }
  }

  /** How many type, each socket and group counted. */
  public synchronized int count() {
    return count;
  }

  /** One timer for each who types: typing on only moves the time that the timer looks at. */
  private synchronized void onTimer(Typist typist) {
    if (typists.get(typist.place) == typist && !endIfOver(typist)) {
      Duration left = Duration.between(clock.instant(), typist.lastEnd());
      typist.timer = timers.after(left, () -> onTimer(typist));
    }
  }

  /** Forgets the sockets whose time is over, and the typing itself if none is left. */
  private boolean endIfOver(Typist typist) {
    Instant now = clock.instant();
    for (Map.Entry<String, Instant> each : List.copyOf(typist.endsAt.entrySet())) {
      Duration left = Duration.between(now, each.getValue());
      // More than the timeout is left if the clock was set back: nobody knows how much really is.
      if (!left.isPositive() || left.compareTo(timeout) > 0) {
        forget(typist, each.getKey());
      }
    }
    if (!typist.endsAt.isEmpty()) {
      return false;
    }
    remove(typist);
    Place place = typist.place;
    faults.guard(
        "telling that somebody types no more",
        () -> listener.onTypingStopped(place.groupId, place.userId, typist.socketId));
    return true;
  }

  private void forget(Typist typist, String socketId) {
    typist.endsAt.remove(socketId);
    count--;
    Set<Place> onSocket = bySocket.getOrDefault(socketId, Set.of());
    onSocket.remove(typist.place);
    if (onSocket.isEmpty()) {
      bySocket.remove(socketId);
    }
  }

  private void remove(Typist typist) {
    typists.remove(typist.place);
    if (typist.timer != null) {
      typist.timer.cancel();
    }
  }

  private record Place(ObjectId groupId, ObjectId userId) {}

  /** A user who types in a group. Guarded by the typing's lock. */
  private static final class Typist {
    final Place place;

    /** The socket on which it began. */
    final String socketId;

    /** When it ends on each socket, unless it goes on. */
    final Map<String, Instant> endsAt = new HashMap<>(2);

    @Nullable Cancellable timer;

    Typist(Place place, String socketId) {
      this.place = place;
      this.socketId = socketId;
    }

    Instant lastEnd() {
      return endsAt.values().stream().max(Instant::compareTo).orElseThrow();
    }
  }
}
