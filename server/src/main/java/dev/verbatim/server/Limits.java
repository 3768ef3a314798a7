package dev.verbatim.server;

import java.time.Duration;

/**
 * The bounds of the server that nobody needs to set, each with its reason. Those that can be set
 * stand in {@code Settings}, those of what Clerk has to do with in {@code ClerkLimits}, those of
 * the chat in {@code ChatSettings}, those of Socket.IO in its own {@code Limits}.
 */
public final class Limits {
  /**
   * Members of a group in one answer or event, the first ones; the rest are left out. At 90 bytes
   * each it keeps an event below a fiftieth of what a connection may have waiting.
   */
  public static final int MEMBERS_SHOWN_MAX = 1_000;

  /**
   * Bytes a second that {@code group_updated} may cost in one group that is told from time to time,
   * over all its members: a quarter of what a gigabit line carries. In a group of 10,000 that is
   * every 27 seconds.
   */
  public static final int GROUP_NEWS_BYTES_PER_SECOND_MAX = 32 << 20;

  /** How often such a group is told at most, however little it costs: people see no difference. */
  public static final Duration GROUP_NEWS_INTERVAL_MIN = Duration.ofSeconds(1);

  /**
   * Members in a list of groups, all groups together, of which each shows an even share, its first
   * ones: some 2 MB, where 1,000 groups of 1,000 members each would be 90.
   */
  public static final int MEMBERS_LISTED_MAX = 20_000;

  /**
   * Bytes after which {@code user_groups} tells no descriptions and last messages any more, those
   * of the groups in which something was said last coming first. With the rest, at most 1 KB for
   * each group, it is half of what a connection may have waiting: a user of 1,000 groups could not
   * sign in otherwise.
   */
  public static final int USER_GROUPS_BYTES_MAX = 1 << 20;

  /**
   * Groups whose last messages are read at once: most users' in one question, and of no more
   * messages than that is too much read.
   */
  public static final int LAST_MESSAGES_READ = 32;

  /** How long a socket may stay without having authenticated; then it gets a DISCONNECT. */
  public static final Duration GUEST_TIME = Duration.ofSeconds(10);

  /**
   * Events {@code authenticate} of one socket that wait while the first is looked at, each with its
   * token; those beyond are refused. Front ends send two, when what mounts them does so twice.
   */
  public static final int SIGN_INS_WAITING_MAX = 8;

  /** How long before its expiry a token is said to expire: time for a client to get another. */
  public static final Duration EXPIRY_NOTICE = Duration.ofSeconds(15);

  /** By how much clocks of issuers and ours may differ; a token counts that much longer. */
  public static final Duration CLOCK_SKEW = Duration.ofSeconds(5);

  /**
   * Tokens that nobody has signed which an address may show at once: some 50 ms of computing. What
   * it shows beyond is refused unseen, but for sessions of which good tokens have come.
   */
  public static final int FORGED_TOKENS_AT_ONCE = 1_000;

  /**
   * Such tokens a second later on: a hundredth of a core. Fewer would save nothing worth having,
   * and would let one forger keep out who is new behind the same address, an office's or a
   * provider's.
   */
  public static final int FORGED_TOKENS_PER_SECOND = 200;

  /**
   * Addresses of which is remembered that they have shown forged tokens. Those beyond may go on:
   * better than to shut out everybody who comes after a flood of addresses.
   */
  public static final int FORGERS_MAX = 100_000;

  /** How often the log says of one reason that tokens are refused for it: a flood fills no disk. */
  public static final Duration REFUSAL_LOG_INTERVAL = Duration.ofMinutes(1);

  /**
   * Connections that are taken a second. Each costs an event loop some 0.1 ms until its request is
   * there: a quarter of two processors, where thousands at once would take all of both.
   */
  public static final int ACCEPTS_PER_SECOND = 5_000;

  /**
   * The same while handshakes stand in line: who comes would only wait there. It is not as low as
   * their pace, for requests and probes of health come by the same door.
   */
  public static final int ACCEPTS_PER_SECOND_IN_LINE = 1_000;

  /**
   * How long a handshake may stand in line. Stock clients give it up after 20 seconds, of which
   * some are spent before it is taken; {@code allowRequest} here takes no time.
   */
  public static final Duration ADMISSION_WAIT_MAX = Duration.ofSeconds(12);

  /** Bytes of a request's body, which is 413 beyond. The contract's 1 MiB. */
  public static final int BODY_BYTES_MAX = 1 << 20;

  /** Bytes from which on an answer is compressed: a smaller one fits into a packet as it is. */
  public static final int COMPRESSED_BYTES_MIN = 1_024;

  /** Objects and arrays in each other in a body: no route wants two. */
  public static final int BODY_DEPTH_MAX = 32;

  /**
   * Characters of the request line (414 beyond), and of all headers together (431): a token of
   * 8,192 must fit into either.
   */
  public static final int HEAD_CHARS_MAX = 16 * 1024;

  /**
   * Characters of a URL, a referrer or a user agent in the access log; the rest is left out. What
   * browsers send is shorter.
   */
  public static final int ACCESS_FIELD_CHARS_MAX = 2_048;

  /** Beyond what a long poll may be held, after which a connection without requests is closed. */
  public static final Duration IDLE_MARGIN = Duration.ofMinutes(1);

  /**
   * Requests for which the store works at one time; those beyond are 503. Each waits for one of a
   * few connections to the store, so that more would only wait.
   */
  public static final int STORE_WORK_MAX = 1_024;

  /** How long an answer of the store to a ping counts, so that probes do not cost it anything. */
  public static final Duration PING_AGE_MAX = Duration.ofSeconds(1);

  /** How long a ping may take before the store counts as away: a read of one row. */
  public static final Duration PING_TIME_MAX = Duration.ofSeconds(2);

  /**
   * Users and addresses counted in one window of the rate of requests. Those beyond are let pass
   * uncounted: better than to shut out everybody who comes after a flood of addresses.
   */
  public static final int RATE_KEYS_MAX = 100_000;

  /**
   * Bytes of the messages in a replay; more are a gap. It goes out at once and beside what else a
   * connection may have waiting, of which this is half.
   */
  public static final int REPLAY_BYTES_MAX = 2 << 20;

  /**
   * How often groups are read for one answer: again only if the user has joined or left some
   * meanwhile, or the one that was asked for has changed. Then the answer holds what was read last.
   */
  public static final int GROUPS_READ_MAX = 3;

  /** Messages that can be marked as read at once; more are refused. The contract's 1,000. */
  public static final int MESSAGE_IDS_MAX = 1_000;

  /** The largest {@code limit} of a list; a larger one counts as this. */
  public static final int LIMIT_MAX = 100;

  /** Messages in a page of the history, unless {@code limit} says otherwise. */
  public static final int PAGE = 50;

  /** Groups to be discovered in one answer, unless {@code limit} says otherwise. */
  public static final int DISCOVERED = 50;

  /** Members in a page of a group's, unless {@code limit} says otherwise. */
  public static final int MEMBERS = 100;

  /** Digits of a seq in a query: what every client's numbers hold exactly. */
  public static final int SEQ_DIGITS_MAX = 15;

  /** The largest seq that can be asked for: the one with as many digits. */
  public static final long SEQ_MAX = 999_999_999_999_999L;

  /** Characters of a first or last name of the development identity. */
  public static final int NAME_LENGTH_MAX = 100;

  /** How long one connection of {@code check-config} may take: an operator waits for it. */
  public static final Duration CHECK_TIME_MAX = Duration.ofSeconds(5);

  private Limits() {}
}
