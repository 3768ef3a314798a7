package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.IdentityCalls.Call;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks Clerk's Backend API for users and sessions (clerk.com/docs/reference/backend-api). Safe on
 * any thread that may block; no call blocks for longer than it says.
 *
 * <p>It never asks more often than Clerk allows: beyond {@link ClerkLimits#REQUESTS_PER_SECOND},
 * and after a 429 until the time that it named, the answer is {@link Unavailable} at once. No more
 * than {@link ClerkLimits#REQUESTS_AT_ONCE_MAX} requests are under way.
 */
public final class BackendApi implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BackendApi.class);

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,128}");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Set<String> OVER =
      Set.of("abandoned", "ended", "expired", "removed", "replaced", "revoked");

  private final String base;
  private final String authorization;
  private final int requestsPerSecond;
  private final InstantSource clock;
  private final IdentityCalls calls;
  private final Duration answerTimeMax;
  private final HttpClient client;
  private final Semaphore free = new Semaphore(ClerkLimits.REQUESTS_AT_ONCE_MAX);
  private final AtomicBoolean isWell = new AtomicBoolean(true);

  // Guarded by this.
  private double tokens;
  private Instant filledAt;
  private Instant pausedUntil = Instant.MIN;

  /**
   * @param api without {@code /v1}
   * @param secretKey of the instance
   * @param calls is told of each question
   */
  public BackendApi(URI api, String secretKey, InstantSource clock, IdentityCalls calls) {
    this(api, secretKey, clock, calls, ClerkLimits.ANSWER_TIME_MAX);
  }

  /**
   * @param answerTimeMax what an answer may take in all
   */
  BackendApi(
      URI api, String secretKey, InstantSource clock, IdentityCalls calls, Duration answerTimeMax) {
    String address = api.toString();
    this.base = (address.endsWith("/") ? address : address + "/") + "v1/";
    this.authorization = "Bearer " + secretKey;
    this.requestsPerSecond =
        secretKey.startsWith("sk_test_")
            ? ClerkLimits.TEST_REQUESTS_PER_SECOND
            : ClerkLimits.REQUESTS_PER_SECOND;
    this.clock = clock;
    this.calls = calls;
    this.answerTimeMax = answerTimeMax;
    this.tokens = requestsPerSecond;
    this.filledAt = clock.instant();
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(ClerkLimits.CONNECT_TIME_MAX)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
  }

  /** What came of a question. */
  sealed interface Answer<T> {}

  /** It is so. */
  record Found<T>(T value) implements Answer<T> {}

  /** Clerk knows nothing of that name. */
  record NotFound<T>() implements Answer<T> {}

  /**
   * What is so cannot be told now.
   *
   * @param wasAsked false if no request was made
   */
  record Unavailable<T>(boolean wasAsked) implements Answer<T> {}

  /** Requests a second that may ask for sessions. */
  int sessionRequestsPerSecond() {
    return (int) (requestsPerSecond * ClerkLimits.SESSION_SHARE);
  }

  /** The user, for somebody who waits for it; in {@link ClerkLimits#FIRST_SIGHT_TIME_MAX}. */
  Answer<ClerkUser> userAtFirstSight(String userId) {
    Duration timeMax =
        answerTimeMax.compareTo(ClerkLimits.FIRST_SIGHT_TIME_MAX) < 0
            ? answerTimeMax
            : ClerkLimits.FIRST_SIGHT_TIME_MAX;
    return ask(Call.USER, userId, ClerkUser::of, ClerkLimits.ATTEMPTS_MAX, timeMax);
  }

  /** The user; in one attempt. */
  Answer<ClerkUser> user(String userId) {
    return ask(Call.USER, userId, ClerkUser::of, 1, answerTimeMax);
  }

  /** Whether the session is over, so that it counts no more; in one attempt. */
  Answer<Boolean> isSessionOver(String sessionId) {
    return ask(
        Call.SESSION,
        sessionId,
        session ->
            session.path("status").isString()
                ? OVER.contains(session.path("status").stringValue())
                : null,
        1,
        answerTimeMax);
  }

  private <T> Answer<T> ask(
      Call call,
      String id,
      Function<JsonNode, @Nullable T> read,
      int attemptsMax,
      Duration timeMax) {
    if (!ID.matcher(id).matches()) {
      return new NotFound<>();
    }
    long end = System.nanoTime() + timeMax.toNanos();
    Duration delay = ClerkLimits.RETRY_DELAY;
    try {
      for (int attempt = 1; ; attempt++) {
        Answer<T> answer = askTimed(call, id, read, end);
        boolean isLast =
            attempt == attemptsMax || System.nanoTime() + delay.toNanos() >= end || isPaused();
        if (isLast || !(answer instanceof Unavailable<T>)) {
          return answer;
        }
        Thread.sleep(delay);
        delay = delay.multipliedBy(2);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Unavailable<>(false);
    }
  }

  private <T> Answer<T> askTimed(
      Call call, String id, Function<JsonNode, @Nullable T> read, long end)
      throws InterruptedException {
    long began = System.nanoTime();
    Answer<T> answer = askOnce(call, id, read, end);
    IdentityCalls.Outcome outcome =
        switch (answer) {
          case Found<T> _ -> IdentityCalls.Outcome.FOUND;
          case NotFound<T> _ -> IdentityCalls.Outcome.NOT_FOUND;
          case Unavailable<T>(boolean wasAsked) ->
              wasAsked ? IdentityCalls.Outcome.UNAVAILABLE : IdentityCalls.Outcome.NOT_ASKED;
        };
    calls.onAnswered(call, outcome, Duration.ofNanos(System.nanoTime() - began));
    return answer;
  }

  /** Where the API has it. */
  private static String path(Call call) {
    return switch (call) {
      case USER -> "users/";
      case SESSION -> "sessions/";
      case KEYS -> throw new IllegalArgumentException("Keys are fetched elsewhere");
    };
  }

  private <T> Answer<T> askOnce(
      Call call, String id, Function<JsonNode, @Nullable T> read, long end)
      throws InterruptedException {
    // Where there are no answers nobody waits to ask: it would hold up more than the answers do.
    boolean isFree =
        isWell.get()
            ? free.tryAcquire(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)
            : free.tryAcquire();
    if (!isFree) {
      return new Unavailable<>(false);
    }
    try {
      if (!takeToken()) {
        return new Unavailable<>(false);
      }
      HttpResponse<byte[]> response = send(path(call) + id, Math.max(1, end - System.nanoTime()));
      return switch (response.statusCode()) {
        case 200 -> {
          T value = read.apply(ClerkJson.read(response.body()));
          yield value == null ? unwell("what it says of " + path(call) + " is none") : well(value);
        }
        case 404 -> {
          isWellNow();
          yield new NotFound<>();
        }
        case 429 -> {
          Duration pause = pause(response);
          yield unwell("it asks for a pause of " + pause.toSeconds() + " s");
        }
        default -> unwell("it answers " + response.statusCode());
      };
    } catch (JacksonException _) {
      // Its message would hold some of the answer.
      return unwell("it says no JSON");
    } catch (IOException e) {
      return unwell(String.valueOf(e.getMessage()));
    } finally {
      free.release();
    }
  }

  private HttpResponse<byte[]> send(String path, long nanosMax)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .timeout(Duration.ofNanos(nanosMax))
            .header("Authorization", authorization)
            .header("Accept", "application/json")
            .build();
    // The request's own timeout ends with the head of the answer.
    CompletableFuture<HttpResponse<byte[]>> answer =
        client.sendAsync(
            request,
            BodyHandlers.limiting(BodyHandlers.ofByteArray(), ClerkLimits.ANSWER_BYTES_MAX));
    try {
      return answer.get(nanosMax, TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("it does not answer in time", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("it cannot be asked: " + cause.getClass().getSimpleName(), cause);
    } finally {
      boolean _ = answer.cancel(true);
    }
  }

  private <T> Answer<T> well(T value) {
    isWellNow();
    return new Found<>(value);
  }

  private void isWellNow() {
    if (isWell.compareAndSet(false, true)) {
      log.info("Clerk's Backend API answers again");
    }
  }

  /** Says so in the log when it begins, and not for each request. */
  private <T> Answer<T> unwell(String words) {
    if (isWell.compareAndSet(true, false)) {
      log.warn("Clerk's Backend API at {} is of no use: {}", base, words);
    }
    return new Unavailable<>(true);
  }

  private Duration pause(HttpResponse<?> response) {
    String seconds = response.headers().firstValue("Retry-After").orElse("");
    Duration asked =
        SECONDS.matcher(seconds).matches()
            ? Duration.ofSeconds(Long.parseLong(seconds))
            : ClerkLimits.PAUSE;
    Duration pause = asked.compareTo(ClerkLimits.PAUSE_MAX) > 0 ? ClerkLimits.PAUSE_MAX : asked;
    synchronized (this) {
      Instant until = clock.instant().plus(pause);
      pausedUntil = until.isAfter(pausedUntil) ? until : pausedUntil;
    }
    return pause;
  }

  private synchronized boolean isPaused() {
    Instant now = clock.instant();
    // A clock that was set back holds nothing up for longer.
    return now.isBefore(pausedUntil) && now.plus(ClerkLimits.PAUSE_MAX).compareTo(pausedUntil) >= 0;
  }

  /** Whether one more request may be made now. */
  private synchronized boolean takeToken() {
    if (isPaused()) {
      return false;
    }
    Instant now = clock.instant();
    Duration since = Duration.between(filledAt, now);
    if (since.isPositive()) {
      double filled = tokens + since.toMillis() / 1_000.0 * requestsPerSecond;
      tokens = Math.min(requestsPerSecond, filled);
    }
    filledAt = now;
    if (tokens < 1) {
      return false;
    }
    tokens--;
    return true;
  }

  /** Ends what is under way. */
  @Override
  public void close() {
    client.shutdownNow();
  }
}
