package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/** Arguments turned into JSON and back by a mapper that is not the default one. */
@Timeout(180)
final class MapperTest {
  /** Knows texts alone: writes them in capitals, and reads them in brackets. */
  private static final class Capitals implements Mapper {
    @Override
    public byte[] write(@Nullable Object value, List<byte[]> attachments) {
      if (value instanceof byte[] data) {
        attachments.add(data);
        return ("{\"_placeholder\":true,\"num\":" + (attachments.size() - 1) + "}").getBytes(UTF_8);
      }
      return ("\"" + String.valueOf(value).toUpperCase(Locale.ROOT) + "\"").getBytes(UTF_8);
    }

    @Override
    public <T> T read(JsonParser parser, Class<T> type, List<byte[]> attachments) {
      parser.nextToken();
      return type.cast("(" + parser.getString() + ")" + attachments.size());
    }
  }

  /** What Jackson writes by its names and reads by them. */
  record Move(String fromSquare, List<byte[]> boards) {}

  private static TestServer server(Mapper mapper) {
    return new TestServer(SocketIoOptions.builder().mapper(mapper).build());
  }

  @Test
  void writesWhatIsEmittedByAMapperOfOnesOwn() {
    try (TestServer server = server(new Capitals());
        WebSocketClient client = WebSocketClient.connect(server)) {
      Socket socket = server.nextSocket();
      socket.emit("one", "a", null);
      assertEquals("42[\"one\",\"A\",\"NULL\"]", client.nextText());
      server.io().emit("all", "b", new byte[] {1, 2});
      assertEquals("451-[\"all\",\"B\",{\"_placeholder\":true,\"num\":0}]", client.nextText());
      assertArrayEquals(new byte[] {1, 2}, client.nextBytes());
    }
  }

  @Test
  void readsWhatComesByAMapperOfOnesOwn() {
    try (TestServer server = server(new Capitals())) {
      Namespace main = server.io().of("/");
      main.on("by event", (_, event) -> event.ack().send(event.argument(1, String.class)));
      main.on("by class", String.class, (_, text, ack) -> ack.send(text));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("421[\"by event\",1,\"a\"]");
        assertEquals("431[\"(A)0\"]", client.nextText());
        client.send("451-2[\"by class\",\"b\",{\"_placeholder\":true,\"num\":0}]");
        client.send(new byte[] {1});
        assertEquals("432[\"(B)1\"]", client.nextText());
        Socket socket = server.nextSocket();
        var answer = socket.timeout(Duration.ofMinutes(1)).emitWithAck("who").toCompletableFuture();
        client.send("43" + client.expectPrefix("42").replace("[\"who\"]", "[\"c\"]"));
        assertEquals("(c)0", answer.join().argument(0, String.class));
      }
    }
  }

  @Test
  void writesTheDataOfARefusalByAMapperOfOnesOwn() {
    try (TestServer server = server(new Capitals())) {
      server.io().of("/closed").use((_, next) -> next.refuse("no", "because"));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        client.send("40/closed,");
        assertEquals("44/closed,{\"message\":\"no\",\"data\":\"BECAUSE\"}", client.nextText());
      }
    }
  }

  @Test
  void goesByTheSettingsOfAJacksonMapperOfOnesOwn() {
    JsonMapper names =
        JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();
    try (TestServer server = server(Mapper.jackson(names))) {
      server.io().of("/").on("move", Move.class, (_, move, ack) -> ack.send(move, Map.of("a", 1)));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        String move = "{\"from_square\":\"e2\",\"boards\":[{\"_placeholder\":true,\"num\":0}]}";
        client.send("451-7[\"move\"," + move + "]");
        client.send(new byte[] {1, 2, 3});
        assertEquals("461-7[" + move + ",{\"a\":1}]", client.nextText());
        assertArrayEquals(new byte[] {1, 2, 3}, client.nextBytes());
      }
    }
  }
}
