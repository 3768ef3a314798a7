package dev.verbatim.server.socket;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.SignIn;
import dev.verbatim.server.http.Backend;
import dev.verbatim.server.http.HttpHost;
import dev.verbatim.server.identity.SessionToken;
import dev.verbatim.server.identity.clerk.ClerkStub;
import dev.verbatim.server.identity.clerk.ClerkTokens;
import dev.verbatim.server.identity.clerk.SignedWebhook;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The service on a port of its own with Clerk, its identity wired as the service wires it, on a
 * store in memory, with time held; tokens are of {@link ClerkTokens}.
 */
public final class ClerkChat implements AutoCloseable {
  /** A bound on waiting, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public final HeldTime time = new HeldTime();
  public final InMemoryChatStore store;
  public final Chat chat;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
  final Metrics metrics = new Metrics();
  private final SignIn signIn;
  private final HttpHost host;
  private final AtomicInteger sessions = new AtomicInteger();

  /** With webhooks, and without the Backend API. */
  public ClerkChat(Path directory) throws Exception {
    this(directory, new InMemoryChatStore(), null, true);
  }

  /**
   * With a key that needs no network.
   *
   * @param apiUrl of the Backend API, null for none
   */
  public ClerkChat(
      Path directory, InMemoryChatStore store, @Nullable URI apiUrl, boolean hasWebhook)
      throws Exception {
    this(directory, store, environment(apiUrl, hasWebhook));
  }

  /**
   * With these settings besides the issuer and the origin of the tokens.
   *
   * @param store one that others may write to as well
   */
  public ClerkChat(Path directory, InMemoryChatStore store, Map<String, String> environment)
      throws Exception {
    this.store = store;
    Map<String, String> all = new HashMap<>(environment);
    all.put("HOST", "127.0.0.1");
    all.put("PORT", "0");
    all.put("RATE_LIMIT_MAX_REQUESTS", "0");
    all.put("CLERK_JWT_ISSUER", ClerkTokens.ISSUER);
    all.put("ALLOWED_ORIGINS", ClerkTokens.ORIGIN);
    Settings settings = Settings.read(all, directory);
    ChatSettings chatSettings = ChatSettings.defaults();
    var sockets =
        new ChatSockets(
            io.of("/"), time, time, chatSettings.presenceGroupMax(), metrics, Traces.NONE);
    chat = Chat.open(store, chatSettings, sockets.listener(), time, time, blocking);
    // What is due is done when time has been moved.
    signIn =
        SignIn.of(
            settings,
            new SignIn.Means(
                chat,
                sockets,
                time.withZone(ZoneOffset.UTC),
                time,
                Runnable::run,
                WAIT_MAX,
                metrics.identityCalls()));
    sockets.open(chat, signIn.admission(), signIn.revoked(), 0, 0);
    host =
        HttpHost.start(
            new Backend(
                settings,
                chat,
                signIn.admission(),
                signIn.accounts(),
                signIn.webhook(),
                signIn.page(),
                io,
                time,
                metrics,
                Traces.NONE,
                () -> false));
  }

  private static Map<String, String> environment(@Nullable URI apiUrl, boolean hasWebhook)
      throws Exception {
    Map<String, String> environment = new HashMap<>();
    environment.put("CLERK_JWT_KEY", ClerkTokens.pem(ClerkTokens.KEY));
    if (apiUrl != null) {
      environment.put("CLERK_SECRET_KEY", ClerkStub.SECRET_KEY);
      environment.put("CLERK_API_URL", apiUrl.toString());
    }
    if (hasWebhook) {
      environment.put("CLERK_WEBHOOK_SECRET", SignedWebhook.SECRET);
    }
    return environment;
  }

  /** What was refused so far, by reason. */
  public Map<String, Long> refused() {
    return signIn.admission().refused().counts();
  }

  /** Does this once before the next question to the store, such as who a good token's user is. */
  void beforeQuestion(Runnable task) {
    store.beforeQuestion(
        () -> {
          store.beforeQuestion(() -> {});
          task.run();
        });
  }

  /** Does this once behind the next question to the store. */
  void afterQuestion(Runnable task) {
    store.afterQuestion(
        () -> {
          store.afterQuestion(() -> {});
          task.run();
        });
  }

  /** The session that a token is of. */
  public String sessionOf(String token) {
    try {
      return Objects.requireNonNull(SessionToken.parse(token).text("sid"));
    } catch (SessionToken.MalformedException e) {
      throw new AssertionError(e);
    }
  }

  /** A socket that came by this token. */
  SocketClient connect(String token) {
    return SocketClient.open(port(), "{\"token\":\"" + token + "\"}");
  }

  /**
   * What {@code GET /api/users/me} answers to this token.
   *
   * @param headers names and values in turn
   */
  public HttpResponse<String> me(String token, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/api/users/me"))
            .timeout(WAIT_MAX)
            .header("Authorization", "Bearer " + token);
    return HTTP.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Delivers what Clerk tells now, which is taken. */
  public void tell(String eventId, String body) {
    int status = delivering(SignedWebhook.of(eventId, time.instant(), body)).join();
    if (status != 200) {
      throw new AssertionError("A webhook is answered " + status);
    }
  }

  public int port() {
    return host.port();
  }

  /** A token of a new session of this user's. */
  public String token(String username) throws JOSEException {
    return token(ClerkTokens.KEY, username);
  }

  /** The same, signed with this key. */
  public String token(RSAKey key, String username) throws JOSEException {
    return ClerkTokens.signed(
        key, clerkId(username), "sess_" + sessions.incrementAndGet(), time.instant());
  }

  /** Another token of the same session and user, a moment later. */
  public String next(String token, String username) throws JOSEException {
    return ClerkTokens.signed(ClerkTokens.KEY, clerkId(username), sessionOf(token), time.instant());
  }

  /** The user of this name, as the store has it. */
  public User user(String username) throws Exception {
    return store.userByClerkId(clerkId(username)).orElseThrow();
  }

  /** By what Clerk knows the user of this name. */
  public static String clerkId(String username) {
    return "user_" + username;
  }

  /** Delivers a webhook, and tells the answer. */
  public HttpResponse<String> deliver(SignedWebhook webhook) throws Exception {
    return deliver(webhook.body(), webhook.headers());
  }

  /** Delivers a body with these headers, names and values in turn. */
  public HttpResponse<String> deliver(String body, String... headers) throws Exception {
    return HTTP.send(request(body, headers), HttpResponse.BodyHandlers.ofString());
  }

  /** Delivers a webhook, and tells the status once it is there. */
  public CompletableFuture<Integer> delivering(SignedWebhook webhook) {
    return HTTP.sendAsync(
            request(webhook.body(), webhook.headers()), HttpResponse.BodyHandlers.ofString())
        .thenApply(HttpResponse::statusCode);
  }

  private HttpRequest request(String body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/webhooks/clerk"))
            .timeout(WAIT_MAX)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  @Override
  public void close() throws Exception {
    io.close(Duration.ofSeconds(5)).toCompletableFuture().get(60, TimeUnit.SECONDS);
    signIn.close();
    metrics.close();
    chat.close();
    host.close();
    blocking.close();
  }
}
