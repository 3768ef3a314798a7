package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.HeldTime;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.server.http.Backend;
import dev.verbatim.server.http.HttpHost;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.identity.DevelopmentKey;
import dev.verbatim.server.identity.Newcomers;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The service on a port of its own as it is with Clerk, but that it is the development identity
 * which signs tokens: with webhooks and sockets, on a store in memory, with time held.
 */
public final class ClerkChat implements AutoCloseable {
  /** A bound on waiting, never a pace. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  public final HeldTime time = new HeldTime();
  public final InMemoryChatStore store = new InMemoryChatStore();
  public final Chat chat;
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private final SocketIoServer io = SocketIoServer.create(SocketIoOptions.defaults());
  private final DevelopmentIdentity identity;
  private final HttpHost host;

  public ClerkChat(Path directory) throws Exception {
    ChatSettings chatSettings = ChatSettings.defaults();
    identity = new DevelopmentIdentity(DevelopmentKey.in(directory), time.withZone(ZoneOffset.UTC));
    var sockets = new ChatSockets(io.of("/"), time, time, chatSettings.presenceGroupMax());
    chat = Chat.open(store, chatSettings, sockets.listener(), time, time, blocking);
    var admission = new Admission(identity, chat.users(), Newcomers.NONE);
    sockets.open(chat, admission, 0, 0);
    var signature = new SvixSignature(SignedWebhook.SECRET, Duration.ofMinutes(5), time);
    var webhook = new ClerkWebhook(signature, chat.identities(), _ -> {});
    Settings settings = Settings.read(Map.of("HOST", "127.0.0.1", "PORT", "0"), directory);
    host =
        HttpHost.start(
            new Backend(
                settings, chat, admission, /* accounts= */ null, webhook, io, time, () -> false));
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
    blocking.close();
  }
}
