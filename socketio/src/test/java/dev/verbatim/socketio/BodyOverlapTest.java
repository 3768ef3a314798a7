package dev.verbatim.socketio;

import static dev.verbatim.socketio.RawClient.post;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bodies that clients send on several connections for one session. */
@Timeout(180)
final class BodyOverlapTest {
  private final BlockingQueue<DisconnectReason> reasons = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> gone = new LinkedBlockingQueue<>();
  private final TestServer server =
      new TestServer(
          SocketIoOptions.defaults(),
          2,
          0,
          pipeline ->
              pipeline.addLast(
                  new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelInactive(ChannelHandlerContext ctx) {
                      gone.add(true);
                    }
                  }));

  @BeforeEach
  void listen() {
    server.io().of("/").onDisconnect((_, reason) -> reasons.add(reason));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static String head(String path, int length, String more) {
    return "POST " + path + " HTTP/1.1\r\nContent-Length: " + length + "\r\n" + more + "\r\n";
  }

  /** Sends a POST's head, and waits until the server waits for its body. */
  private static void begin(RawClient client, String session, int length) throws IOException {
    client.send(head(session, length, "Expect: 100-continue\r\n"));
    client.readAnswer(100);
  }

  @Test
  void refusesASecondBodyAtItsHeadAndEndsTheSession() throws IOException, InterruptedException {
    try (RawClient first = new RawClient(server);
        RawClient second = new RawClient(server)) {
      String session = first.connectPolling();
      begin(first, session, 2);
      second.send(head(session, 1_000_000, ""));
      assertEquals("{\"code\":3,\"message\":\"Bad request\"}", second.readAnswer(400));
      assertEquals(DisconnectReason.TRANSPORT_ERROR, reasons.poll(60, TimeUnit.SECONDS));
      first.send("3x");
      assertTrue(first.readAnswer(400).contains("Session ID unknown"));
    }
  }

  @Test
  void takesTheNextBodyOnAnyConnectionWhenTheLastIsAnswered() throws IOException {
    try (RawClient first = new RawClient(server);
        RawClient second = new RawClient(server)) {
      String session = first.connectPolling();
      for (int i = 0; i < 50; i++) {
        first.send(post(session, "42[\"x\"]"));
        assertEquals("ok", first.readAnswer(200));
        second.send(post(session, "42[\"x\"]"));
        assertEquals("ok", second.readAnswer(200));
      }
    }
  }

  @Test
  void takesTheNextBodyWhenTheLastIsRefusedOrGone() throws IOException, InterruptedException {
    try (RawClient client = new RawClient(server)) {
      String session = client.connectPolling();
      try (RawClient refused = new RawClient(server)) {
        begin(refused, session, 10);
      }
      assertNotNull(gone.poll(60, TimeUnit.SECONDS));
      try (RawClient refused = new RawClient(server)) {
        refused.send(
            "POST " + session + " HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n");
        refused.readAnswer(400);
      }
      client.send(post(session, "42[\"x\"]"));
      assertEquals("ok", client.readAnswer(200));
    }
  }
}
