package dev.verbatim.server.identity;

import java.time.Duration;

/** Whoever issues the tokens that this server accepts. */
public interface Identity {
  /**
   * What the token is worth now. Blocks: it takes some 100 µs of computing, and an issuer elsewhere
   * may have to be asked. Never called on an event loop; safe on any other thread.
   *
   * @param token as it came from the client, anything at all
   */
  Verdict verify(String token);

  /**
   * Whether the token names a session of which a good one was seen lately, and no forged one since:
   * who comes from an address that sends forged tokens is let pass then. It costs no verification.
   */
  default boolean remembersSessionOf(String token) {
    return false;
  }

  /** The keys with which it verifies, as they now are. Never blocks. */
  IssuerKeys keys();

  /** In a few words for the log: whose tokens count. */
  String description();

  /** What a token is worth. */
  sealed interface Verdict {}

  /** It is good. */
  record Verified(Claims claims) implements Verdict {}

  /** It was good until it expired. */
  record Expired() implements Verdict {}

  /** It is worth nothing. */
  record Invalid(Mistake mistake) implements Verdict {}

  /**
   * Nobody can tell, for the issuer's keys could never be had.
   *
   * @param retryAfter when they are next asked for
   */
  record Unavailable(Duration retryAfter) implements Verdict {}
}
