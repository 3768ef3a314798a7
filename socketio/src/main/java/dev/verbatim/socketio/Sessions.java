package dev.verbatim.socketio;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a server, found by their ids. Safe for all threads; each session comes and goes
 * on its own event loop.
 *
 * <p>One that is over stays known, but is not found, until its transport has ended too and its
 * sockets' handlers are done: that is what {@link #close} waits for.
 */
final class Sessions {
  private final Map<String, Session> open = new ConcurrentHashMap<>();
  private final Set<Session> ending = ConcurrentHashMap.newKeySet();
  private final Map<Session, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();
  private final Turnstile turnstile;
  private volatile boolean closing;

  /**
   * @param turnstile which they leave at their end
   */
  Sessions(Turnstile turnstile) {
    this.turnstile = turnstile;
  }

  @Nullable Session get(String id) {
    return open.get(id);
  }

  /** The sessions that are not over. */
  int openCount() {
    return open.size();
  }

  boolean isClosing() {
    return closing;
  }

  /** A session has begun. On its loop. */
  void onOpened(Session session) {
    open.put(session.id(), session);
    if (closing) {
      session.shutDown();
    }
  }

  /** A session is over. On its loop. */
  void onClosed(Session session) {
    ending.add(session);
    open.remove(session.id());
  }

  /** Nothing of a session is left. Any thread; only the first call does something. */
  void onEnded(Session session) {
    if (ending.remove(session)) {
      turnstile.leave(session.handshake().client());
    }
    CompletableFuture<Void> waiting = awaited.remove(session);
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** Completed when nothing of a session is left. */
  CompletableFuture<Void> whenEnded(Session session) {
    CompletableFuture<Void> end = awaited.computeIfAbsent(session, _ -> new CompletableFuture<>());
    // It is in one of the two until it has ended, in that order.
    if (!open.containsKey(session.id()) && !ending.contains(session)) {
      onEnded(session);
    }
    return end;
  }

  /** Whether a session is not over. */
  boolean isOpen(Session session) {
    return open.containsKey(session.id());
  }

  /**
   * Ends all sessions, and each that may still begin.
   *
   * @param known where there may be sessions; asked when no more loops come that may have some
   * @return completed when all transports have ended
   */
  CompletableFuture<Void> close(Supplier<EngineLoop[]> known, Drain drain) {
    closing = true;
    EngineLoop[] loops = known.get();
    CompletableFuture<?>[] ended = new CompletableFuture<?>[loops.length];
    for (int i = 0; i < loops.length; i++) {
      ended[i] = new LoopDrain(this, loops[i], drain, loops.length).begin();
    }
    return CompletableFuture.allOf(ended);
  }

  /** A loop's sessions, whatever of them is left. */
  Set<Session> of(EngineLoop loop) {
    Set<Session> all = new HashSet<>();
    // In this order none is missed that goes from one to the other meanwhile.
    for (Session session : open.values()) {
      if (session.loop() == loop) {
        all.add(session);
      }
    }
    for (Session session : ending) {
      if (session.loop() == loop) {
        all.add(session);
      }
    }
    return all;
  }

  /** A loop is dead, and so are its connections. */
  void onLoopDead(EngineLoop loop) {
    for (Session session : of(loop)) {
      onClosed(session);
      onEnded(session);
    }
  }
}
