package dev.verbatim.server;

import java.util.List;

/** Tries one thing that the server will need, for {@code check-config}. */
interface ConnectionCheck {
  /** What is tried, in a word or two. */
  String name();

  /**
   * Tries it. Blocks, for {@link Limits#CHECK_TIME_MAX} at most a connection; changes nothing that
   * stays. The texts of its results hold no secret.
   */
  Result run();

  /** What came of it. */
  sealed interface Result {}

  /**
   * It works.
   *
   * @param warnings what may be wrong with it all the same, a sentence each
   */
  record Works(String detail, List<String> warnings) implements Result {
    public Works {
      warnings = List.copyOf(warnings);
    }

    /** It works as far as can be told. */
    Works(String detail) {
      this(detail, List.of());
    }
  }

  /** The server could not use it. */
  record Fails(String reason) implements Result {}
}
