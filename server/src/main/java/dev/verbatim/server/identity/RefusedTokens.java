package dev.verbatim.server.identity;

import dev.verbatim.server.Limits;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Counts the tokens that let nobody in, the webhooks that nobody is known to have signed, and the
 * sessions that Clerk should know and does not, by reason, and says in the log why: at most once in
 * {@link Limits#REFUSAL_LOG_INTERVAL} for each reason, so that a flood costs two additions a token.
 * Holds nothing of a token. Safe on any thread, and never blocks.
 */
public final class RefusedTokens {
  private static final Logger log = LoggerFactory.getLogger(RefusedTokens.class);

  private static final String EXPIRED = "expired";
  private static final String UNAVAILABLE = "unavailable";
  private static final String NO_USER = "barred_user";
  private static final String OVER_RATE = "over_rate";
  private static final String UNSIGNED_WEBHOOK = "unsigned_webhook";
  private static final String UNKNOWN_SESSION = "unknown_session";

  private final InstantSource clock;
  private final Map<String, Count> counts = new LinkedHashMap<>();

  public RefusedTokens(InstantSource clock) {
    this.clock = clock;
    for (Mistake mistake : Mistake.values()) {
      counts.put(mistake.label(), new Count());
    }
    counts.put(EXPIRED, new Count());
    counts.put(UNAVAILABLE, new Count());
    counts.put(NO_USER, new Count());
    counts.put(OVER_RATE, new Count());
    counts.put(UNSIGNED_WEBHOOK, new Count());
    counts.put(UNKNOWN_SESSION, new Count());
  }

  /**
   * How many there were of each reason, by its label; a label that never occurred is there, too.
   */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new LinkedHashMap<>();
    counts.forEach((label, count) -> sums.put(label, count.sum.sum()));
    return Collections.unmodifiableMap(sums);
  }

  void onInvalid(Mistake mistake) {
    count(mistake.label(), "A token is refused: " + mistake.words());
  }

  /** Every client's token expires one day, so that the log does not tell. */
  void onExpired() {
    count(EXPIRED).sum.increment();
  }

  void onUnavailable() {
    count(UNAVAILABLE, "A token is refused: there are no keys yet to check it with");
  }

  /** A banned, deleted or inactive user, or one whom the issuer does not know. */
  void onNoUser() {
    count(NO_USER, "A token is refused: its user is barred or not there");
  }

  void onOverRate() {
    count(OVER_RATE, "A token is refused unseen: too many forged ones have come from its address");
  }

  /** Nothing that is told by webhook arrives if it is the secret that is wrong. */
  public void onUnsignedWebhook() {
    count(UNSIGNED_WEBHOOK, "A webhook is refused: it is not signed with CLERK_WEBHOOK_SECRET");
  }

  /** Clerk's Backend API does not know the session of a good token, and never knew any. */
  public void onUnknownSession() {
    count(
        UNKNOWN_SESSION,
        Level.WARN,
        "Clerk's Backend API knows none of the sessions, so that it cannot tell which are over:"
            + " CLERK_SECRET_KEY or CLERK_API_URL is of another instance");
  }

  private void count(String label, String words) {
    count(label, Level.INFO, words);
  }

  private void count(String label, Level level, String words) {
    Count count = count(label);
    count.sum.increment();
    if (count.isToBeLogged(clock.instant())) {
      log.atLevel(level).log("{} ({} so far)", words, count.sum.sum());
    }
  }

  private Count count(String label) {
    Count count = counts.get(label);
    if (count == null) {
      throw new IllegalStateException("Not a label: " + label);
    }
    return count;
  }

  private static final class Count {
    final LongAdder sum = new LongAdder();
    private final AtomicReference<Instant> loggedAt = new AtomicReference<>(Instant.MIN);

    boolean isToBeLogged(Instant now) {
      Instant before = loggedAt.get();
      if (before.equals(Instant.MIN)) {
        return loggedAt.compareAndSet(before, now);
      }
      Duration since = Duration.between(before, now);
      return (since.isNegative() || since.compareTo(Limits.REFUSAL_LOG_INTERVAL) >= 0)
          && loggedAt.compareAndSet(before, now);
    }
  }
}
