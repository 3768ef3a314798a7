package dev.verbatim.server.socket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Socket.IO client over a real WebSocket, as plain as the protocol's text. */
final class SocketClient implements AutoCloseable {
  /** A bound on waiting, never a pace: what is awaited here comes in milliseconds. */
  private static final long WAIT_SECONDS = 60;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();

  /** An event from the server, or a packet that has no name of its own. */
  record Received(String name, JsonNode payload) {}

  private final LinkedBlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final Map<Integer, CompletableFuture<JsonNode>> acks = new ConcurrentHashMap<>();
  private final Set<Integer> amongEvents = ConcurrentHashMap.newKeySet();
  private final AtomicInteger ackIds = new AtomicInteger();
  private final WebSocket socket;

  private SocketClient(int port, String query, Map<String, String> headers) {
    WebSocket.Builder builder = HTTP.newWebSocketBuilder();
    headers.forEach(builder::header);
    this.socket =
        builder
            .buildAsync(
                URI.create(
                    "ws://127.0.0.1:" + port + "/socket.io/?EIO=4&transport=websocket" + query),
                new Listener())
            .join();
  }

  /** Opens a transport and asks for the namespace with this {@code auth}, or none. */
  static SocketClient open(int port, @Nullable String auth) {
    return open(port, auth, "");
  }

  static SocketClient open(int port, @Nullable String auth, String query) {
    return open(port, auth, query, "a test");
  }

  static SocketClient open(int port, @Nullable String auth, String query, String userAgent) {
    return open(port, auth, query, Map.of("User-Agent", userAgent));
  }

  /** The same, with these headers in its handshake. */
  static SocketClient open(
      int port, @Nullable String auth, String query, Map<String, String> headers) {
    SocketClient client = new SocketClient(port, query, headers);
    client.await("open");
    client.text("40" + (auth == null ? "" : auth));
    return client;
  }

  /** The next event, whatever it is. */
  Received next() {
    try {
      Received event = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
      if (event == null) {
        throw new AssertionError("Nothing came");
      }
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The next event of this name; those before it are dropped. */
  JsonNode await(String name) {
    List<String> others = new ArrayList<>();
    for (Received event = next(); ; event = next()) {
      if (event.name().equals(name)) {
        return event.payload();
      }
      others.add(event.name());
      if (others.size() > 10_000) {
        throw new AssertionError("No " + name + " among " + others);
      }
    }
  }

  /** Leaves the namespace; the transport stays. */
  void leave() {
    text("41");
  }

  /** Asks for the namespace again, without {@code auth}. */
  void enter() {
    text("40");
  }

  void emit(String event, String json) {
    text("42[\"" + event + "\"," + json + "]");
  }

  /** Emits with a callback whose answer comes among the events, as {@code acknowledgement}. */
  void ask(String event, String json) {
    int id = ackIds.getAndIncrement();
    amongEvents.add(id);
    text("42" + id + "[\"" + event + "\"," + json + "]");
  }

  /** Emits with a callback, and waits for what it gets. */
  JsonNode call(String event, String json) {
    return callWith("[\"" + event + "\"," + json + "]");
  }

  /** The same with the whole packet's array. */
  JsonNode callWith(String array) {
    int id = ackIds.getAndIncrement();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    acks.put(id, answer);
    text("42" + id + array);
    return answer.orTimeout(WAIT_SECONDS, TimeUnit.SECONDS).join();
  }

  /** Nothing has come but what was taken: what was sent before this call would be here by now. */
  void assertSilent() {
    assertTrue(call("get_online_users", "{}").path("ok").asBoolean());
    assertEquals("online_users", next().name());
  }

  private synchronized void text(String text) {
    socket.sendText(text, true).join();
  }

  @Override
  public void close() {
    socket.abort();
  }

  private void onText(String text) {
    if (text.equals("2")) {
      text("3");
      return;
    }
    if (text.startsWith("0")) {
      received.add(new Received("open", JSON.readTree(text.substring(1))));
    } else if (text.startsWith("40")) {
      received.add(new Received("connect", JSON.readTree(text.substring(2))));
    } else if (text.startsWith("41")) {
      received.add(new Received("disconnect", JSON.missingNode()));
    } else if (text.startsWith("44")) {
      received.add(new Received("connect_error", JSON.readTree(text.substring(2))));
    } else if (text.startsWith("42")) {
      JsonNode array = JSON.readTree(text.substring(2));
      received.add(new Received(array.get(0).asString(), array.path(1)));
    } else if (text.startsWith("43")) {
      int start = text.indexOf('[');
      int id = Integer.parseInt(text.substring(2, start));
      CompletableFuture<JsonNode> answer = acks.remove(id);
      if (amongEvents.remove(id)) {
        JsonNode arguments = JSON.readTree(text.substring(start));
        received.add(new Received("acknowledgement", arguments.path(0)));
      } else if (answer == null) {
        received.add(new Received("second acknowledgement", JSON.missingNode()));
      } else {
        answer.complete(JSON.readTree(text.substring(start)).path(0));
      }
    } else {
      received.add(new Received("unexpected " + text, JSON.missingNode()));
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        SocketClient.this.onText(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      received.add(new Received("close " + status, JSON.missingNode()));
      return null;
    }
  }
}
