package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.POLLING;
import static dev.verbatim.socketio.RawClient.get;
import static dev.verbatim.socketio.RawClient.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.timeout.IdleStateHandler;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The gate in front of a framework that answers later and reads only when it wants to. */
@Timeout(180)
final class GateTest {
  private static final String OPEN = get(POLLING);

  private final TestServer server =
      new TestServer(
          SocketIoOptions.defaults(),
          2,
          0,
          pipeline -> {
            pipeline.channel().config().setAutoRead(false);
            pipeline.addLast(new IdleStateHandler(60, 60, 60));
            pipeline.addLast(new HttpObjectAggregator(1_000));
            pipeline.addLast(new Framework());
          });

  @AfterEach
  void close() {
    server.close();
  }

  /** Answers with the path, in a later task. */
  private static final class Framework extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      ctx.read();
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
      byte[] path = request.uri().getBytes(UTF_8);
      ctx.executor()
          .execute(
              () ->
                  ctx.executor()
                      .execute(
                          () -> {
                            ctx.writeAndFlush(Exchange.response(200, path));
                            ctx.read();
                          }));
    }
  }

  @Test
  void keepsTheOrderOfAnswersOfBothSides() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(get("/a") + OPEN + get("/b") + get("/c") + OPEN);
      client.readHead();
      assertEquals("/a", client.read(2));
      readOpen(client);
      client.readHead();
      assertEquals("/b", client.read(2));
      client.readHead();
      assertEquals("/c", client.read(2));
      readOpen(client);
    }
  }

  private static void readOpen(RawClient client) throws IOException {
    String body = client.readAnswer(200);
    assertTrue(body.startsWith("0{\"sid\""), body);
  }

  @Test
  void answersAllWhereNothingStandsBehindIt() throws IOException {
    try (TestServer alone = new TestServer(SocketIoOptions.defaults());
        RawClient client = new RawClient(alone)) {
      client.send(get("/a") + post("/socket.iox/", "body") + upgradeOf("/b") + OPEN);
      assertEquals("", client.readAnswer(404));
      assertEquals("", client.readAnswer(404));
      assertEquals("", client.readAnswer(404));
      readOpen(client);
    }
  }

  private static String upgradeOf(String path) {
    return RawClient.upgrade("").replaceFirst("/socket.io/", path);
  }

  @Test
  void readsOnWhenTheFrameworkDoesNot() throws IOException {
    try (RawClient client = new RawClient(server)) {
      for (int i = 0; i < 3; i++) {
        client.send(OPEN);
        readOpen(client);
      }
      client.send(get("/a"));
      client.readHead();
      assertEquals("/a", client.read(2));
    }
  }

  @Test
  void leavesNothingOfTheFrameworkInAWebSocket() throws IOException {
    server.io().of("/").on("pipeline", (_, event) -> event.ack().send());
    try (RawClient client = new RawClient(server)) {
      client.send(get("/a") + RawClient.upgrade(""));
      client.readHead();
      assertEquals("/a", client.read(2));
      assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
      assertTrue(client.readFrame().startsWith("0{"));
      client.send(RawClient.frame(0x81, "40"));
      assertTrue(client.readFrame().startsWith("40{"));
      client.send(RawClient.frame(0x81, "421[\"pipeline\"]"));
      assertEquals("431[]", client.readFrame());
    }
  }

  @Test
  void leavesAPortToTwoServers() throws IOException, InterruptedException {
    BlockingQueue<String> handlers = new LinkedBlockingQueue<>();
    SocketIoServer engine =
        SocketIoServer.create(
            SocketIoOptions.builder().path("/engine.io/").build(),
            session -> new Echo(session, new LinkedBlockingQueue<>()));
    try (TestServer both =
            new TestServer(
                SocketIoOptions.defaults(),
                2,
                0,
                pipeline -> {
                  pipeline.addLast(engine.gate());
                  pipeline
                      .channel()
                      .closeFuture()
                      .addListener(_ -> handlers.add(pipeline.names().toString()));
                });
        RawClient client = new RawClient(both)) {
      client.send(OPEN + OPEN.replace("/socket.io/", "/engine.io/"));
      readOpen(client);
      readOpen(client);
      client.send(RawClient.upgrade("").replace("/socket.io/", "/engine.io/"));
      assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
      assertTrue(client.readFrame().startsWith("0{"));
      client.send(RawClient.frame(0x81, "4both"));
      assertEquals("4both", client.readFrame());
      client.send(RawClient.frame(0x88, ""));
      String left = handlers.poll(60, TimeUnit.SECONDS);
      assertTrue(left != null && !left.contains("Gate") && !left.contains("Http"), left);
    }
  }
}
