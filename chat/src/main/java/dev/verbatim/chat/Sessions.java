package dev.verbatim.chat;

import dev.verbatim.chat.model.DeviceType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of the sockets that are connected here, one for each authenticated socket, so that
 * the bound on sockets is the bound on sessions. For any thread; only {@link #begin} blocks.
 *
 * <p>Sessions are stored for others to see and nothing waits for that: a session whose row could
 * not be written lives all the same, and an end that could not be written is written at the next
 * clean-up.
 */
public final class Sessions {
  private final Writer writer;
  private final Directory directory;
  private final Presence presence;
  private final Timers timers;
  private final InstantSource clock;
  private final ChatSettings settings;

  private final ConcurrentHashMap<ObjectId, Session> live = new ConcurrentHashMap<>();

  /** Ends that the store has not taken. */
  private final ConcurrentHashMap<ObjectId, Write.EndSession> unstoredEnds =
      new ConcurrentHashMap<>();

  private volatile Timers.@Nullable Cancellable cleanup;
  private volatile boolean closed;

  Sessions(
      Writer writer,
      Directory directory,
      Presence presence,
      Timers timers,
      InstantSource clock,
      ChatSettings settings) {
    this.writer = writer;
    this.directory = directory;
    this.presence = presence;
    this.timers = timers;
    this.clock = clock;
    this.settings = settings;
  }

  /** A session that began, and its user as it is by then. */
  public record Login(Session session, User user) {}

  /**
   * Begins a socket's session: its user is in the {@link Directory} and online from here on, or as
   * away as on other devices. Blocks. Whoever gets a session owes it one {@link #end}, also when
   * the socket went away meanwhile.
   *
   * <p>Who is added to a group is told by {@link ChatListener#onMemberAdded}, perhaps before the
   * caller has this: a caller that keeps sockets by user registers the socket first and then takes
   * the rooms from {@link Directory#groupIds}.
   *
   * @throws StoreException if the user's groups cannot be read; nothing has begun then
   */
  public Login begin(User user, String socketId, DeviceType deviceType) throws StoreException {
    directory.hold(user);
    Session session = presence.onBegan(user, status -> begun(user, socketId, status, deviceType));
    return new Login(session, Objects.requireNonNull(directory.user(user.id())));
  }

  private Session begun(User user, String socketId, Status status, DeviceType deviceType) {
    Instant now = clock.instant();
    Session session =
        new Session(ObjectId.next(now), user.id(), socketId, status, now, deviceType, now, now);
    store(session);
    live.put(session.id(), session);
    return session;
  }

  /** What became of a change of status. */
  public sealed interface StatusChanged permits StatusChanged.Done, Refused.Unavailable {
    /**
     * The user's status on all devices, which it may have been before.
     *
     * @param lastSeen when the user said so
     */
    record Done(ObjectId userId, Status status, Instant lastSeen) implements StatusChanged {}
  }

  /**
   * Makes a user online or away, on all devices, and tells who may know. Of several changes the
   * last one that was committed counts.
   *
   * @param sessionId of the socket by which the user said so
   * @param reply is told once, on the writer's thread, or on the caller's if nothing was written
   */
  public void changeStatus(ObjectId sessionId, Status status, Consumer<StatusChanged> reply) {
    Session session = live.get(sessionId);
    if (session == null) {
      reply.accept(new Refused.Unavailable());
      return;
    }
    Write.ChangeStatus change = new Write.ChangeStatus(session.userId(), status, clock.instant());
    boolean taken =
        writer.submit(
            change,
            Outcome.of(
                _ -> {
                  onStatusStored(session, change);
                  reply.accept(new StatusChanged.Done(change.userId(), status, change.since()));
                },
                _ -> reply.accept(new Refused.Unavailable())));
    if (!taken) {
      reply.accept(new Refused.Unavailable());
    }
  }

  private void onStatusStored(Session by, Write.ChangeStatus change) {
    boolean isNews = presence.onStatus(by, change.status(), change.since(), this::putStatus);
    if (isNews) {
      // Once more, behind sessions that began or were active meanwhile: they were stored with the
      // status from before.
      boolean _ = writer.submit(change, Outcome.ignored());
    }
  }

  private void putStatus(ObjectId sessionId, Status status, Instant since) {
    Session _ = live.computeIfPresent(sessionId, (_, session) -> session.withStatus(status, since));
  }

  /**
   * A session's socket did something. Its last activity moves at most once in {@link
   * ChatSettings#sessionTouchInterval}; without effect once it has ended.
   */
  public void touch(ObjectId sessionId) {
    Session known = live.get(sessionId);
    if (known == null || !isTouchDue(known, clock.instant())) {
      return;
    }
    Session touched =
        live.computeIfPresent(
            sessionId,
            (_, session) -> {
              Instant now = clock.instant();
              if (!isTouchDue(session, now)) {
                return session;
              }
              Session moved = session.withActivity(now);
              // In here, so that it comes before the end.
              store(moved);
              return moved;
            });
    if (touched != null) {
      presence.onUpdated(touched);
    }
  }

  private boolean isTouchDue(Session session, Instant now) {
    Duration since = Duration.between(session.lastActivity(), now);
    return since.compareTo(settings.sessionTouchInterval()) >= 0;
  }

  /** Ends a session; without effect if it has ended already. */
  public void end(ObjectId sessionId) {
    Session session = live.remove(sessionId);
    if (session == null) {
      return;
    }
    storeEnd(new Write.EndSession(sessionId, session.userId(), clock.instant()));
    presence.onEnded(session);
    directory.release(session.userId());
  }

  /** A session that has not ended, or null. */
  public @Nullable Session session(ObjectId sessionId) {
    return live.get(sessionId);
  }

  /** How many sessions have not ended. */
  public int count() {
    return live.size();
  }

  private void store(Session session) {
    boolean _ = writer.submit(new Write.PutSession(session), Outcome.ignored());
  }

  private void storeEnd(Write.EndSession end) {
    boolean taken =
        writer.submit(end, Outcome.of(_ -> unstoredEnds.remove(end.sessionId()), _ -> keep(end)));
    if (!taken) {
      keep(end);
    }
  }

  private void keep(Write.EndSession end) {
    if (unstoredEnds.size() < settings.sessionEndsMax()) {
      unstoredEnds.put(end.sessionId(), end);
    }
  }

  /** Removes what a crash left: at the start every session of ours in the store is of that kind. */
  void removeAll() throws StoreException {
    // Not the present: the clock may have been ahead before the crash.
    Write.Done _ =
        writer.commit(new Write.EndSessionsBefore(Instant.parse("9999-01-01T00:00:00Z"), Set.of()));
  }

  void startCleanup() {
    cleanup = timers.after(settings.sessionCleanupInterval(), this::cleanUp);
  }

  void close() {
    closed = true;
    Timers.Cancellable next = cleanup;
    if (next != null) {
      next.cancel();
    }
  }

  /**
   * Removes sessions idle for longer than the timeout whose sockets are gone. Those whose end is
   * known are ended; of those nobody remembers, all go that do not live.
   */
  private void cleanUp() {
    if (closed) {
      return;
    }
    // First, so that whatever fails below does not end the cleaning for good.
    startCleanup();
    List.copyOf(unstoredEnds.values()).forEach(this::storeEnd);
    Instant cutoff = clock.instant().minus(settings.sessionTimeout());
    Set<ObjectId> living = new HashSet<>();
    for (Session session : live.values()) {
      if (session.lastActivity().isBefore(cutoff)) {
        living.add(session.id());
      }
    }
    boolean _ = writer.submit(new Write.EndSessionsBefore(cutoff, living), Outcome.ignored());
  }
}
