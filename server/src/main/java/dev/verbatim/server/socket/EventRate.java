package dev.verbatim.server.socket;

/**
 * How many events one socket may still send: a token bucket. Confined to the socket's event loop.
 */
final class EventRate {
  private static final long MILLIS_PER_SECOND = 1000;

  /**
   * The setting.
   *
   * @param perSecond how fast the bucket fills; 0 switches the limit off
   * @param burst how many events it holds
   */
  record Limit(int perSecond, int burst) {}

  private final Limit limit;
  private double tokens;
  private long filledAt;
  private long noticeAt;
  private boolean noticed;

  EventRate(Limit limit, long now) {
    this.limit = limit;
    this.tokens = limit.burst();
    this.filledAt = now;
  }

  /** Whether one more event may pass now, in milliseconds since the epoch. */
  boolean take(long now) {
    if (limit.perSecond() == 0) {
      return true;
    }
    // A clock that was set back fills nothing.
    long passed = Math.max(0, now - filledAt);
    tokens =
        Math.min(limit.burst(), tokens + (double) passed * limit.perSecond() / MILLIS_PER_SECOND);
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens -= 1;
    return true;
  }

  /** Whole seconds until an event may pass, at least 1. */
  long retryAfter() {
    return Math.max(1, (long) Math.ceil((1 - tokens) / limit.perSecond()));
  }

  /** Whether the client may be told of the limit now: at most once a second. */
  boolean mayTell(long now) {
    if (noticed && Math.abs(now - noticeAt) < MILLIS_PER_SECOND) {
      return false;
    }
    noticed = true;
    noticeAt = now;
    return true;
  }
}
