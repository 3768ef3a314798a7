package dev.verbatim.chat;

import dev.verbatim.chat.Timers.Cancellable;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who types where. A user types in a group once, on however many sockets: that is told when it
 * begins on the first, and again when it has ended on all. For any thread; never blocks but for its
 * lock, which is held for a moment only.
 *
 * <p>It is told by the timers' thread alone, and without the lock: nobody who types or sends waits
 * for that, and one thread's order is everybody's. A typist that has begun or ended waits for that
 * thread in a queue, once, and when its turn comes what is gets compared with what was told last.
 * So beginnings and ends are told in turn, and what begins and ends in between is told to nobody.
 * Until its turn a typist stays known, which bounds the queue as those who type are.
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

  /** Those who type, and those whose end is not told yet. Looked into without the lock. */
  private final ConcurrentHashMap<Place, Typist> typists = new ConcurrentHashMap<>();

  /** Where each socket types. Without the lock it says only whether a socket types at all. */
  private final ConcurrentHashMap<String, Set<Place>> bySocket = new ConcurrentHashMap<>();

  /** Those that wait for their turn. */
  private List<Typist> changed = new ArrayList<>();

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
    if (directory.role(user.id(), groupId) == null) {
      return;
    }
    Place place = new Place(groupId, user.id());
    Typist typist = typists.get(place);
    Instant endsAt = clock.instant().plus(timeout);
    if (typist != null && typist.endsAt.replace(socketId, endsAt) != null) {
      return;
    }
    Set<Place> onSocket = bySocket.getOrDefault(socketId, Set.of());
    if (count >= max
        || onSocket.size() >= perSocketMax
        || (typist == null && typists.size() >= max)) {
      return;
    }
    if (typist == null) {
      typist = new Typist(place, user);
      typists.put(place, typist);
    }
    if (typist.endsAt.isEmpty()) {
      onBegun(typist, socketId);
    }
    count++;
    bySocket.computeIfAbsent(socketId, _ -> new HashSet<>()).add(place);
    typist.endsAt.put(socketId, endsAt);
  }

  /** A user types no more on a socket: it said so, sent the message, or left the group's room. */
  public void stop(ObjectId userId, ObjectId groupId, String socketId) {
    // Every message sent comes by here, mostly on a socket on which nobody was seen typing.
    if (bySocket.containsKey(socketId)) {
      stop(new Place(groupId, userId), socketId);
    }
  }

  private synchronized void stop(Place place, String socketId) {
    Typist typist = typists.get(place);
    if (typist != null && typist.endsAt.containsKey(socketId)) {
      forget(typist, socketId);
      if (!endIfOver(typist)) {
        // The timer may look at the socket's time that has just gone, which was the last.
        stopTimer(typist);
        setTimer(typist, Duration.between(clock.instant(), typist.lastEnd()));
      }
    }
  }

  /** A socket is gone. */
  public void stopAll(String socketId) {
    if (bySocket.containsKey(socketId)) {
      stopOn(socketId);
    }
  }

  private synchronized void stopOn(String socketId) {
    List.copyOf(bySocket.getOrDefault(socketId, Set.of())).forEach(place -> stop(place, socketId));
  }

  /**
   * A user types in a group no more, on whatever socket: it is no member now, or sent the message
   * by another way.
   */
  void onDone(ObjectId userId, ObjectId groupId) {
    Typist typist = typists.get(new Place(groupId, userId));
    if (typist != null) {
      end(typist);
    }
  }

  private synchronized void end(Typist typist) {
    if (!typist.endsAt.isEmpty()) {
      List.copyOf(typist.endsAt.keySet()).forEach(socketId -> forget(typist, socketId));
      onEnded(typist);
    }
  }

  /** A group is closed: nobody types there, and nobody is left to be told. */
  void onGroupClosed(ObjectId groupId) {
    // It looks at all who type, who are few.
    for (Typist typist : typists.values()) {
      if (typist.place.groupId.equals(groupId)) {
        endUntold(typist);
      }
    }
  }

  private synchronized void endUntold(Typist typist) {
    end(typist);
    typist.toldSocketId = null;
  }

  /** How many type, each socket and group counted. */
  public synchronized int count() {
    return count;
  }

  /** One timer for each who types: typing on only moves the time that the timer looks at. */
  private synchronized void onTimer(Typist typist, int round) {
    // One that began just before it was cancelled belongs to an earlier round.
    if (round == typist.round && !endIfOver(typist)) {
      setTimer(typist, Duration.between(clock.instant(), typist.lastEnd()));
    }
  }

  private void setTimer(Typist typist, Duration delay) {
    int round = typist.round;
    typist.timer = timers.after(delay, () -> onTimer(typist, round));
  }

  /** Forgets the sockets whose time is over; whether that ends the typing. */
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
    onEnded(typist);
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

  private void onBegun(Typist typist, String socketId) {
    typist.socketId = socketId;
    setTimer(typist, timeout);
    queue(typist);
  }

  private void stopTimer(Typist typist) {
    typist.round++;
    if (typist.timer != null) {
      typist.timer.cancel();
      typist.timer = null;
    }
  }

  private void onEnded(Typist typist) {
    stopTimer(typist);
    queue(typist);
  }

  private void queue(Typist typist) {
    if (typist.isQueued) {
      return;
    }
    typist.isQueued = true;
    changed.add(typist);
    if (changed.size() == 1) {
      Cancellable _ = timers.after(Duration.ZERO, this::tellChanged);
    }
  }

  /** On the timers' thread. What changes meanwhile has its turn behind other timers' work. */
  private void tellChanged() {
    List<Typist> turns;
    synchronized (this) {
      turns = changed;
      changed = new ArrayList<>();
    }
    turns.forEach(this::tell);
  }

  private void tell(Typist typist) {
    Place place = typist.place;
    @Nullable String told;
    @Nullable String now;
    @Nullable User known = directory.user(place.userId);
    // By the name of now, which may be another than when it began.
    User user = known == null ? typist.user : known;
    synchronized (this) {
      if (directory.role(place.userId, place.groupId) == null) {
        // Its removal came before the beginning that it was to end.
        end(typist);
      }
      typist.isQueued = false;
      told = typist.toldSocketId;
      if (typist.endsAt.isEmpty()) {
        now = null;
        typists.remove(place);
      } else {
        now = told == null ? typist.socketId : told;
      }
      typist.toldSocketId = now;
    }
    if (told == null && now != null) {
      faults.guard(
          "telling that somebody types", () -> listener.onTypingStarted(place.groupId, user, now));
    } else if (told != null && now == null) {
      faults.guard(
          "telling that somebody types no more",
          () -> listener.onTypingStopped(place.groupId, place.userId, told));
    }
  }

  private record Place(ObjectId groupId, ObjectId userId) {}

  /** A user who types in a group, or did until just now. Guarded by the typing's lock. */
  private static final class Typist {
    final Place place;
    final User user;

    /** When it ends on each socket, unless it goes on; none when it has ended. */
    final Map<String, Instant> endsAt = new HashMap<>(2);

    /** The socket on which it began, the last time it did. */
    @Nullable String socketId;

    /** The socket that was not told of the typing that the others were told of; null for none. */
    @Nullable String toldSocketId;

    boolean isQueued;
    @Nullable Cancellable timer;
    int round;

    Typist(Place place, User user) {
      this.place = place;
      this.user = user;
    }

    Instant lastEnd() {
      return endsAt.values().stream().max(Instant::compareTo).orElseThrow();
    }
  }
}
