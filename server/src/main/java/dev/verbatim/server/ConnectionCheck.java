package dev.verbatim.server;

/** Tries one thing that the server will need, for {@code check-config}. */
interface ConnectionCheck {
  /** What is tried, in a word or two. */
  String name();

  /**
   * Tries it. Blocks, for {@link Limits#CHECK_TIME_MAX} at most; changes nothing that stays. The
   * texts of its results hold no secret.
   */
  Result run();

  /** What came of it. */
  sealed interface Result {}

  /** It works. */
  record Works(String detail) implements Result {}

  /** The server could not use it. */
  record Fails(String reason) implements Result {}
}
