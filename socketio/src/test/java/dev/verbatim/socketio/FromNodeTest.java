package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/from-node.md shows, and what it says is not as it is there. */
@Timeout(180)
final class FromNodeTest {
  private static final Attribute<String> NAME = Attribute.of("name");

  private final TestServer server = new TestServer(SocketIoOptions.defaults());
  private final SocketIoServer io = server.io();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  record Message(String room, String text) {}

  @AfterEach
  void close() {
    server.close();
  }

  private void chat() {
    io.use(
        (socket, next) -> {
          String name = socket.handshake().query("name");
          if (name == null) {
            next.refuse("who are you?", Map.of("missing", "name"));
          } else {
            socket.set(NAME, name);
            next.proceed();
          }
        });
    io.onConnection(socket -> socket.join("lobby"));
    io.of("/")
        .on(
            "say",
            Message.class,
            (socket, message, ack) -> {
              socket.to(message.room()).emit("said", socket.get(NAME), message.text());
              ack.send("ok");
            })
        .onDisconnect((socket, reason) -> io.emit("left", socket.get(NAME), reason.text()));
  }

  private WebSocketClient open(@Nullable String name) {
    String query = name == null ? "" : "&name=" + name;
    WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket" + query));
    client.expectPrefix("0{");
    client.send("40");
    return client;
  }

  @Test
  void chats() {
    chat();
    try (WebSocketClient ada = open("ada");
        WebSocketClient grace = open("grace")) {
      ada.expectPrefix("40{");
      grace.expectPrefix("40{");
      // Behind its own message each is in the room.
      ada.send("420[\"say\",{\"room\":\"none\",\"text\":\"\"}]");
      assertEquals("430[\"ok\"]", ada.nextText());
      grace.send("421[\"say\",{\"room\":\"lobby\",\"text\":\"hello\"}]");
      assertEquals("431[\"ok\"]", grace.nextText());
      assertEquals("42[\"said\",\"grace\",\"hello\"]", ada.nextText());
      grace.send("41");
      assertEquals("42[\"left\",\"grace\",\"client namespace disconnect\"]", ada.nextText());
    }
  }

  @Test
  void refusesWithTheErrorsMessageAndData() {
    chat();
    try (WebSocketClient client = open(null)) {
      assertEquals(
          "44{\"message\":\"who are you?\",\"data\":{\"missing\":\"name\"}}", client.nextText());
    }
  }

  @Test
  void refusesWithoutTheReasonWhenAMiddlewareThrows() {
    io.use(
        (_, _) -> {
          throw new IllegalStateException("a secret");
        });
    try (WebSocketClient client = open(null)) {
      assertEquals("44{\"message\":\"Internal error\"}", client.nextText());
    }
  }

  @Test
  void goesOnWhenAHandlerThrows() {
    io.of("/").onError((_, event, error) -> seen.add(event.name() + " " + error.getMessage()));
    io.of("/")
        .on(
            "fail",
            (_, _) -> {
              throw new IllegalStateException("on purpose");
            })
        .on("ask", (_, event) -> event.ack().send(seen.poll()));
    try (WebSocketClient client = open(null)) {
      client.expectPrefix("40{");
      client.send("420[\"fail\"]");
      client.send("421[\"ask\"]");
      assertEquals("431[\"fail on purpose\"]", client.nextText());
    }
  }

  @Test
  void waitsForAHandlerBeforeTheNextEventOfItsSocket() throws InterruptedException {
    BlockingQueue<String> gate = new LinkedBlockingQueue<>();
    io.of("/")
        .on("slow", (_, _) -> seen.add("slow " + gate.poll(60, TimeUnit.SECONDS)))
        .on("quick", (_, _) -> seen.add("quick"))
        .on("open", (_, _) -> gate.add("done"));
    try (WebSocketClient client = open(null);
        WebSocketClient other = open(null)) {
      client.expectPrefix("40{");
      other.expectPrefix("40{");
      client.send("42[\"slow\"]");
      client.send("42[\"quick\"]");
      other.send("42[\"open\"]");
      assertEquals("slow done", seen.poll(60, TimeUnit.SECONDS));
      assertEquals("quick", seen.poll(60, TimeUnit.SECONDS));
    }
  }

  @Test
  void tellsOfNewNamespacesThatClientsBringAbout() {
    io.of(Pattern.compile("/room-\\d+"));
    io.onNewNamespace(namespace -> seen.add(namespace.name()));
    io.of("/made-here");
    try (WebSocketClient client = open(null)) {
      client.expectPrefix("40{");
      client.send("40/room-1,");
      client.expectPrefix("40/room-1,{");
      assertEquals("/room-1", seen.poll());
      assertNull(seen.poll());
    }
  }

  @Test
  void acknowledgesOnce() {
    io.of("/")
        .on(
            "ask",
            (socket, event) -> {
              event.ack().send("one");
              event.ack().send("two");
              socket.emit("end");
            });
    try (WebSocketClient client = open(null)) {
      client.expectPrefix("40{");
      client.send("427[\"ask\"]");
      assertEquals("437[\"one\"]", client.nextText());
      assertEquals("42[\"end\"]", client.nextText());
    }
  }

  @Test
  void asksOneClientAndGetsItsAnswer() {
    io.onConnection(
        socket ->
            socket
                .emitWithAck("question", "what is new?")
                .thenAccept(answer -> socket.emit("heard", answer.argument(0, String.class))));
    try (WebSocketClient client = open(null)) {
      client.expectPrefix("40{");
      String question = client.nextText();
      assertEquals("[\"question\",\"what is new?\"]", question.substring(question.indexOf('[')));
      String id = Objects.requireNonNull(question.substring(2, question.indexOf('[')));
      client.send("43" + id + "[\"nothing\"]");
      assertEquals("42[\"heard\",\"nothing\"]", client.nextText());
    }
  }
}
