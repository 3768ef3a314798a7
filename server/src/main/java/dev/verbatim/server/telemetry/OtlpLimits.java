package dev.verbatim.server.telemetry;

import java.time.Duration;

/** The bounds of what is sent to a collector, each with its reason. */
final class OtlpLimits {
  /** Records, and as many spans, that wait to be sent; those beyond are lost, and counted. */
  static final int WAITING_MAX = 2_048;

  /**
   * Sent in one request: spans of some 500 bytes, or faults of some 5 KB, which their stacks take.
   */
  static final int BATCH_MAX = 512;

  /** Characters of one value; the rest is left out. The stack of a fault in a route has 10,000. */
  static final int VALUE_CHARS_MAX = 16_384;

  /** How long something waits for others to be sent with it. */
  static final Duration DELAY = Duration.ofSeconds(1);

  /** How long one request may take; what was in it is lost then, and counted. */
  static final Duration REQUEST_TIME_MAX = Duration.ofSeconds(10);

  /** Commits are linked to so many traces at most, as by the SDK's own bound. */
  static final int LINKS_MAX = 128;

  private OtlpLimits() {}
}
