package dev.verbatim.server.identity;

import java.time.Duration;

/** Is told of each question to the identity provider. For any thread; it never blocks. */
public interface IdentityCalls {
  /** Takes no notice. */
  IdentityCalls NONE = (_, _, _) -> {};

  /** What was asked for. */
  enum Call {
    /** The keys with which tokens are signed. */
    KEYS,
    /** A user of the Backend API's. */
    USER,
    /** A session of the Backend API's. */
    SESSION
  }

  /** What came of it. */
  enum Outcome {
    FOUND,
    /** There is none. */
    NOT_FOUND,
    /** No answer, or one that is of no use. */
    UNAVAILABLE,
    /** It was not asked at all: its rate, or our own bound of requests at one time, is reached. */
    NOT_ASKED
  }

  /** One question is over. */
  void onAnswered(Call call, Outcome outcome, Duration took);
}
