package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What each setting does that no other test is about. */
@Timeout(180)
final class SocketIoOptionsTest {
  /** Answers what is not the engine's. */
  private static final class Framework extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      ctx.writeAndFlush(Exchange.response(404, "no engine".getBytes(UTF_8)));
    }
  }

  private static TestServer server(SocketIoOptions.Builder options) {
    return new TestServer(
        options.build(),
        2,
        0,
        pipeline -> {
          pipeline.addLast(new HttpObjectAggregator(1_000));
          pipeline.addLast(new Framework());
        });
  }

  private static String get(RawClient client, int status, String path) throws IOException {
    client.send(RawClient.get(path));
    return client.readAnswer(status);
  }

  @Test
  void namesEverySettingThatCannotBe() {
    SocketIoOptions.Builder wrong =
        SocketIoOptions.builder()
            .path("chat")
            .transports(Set.of())
            .maxHttpBufferSize(0)
            .pingInterval(Duration.ZERO);
    assertEquals(
        "path is none behind a slash: chat/; transports are none;"
            + " maxHttpBufferSize is not positive: 0; pingInterval is not positive: PT0S",
        assertThrows(IllegalArgumentException.class, wrong::build).getMessage());
  }

  @Test
  void listensUnderThePathWithATrailingSlash() throws IOException {
    for (String path : new String[] {"/chat", "/chat/"}) {
      try (TestServer server = server(SocketIoOptions.builder().path(path));
          RawClient client = new RawClient(server)) {
        assertTrue(get(client, 200, "/chat/?EIO=4&transport=polling").startsWith("0{"));
        assertEquals("no engine", get(client, 404, "/chat?EIO=4&transport=polling"));
        assertEquals("no engine", get(client, 404, "/socket.io/?EIO=4&transport=polling"));
      }
    }
  }

  @Test
  void listensUnderThePathItselfWithoutAddTrailingSlash() throws IOException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .addTrailingSlash(false)
            .clientFiles(name -> name.equals("socket.io.js") ? "io()".getBytes(UTF_8) : null);
    try (TestServer server = server(options);
        RawClient client = new RawClient(server)) {
      assertTrue(get(client, 200, "/socket.io?EIO=4&transport=polling").startsWith("0{"));
      assertTrue(get(client, 200, "/socket.io/?EIO=4&transport=polling").startsWith("0{"));
      assertTrue(get(client, 400, "/socket.io").contains("Transport unknown"));
      assertEquals("io()", get(client, 200, "/socket.io/socket.io.js"));
      assertEquals("no engine", get(client, 404, "/socket.iox?EIO=4&transport=polling"));
    }
  }

  @Test
  void servesNoClientFilesWithoutServeClient() throws IOException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().serveClient(false).clientFiles(_ -> "io()".getBytes(UTF_8));
    try (TestServer server = server(options);
        RawClient client = new RawClient(server)) {
      assertTrue(get(client, 400, "/socket.io/socket.io.js").contains("Transport unknown"));
    }
  }

  @Test
  void answersHeadOfAClientFileWithoutTheFile() throws IOException {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().clientFiles(_ -> "io()".getBytes(UTF_8));
    try (TestServer server = server(options);
        RawClient client = new RawClient(server)) {
      client.send("HEAD /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n");
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 200 ") && head.contains("content-length: 4\r\n"), head);
      client.send("DELETE /socket.io/socket.io.js HTTP/1.1\r\nHost: x\r\n\r\n");
      head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 405 ") && head.contains("allow: GET,HEAD\r\n"), head);
    }
  }
}
