package dev.verbatim.socketio;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A WebSocket of the JDK, whose messages are waited for one by one. For one thread. */
final class WebSocketClient implements WebSocket.Listener, AutoCloseable {
  private static final HttpClient http = HttpClient.newHttpClient();

  private final LinkedBlockingQueue<Object> messages = new LinkedBlockingQueue<>();
  private final StringBuilder text = new StringBuilder();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private @Nullable WebSocket socket;

  static WebSocketClient open(URI uri) {
    WebSocketClient client = new WebSocketClient();
    client.socket = http.newWebSocketBuilder().buildAsync(uri, client).join();
    return client;
  }

  /** Opens a session and connects to the main namespace. */
  static WebSocketClient connect(TestServer server) {
    return connect(server, "");
  }

  /** Opens a session and connects to the main namespace with some JSON. */
  static WebSocketClient connect(TestServer server, String auth) {
    WebSocketClient client = open(server.webSocket("/socket.io/?EIO=4&transport=websocket"));
    client.expectPrefix("0{");
    client.send("40" + auth);
    client.expectPrefix("40{");
    return client;
  }

  void send(String message) {
    socket().sendText(message, true).join();
  }

  void send(byte[] message) {
    socket().sendBinary(ByteBuffer.wrap(message), true).join();
  }

  /** The next message, a String or a ByteBuffer; heartbeats are not hidden. */
  Object next() {
    try {
      Object message = messages.poll(60, TimeUnit.SECONDS);
      if (message == null) {
        throw new AssertionError("no message");
      }
      return message;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether every message that has come is read. */
  boolean isQuiet() {
    return messages.isEmpty();
  }

  String nextText() {
    return (String) next();
  }

  byte[] nextBytes() {
    ByteBuffer buffer = (ByteBuffer) next();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  String expectPrefix(String prefix) {
    String message = nextText();
    if (!message.startsWith(prefix)) {
      throw new AssertionError("expected " + prefix + "…, got " + message);
    }
    return message.substring(prefix.length());
  }

  /** Waits for the end and gives the WebSocket's status code, 1006 if there was none. */
  int closeCode() {
    return closed.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private WebSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not open");
    }
    return socket;
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    text.append(data);
    if (last) {
      messages.add(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
    messages.add(copy);
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
  }

  void abort() {
    socket().abort();
  }

  @Override
  public void close() {
    socket().abort();
  }
}
