package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.Identities;
import dev.verbatim.chat.store.IdentityStore.Revocation;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions that were revoked in the last {@link ClerkLimits#REVOCATION_LIFE}, in memory, as the
 * store keeps them: those from before the start, those that are told here, and, where the store is
 * shared, those that are told to another process. Guarded by its own lock, under which nothing
 * waits; for any thread.
 */
public final class Revocations implements RevokedSessions, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Revocations.class);

  private final Identities identities;
  private final Consumer<String> listener;
  private final boolean isShared;
  private final InstantSource clock;
  private final Background background;
  private final LinkedHashMap<String, Instant> revoked = new LinkedHashMap<>();
  private volatile boolean isClosed;

  /** As of when the store was last asked. Confined to the start, and then to the one round. */
  private Instant askedAt = Instant.EPOCH;

  /**
   * @param listener is told of each session that is revoked, perhaps more than once, once {@link
   *     #isRevoked} says so; on any thread, which it must not block
   * @param isShared whether others write to the store
   */
  public Revocations(
      Identities identities,
      Consumer<String> listener,
      boolean isShared,
      InstantSource clock,
      Background background) {
    this.identities = identities;
    this.listener = listener;
    this.isShared = isShared;
    this.clock = clock;
    this.background = background;
  }

  /** Reads what the store knows, and goes on from there until it is closed. Blocks. */
  public void start() throws StoreException {
    ask();
    if (isShared) {
      later(ClerkLimits.REVOCATIONS_INTERVAL, this::ask);
    }
    later(ClerkLimits.FORGET_INTERVAL, this::forget);
  }

  @Override
  public void close() {
    isClosed = true;
  }

  @Override
  public synchronized boolean isRevoked(String sessionId) {
    return revoked.containsKey(sessionId);
  }

  /** A session counts no more, which is durable by now. */
  public void onRevoked(String sessionId) {
    onRevoked(sessionId, clock.instant());
  }

  /** A session counts no more; it is known here at once, and durable when this returns. Blocks. */
  void revoke(String sessionId) throws StoreException {
    onRevoked(sessionId);
    identities.revoke(sessionId, /* eventId= */ null);
  }

  private void onRevoked(String sessionId, Instant at) {
    synchronized (this) {
      // Again behind all others, for it is the newest.
      Instant before = revoked.remove(sessionId);
      revoked.put(sessionId, before != null && before.isAfter(at) ? before : at);
      if (revoked.size() > ClerkLimits.REVOCATIONS_MAX) {
        var _ = revoked.pollFirstEntry();
      }
    }
    listener.accept(sessionId);
  }

  private void ask() throws StoreException {
    Instant now = clock.instant();
    Instant oldest = now.minus(ClerkLimits.REVOCATION_LIFE);
    Instant since = askedAt.minus(ClerkLimits.REVOCATIONS_OVERLAP);
    for (Revocation revocation : identities.revocations(since.isAfter(oldest) ? since : oldest)) {
      if (!isRevoked(revocation.sessionId())) {
        onRevoked(revocation.sessionId(), revocation.at());
      }
    }
    askedAt = now;
  }

  private void forget() throws StoreException {
    Instant now = clock.instant();
    Instant oldest = now.minus(ClerkLimits.REVOCATION_LIFE);
    synchronized (this) {
      Iterator<Map.Entry<String, Instant>> entries = revoked.entrySet().iterator();
      while (entries.hasNext() && entries.next().getValue().isBefore(oldest)) {
        entries.remove();
      }
    }
    identities.forget(now.minus(ClerkLimits.EVENT_LIFE), oldest);
  }

  /** Something to do again and again. */
  private interface Round {
    void run() throws StoreException;
  }

  private void later(Duration interval, Round round) {
    background.runAfter(interval, () -> run(interval, round));
  }

  private void run(Duration interval, Round round) {
    if (isClosed) {
      return;
    }
    try {
      round.run();
    } catch (StoreException e) {
      log.warn("The store does not tell of revoked sessions: {}", e.getMessage());
    } catch (RuntimeException e) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, "looking after revoked sessions", e);
    }
    later(interval, round);
  }
}
