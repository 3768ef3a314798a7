package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.http.Backend;
import dev.verbatim.server.http.HttpHost;
import dev.verbatim.server.http.PageIdentity;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.Claims;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.identity.DevelopmentKey;
import dev.verbatim.server.identity.Identity;
import dev.verbatim.server.identity.Mistake;
import dev.verbatim.server.identity.Newcomers;
import dev.verbatim.server.identity.RefusedTokens;
import dev.verbatim.server.identity.clerk.BackendApi;
import dev.verbatim.server.identity.clerk.Background;
import dev.verbatim.server.identity.clerk.ClerkLimits;
import dev.verbatim.server.identity.clerk.ClerkStub;
import dev.verbatim.server.identity.clerk.ClerkUsers;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
import dev.verbatim.server.identity.clerk.Revocations;
import dev.verbatim.server.identity.clerk.SessionWatch;
import dev.verbatim.server.identity.clerk.SignedWebhook;
import dev.verbatim.server.identity.clerk.SvixSignature;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The service on a port of its own as it is with Clerk, but that it is the development identity
 * which signs tokens: with webhooks and sockets, on a store in memory, with time held.
 */
public final class ClerkChat implements AutoCloseable {
  /** A bound on waiting, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public final HeldTime time = new HeldTime();
  public final InMemoryChatStore store;
  public final Chat chat;
  public final Revocations revocations;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
  private final DevelopmentIdentity identity;
  private final @Nullable BackendApi api;
  private final HttpHost host;
  private volatile Consumer<Claims> onVerified = _ -> {};
  private volatile Consumer<User> onKnown = _ -> {};

  /** With webhooks, and without the Backend API. */
  public ClerkChat(Path directory) throws Exception {
    this(directory, new InMemoryChatStore(), null, true);
  }

  /**
   * On a store that others may write to.
   *
   * @param apiUrl of the Backend API, null for none
   */
  public ClerkChat(
      Path directory, InMemoryChatStore store, @Nullable URI apiUrl, boolean hasWebhook)
      throws Exception {
    this.store = store;
    ChatSettings chatSettings = ChatSettings.defaults();
    identity = new DevelopmentIdentity(DevelopmentKey.in(directory), time.withZone(ZoneOffset.UTC));
    var sockets = new ChatSockets(io.of("/"), time, time, chatSettings.presenceGroupMax());
    chat = Chat.open(store, chatSettings, sockets.listener(), time, time, blocking);
    // What is due is done when time has been moved.
    var background = new Background(time, Runnable::run);
    revocations = new Revocations(chat.identities(), sockets::onRevoked, true, time, background);
    revocations.start();
    api = apiUrl == null ? null : new BackendApi(apiUrl, ClerkStub.SECRET_KEY, time);
    var users = new ClerkUsers(chat.users(), chat.identities(), api, hasWebhook, time, background);
    var refused = new RefusedTokens(time);
    var admission = new Admission(new Watched(), chat.users(), new Greeter(users), refused, time);
    sockets.open(chat, admission, revocations, 0, 0);
    if (api != null && !hasWebhook) {
      new SessionWatch(api, sockets::issuerSessionIds, revocations, time, background).start();
    }
    var signature = new SvixSignature(SignedWebhook.SECRET, ClerkLimits.WEBHOOK_TOLERANCE, time);
    var webhook =
        hasWebhook
            ? new ClerkWebhook(signature, chat.identities(), revocations::onRevoked, refused)
            : null;
    Settings settings = Settings.read(Map.of("HOST", "127.0.0.1", "PORT", "0"), directory);
    host =
        HttpHost.start(
            new Backend(
                settings,
                chat,
                admission,
                /* accounts= */ null,
                webhook,
                new PageIdentity.Elsewhere(),
                io,
                time,
                () -> false));
  }

  /** The development's identity, some of whose sessions are revoked. */
  private final class Watched implements Identity {
    @Override
    public Verdict verify(String token) {
      Verdict verdict = identity.verify(token);
      if (!(verdict instanceof Verified(Claims claims))) {
        return verdict;
      }
      if (revocations.isRevoked(claims.sessionId())) {
        return new Invalid(Mistake.REVOKED_SESSION);
      }
      onVerified.accept(claims);
      return verdict;
    }

    @Override
    public String description() {
      return identity.description();
    }
  }

  /** Tells the test of whom it greets. */
  private final class Greeter implements Newcomers {
    private final Newcomers next;

    Greeter(Newcomers next) {
      this.next = next;
    }

    @Override
    public Optional<User> welcome(Claims claims) throws StoreException {
      return next.welcome(claims);
    }

    @Override
    public void onKnown(User user) {
      next.onKnown(user);
      onKnown.accept(user);
    }
  }

  /** From now on this is done when a token was found to be good. */
  void onVerified(Consumer<Claims> then) {
    onVerified = then;
  }

  /** From now on this is done when a user was read whose token is good. */
  void onKnown(Consumer<User> then) {
    onKnown = then;
  }

  /** The session that a token is of. */
  public String sessionOf(String token) {
    return identity.verify(token) instanceof Identity.Verified(Claims claims)
        ? claims.sessionId()
        : "none";
  }

  /** A socket that came by this token. */
  SocketClient connect(String token) {
    return SocketClient.open(port(), "{\"token\":\"" + token + "\"}");
  }

  /** What {@code GET /api/users/me} answers to this token. */
  public HttpResponse<String> me(String token) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/api/users/me"))
            .timeout(WAIT_MAX)
            .header("Authorization", "Bearer " + token)
            .build();
    return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
  }

  /** Delivers what Clerk tells now, which is taken. */
  public void tell(String eventId, String body) throws Exception {
    HttpResponse<String> answer = deliver(SignedWebhook.of(eventId, time.instant(), body));
    if (answer.statusCode() != 200) {
      throw new AssertionError(answer.body());
    }
  }

  public int port() {
    return host.port();
  }

  /** A token of a new session of this user's. */
  public String token(String username) {
    return identity.issue(username).token();
  }

  /** The user of this name, as the store has it. */
  public User user(String username) throws Exception {
    return store.userByClerkId(clerkId(username)).orElseThrow();
  }

  /** By what Clerk knows the user of this name. */
  public static String clerkId(String username) {
    return DevelopmentIdentity.SUBJECT_PREFIX + username;
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
    chat.close();
    host.close();
    if (api != null) {
      api.close();
    }
    blocking.close();
  }
}
