package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The callback of an event, called with JSON that is written already. */
@Timeout(180)
final class AckTest {
  private final TestServer server = new TestServer(SocketIoOptions.defaults());
  private final Namespace main = server.io().of("/");

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] json(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void sendsJsonAsItIs() {
    main.on("some", (_, event) -> event.ack().sendJson(json("1 , {\"a\":[2]}")));
    main.on("none", (_, event) -> event.ack().sendJson(json("")));
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("421[\"some\"]");
      assertEquals("431[1 , {\"a\":[2]}]", client.nextText());
      client.send("422[\"none\"]");
      assertEquals("432[]", client.nextText());
    }
  }

  @Test
  void countsTheFirstCallAlone() {
    main.on(
        "json",
        (socket, event) -> {
          event.ack().sendJson(json("1"));
          event.ack().sendJson(json("2"));
          event.ack().send(3);
          socket.emit("no frame", event.ack().frame(json("4")) == null);
        });
    main.on(
        "frame",
        (socket, event) -> {
          Frame frame = Objects.requireNonNull(event.ack().frame(json("5")));
          event.ack().sendJson(json("6"));
          event.ack().send(7);
          socket.emit("no frame", event.ack().frame(json("8")) == null);
          socket.send(frame);
        });
    try (WebSocketClient client = WebSocketClient.connect(server)) {
      client.send("421[\"json\"]");
      assertEquals("431[1]", client.nextText());
      assertEquals("42[\"no frame\",true]", client.nextText());
      client.send("422[\"frame\"]");
      assertEquals("42[\"no frame\",true]", client.nextText());
      assertEquals("432[5]", client.nextText());
    }
  }

  @Test
  void takesAPlaceInABatch() {
    main.on(
        "say",
        (socket, event) -> {
          Frame ack = Objects.requireNonNull(event.ack().frame(json("\"stored\"")));
          main.batch()
              .to("room", Frame.event(main, "before", 1))
              .to("room", Frame.event(main, "said", 1), socket, ack)
              .to("room", Frame.event(main, "after", 1))
              .send();
        });
    try (WebSocketClient speaker = WebSocketClient.connect(server);
        WebSocketClient listener = WebSocketClient.connect(server)) {
      server.nextSocket().join("room");
      server.nextSocket().join("room");
      speaker.send("429[\"say\"]");
      assertEquals("42[\"before\",1]", speaker.nextText());
      assertEquals("439[\"stored\"]", speaker.nextText());
      assertEquals("42[\"after\",1]", speaker.nextText());
      assertEquals("42[\"before\",1]", listener.nextText());
      assertEquals("42[\"said\",1]", listener.nextText());
      assertEquals("42[\"after\",1]", listener.nextText());
    }
  }
}
