package dev.verbatim.server.identity.clerk;

import java.time.Duration;

/**
 * The bounds of what is believed of Clerk's tokens, asked of Clerk, and remembered of what it told,
 * each with its reason.
 */
public final class ClerkLimits {
  /** The longest life of a token: Clerk's have a minute, and what lives long cannot be revoked. */
  public static final Duration TOKEN_LIFE_MAX = Duration.ofMinutes(10);

  /**
   * Sessions of whose latest token is remembered that its signature is good; of the others it is
   * computed again. At some 300 bytes each it is 3 MB.
   */
  public static final int VERIFIED_SESSIONS_MAX = 10_000;

  /** How long fetched keys count: a rotated key may keep its id. */
  public static final Duration KEYS_LIFE = Duration.ofMinutes(5);

  /** How long before that they are fetched again, so that no token has to wait. */
  public static final Duration KEYS_REFRESH_AHEAD = Duration.ofSeconds(30);

  /**
   * How long keys count beyond their life while new ones cannot be fetched: an outage of the
   * issuer's, or of the way there, shall lock nobody out, but a key is not believed for ever.
   */
  public static final Duration KEYS_OUTAGE_MAX = Duration.ofHours(24);

  /** What passes between two fetches of keys, at least, whatever the tokens: two in 30 seconds. */
  public static final Duration KEY_FETCH_INTERVAL = Duration.ofSeconds(15);

  /** How long a fetch of keys may take in all: at a cold start everybody waits for it. */
  public static final Duration KEY_FETCH_TIME_MAX = Duration.ofSeconds(5);

  /**
   * Tokens that wait for a fetch though other keys are there, because theirs is not; those beyond
   * are refused at once. A flood of such tokens leaves threads for the good ones.
   */
  public static final int KEY_WAITERS_MAX = 64;

  /**
   * Keys of one id, of which each token of that id tries all: those before and after a rotation.
   */
  public static final int KEYS_OF_ID_MAX = 4;

  /** Bytes of a set of keys, of which Clerk's has some 500: nobody fills the memory with one. */
  public static final int KEY_SET_BYTES_MAX = 1 << 20;

  /** How far the time of a webhook may be from now: Svix's own tolerance. */
  public static final Duration WEBHOOK_TOLERANCE = Duration.ofMinutes(5);

  /** How long a connection to the Backend API may take. */
  static final Duration CONNECT_TIME_MAX = Duration.ofSeconds(2);

  /** How long an answer of the Backend API may take in all when nobody waits for it. */
  static final Duration ANSWER_TIME_MAX = Duration.ofSeconds(5);

  /** What a user who is seen for the first time waits for the Backend API, attempts together. */
  static final Duration FIRST_SIGHT_TIME_MAX = Duration.ofSeconds(2);

  /** Bytes of an answer: a user with all the metadata that Clerk takes is a tenth of it. */
  static final int ANSWER_BYTES_MAX = 1 << 20;

  /** How often a request that fails is made in all, by those who wait for its answer. */
  static final int ATTEMPTS_MAX = 3;

  /** What passes before the second attempt, and twice as much before the third. */
  static final Duration RETRY_DELAY = Duration.ofMillis(100);

  /** Requests at one time: what they wait for is far away, and so many are the rate's at 300 ms. */
  static final int REQUESTS_AT_ONCE_MAX = 16;

  /** Of these, those that ask for sessions: who is seen for the first time finds room. */
  static final int SESSION_REQUESTS_AT_ONCE_MAX = 12;

  /** Requests a second, half of the 1,000 in 10 s that Clerk allows to all servers of a team. */
  static final int REQUESTS_PER_SECOND = 50;

  /** Requests a second of a development instance, to which Clerk allows 100 in 10 s. */
  static final int TEST_REQUESTS_PER_SECOND = 8;

  /** Of five requests those that may ask for sessions; the rest is left to users. */
  static final double SESSION_SHARE = 0.8;

  /** How long nothing is asked after a 429 that does not say how long. */
  static final Duration PAUSE = Duration.ofSeconds(10);

  /** The longest pause: what asks for more is a fault or ill will. */
  static final Duration PAUSE_MAX = Duration.ofMinutes(10);

  /** Users that wait to be asked for; those beyond come to it when they are next seen. */
  static final int REFRESHES_WAITING_MAX = 10_000;

  /** What passes before users are asked for again when the Backend API did not answer. */
  static final Duration REFRESH_DELAY = Duration.ofSeconds(1);

  /** The longest that this becomes, which doubles each time. */
  static final Duration REFRESH_DELAY_MAX = Duration.ofSeconds(16);

  /** How old what is known of a user becomes where no webhook tells of changes. */
  static final Duration REFRESH_INTERVAL = Duration.ofMinutes(10);

  /** Users of whom is remembered when they were asked for; others are asked for once more. */
  static final int REFRESHED_MAX = 50_000;

  /** How long a revoked session is known: longer than any token of it lives. */
  static final Duration REVOCATION_LIFE = Duration.ofMinutes(15);

  /** Revoked sessions in memory; beyond it the oldest are forgotten, their tokens expired first. */
  static final int REVOCATIONS_MAX = 100_000;

  /** How often the store is asked for what another process has revoked. */
  static final Duration REVOCATIONS_INTERVAL = Duration.ofSeconds(2);

  /** By how much clocks of processes that share a store may differ, commits included. */
  static final Duration REVOCATIONS_OVERLAP = Duration.ofMinutes(1);

  /** How long the name of an event is remembered: Svix delivers for 28 hours. */
  static final Duration EVENT_LIFE = Duration.ofHours(30);

  /** How often the store forgets what is older than that. */
  static final Duration FORGET_INTERVAL = Duration.ofMinutes(10);

  /**
   * Sessions without a socket that are asked for, as long as their latest token counts; of more the
   * first ones are not, and are over when it expires: four times what the rate asks for by then.
   */
  static final int SESSIONS_SHOWN_MAX = 10_000;

  /** How often a live session is asked for, where the rate allows: it is known in 5 s then. */
  static final Duration SESSION_INTERVAL = Duration.ofSeconds(4);

  /** How often is looked which sessions are due. */
  static final Duration SESSION_TICK = Duration.ofMillis(500);

  private ClerkLimits() {}
}
