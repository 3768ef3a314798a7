package dev.verbatim.server.logs;

import java.time.Duration;

/** The bounds of the log, each with its reason. */
final class LogLimits {
  /**
   * Records that wait to be written; those beyond are lost, and counted. Event loops log too, and
   * must not wait for whoever reads the output. With 8,192 a reader may stop for seconds.
   */
  static final int QUEUED_MAX = 8_192;

  /**
   * Characters of all that waits, some bytes each; what comes beyond is lost, and counted. Records
   * have some 200, but a line of the access log may have 24,000 if its client wants that.
   */
  static final int QUEUED_CHARS_MAX = 4 << 20;

  /**
   * Records of the access log, of debug and of trace, which are many, come in while so many wait,
   * four fifths. The rest is kept for what tells of a fault.
   */
  static final int QUEUED_MINOR_MAX = QUEUED_MAX / 5 * 4;

  /** The same of characters. */
  static final int QUEUED_MINOR_CHARS_MAX = QUEUED_CHARS_MAX / 5 * 4;

  /** Characters that a frame of a stack trace counts for, in the queue. */
  static final int FRAME_CHARS = 100;

  /** How long the end of the process waits for them to be written, unless it has less time. */
  static final Duration END_TIME_MAX = Duration.ofSeconds(1);

  /** Over which time lines count as the same storm. */
  static final Duration STORM_INTERVAL = Duration.ofSeconds(10);

  /** Lines of one kind that are written in each interval; of the others one line tells how many. */
  static final int SAME_LINES_MAX = 20;

  /** The same of debug and trace, which somebody turned on to see each line. */
  static final int SAME_DEBUG_LINES_MAX = 1_000;

  /**
   * Kinds of lines that are counted at one time; others are written uncounted. The program has some
   * two hundred, and libraries may make their texts up.
   */
  static final int KINDS_MAX = 1_000;

  /** Characters of a message or value; the rest is left out. Nothing of ours is as long. */
  static final int TEXT_CHARS_MAX = 8_192;

  /** Frames of one stack trace: the deepest of a route has some 80. */
  static final int FRAMES_MAX = 200;

  /** Causes of causes that are told. */
  static final int CAUSES_MAX = 10;

  /** How often it is looked what the file of the level says, and what is to be told of the log. */
  static final Duration LOOK_INTERVAL = Duration.ofSeconds(2);

  /** Bytes that are read of that file: its first word is the level. */
  static final int LEVEL_FILE_BYTES_MAX = 64;

  private LogLimits() {}
}
