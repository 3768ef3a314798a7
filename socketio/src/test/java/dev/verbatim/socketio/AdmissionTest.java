package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.CodecLimits;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import java.io.IOException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The way of a client through the middleware, and what it may not lead to. */
@Timeout(180)
final class AdmissionTest {
  private static WebSocketClient open(TestServer server) {
    WebSocketClient client =
        WebSocketClient.open(server.webSocket("/socket.io/?EIO=4&transport=websocket"));
    client.expectPrefix("0{");
    return client;
  }

  @ParameterizedTest
  @EnumSource
  void refusesByWhateverAMiddlewareThrows(Dispatch dispatch) {
    try (TestServer server = new TestServer(SocketIoOptions.defaults())) {
      server
          .io()
          .of("/")
          .dispatch(dispatch)
          .use(
              (_, _) -> {
                throw new AssertionError("as is to be tested");
              });
      try (WebSocketClient client = open(server)) {
        client.send("40");
        assertEquals("44{\"message\":\"Internal error\"}", client.nextText());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void goesOnAfterWhateverAHandlerThrows(Dispatch dispatch) {
    try (TestServer server = new TestServer(SocketIoOptions.defaults())) {
      Namespace main = server.io().of("/");
      main.dispatch(dispatch);
      main.onConnection(
          _ -> {
            throw new AssertionError("as is to be tested");
          });
      main.onConnection(socket -> socket.emit("connected"));
      main.on(
          "fail",
          (_, _) -> {
            throw new AssertionError("as is to be tested");
          });
      main.on("go on", (socket, _) -> socket.emit("went on"));
      try (WebSocketClient client = WebSocketClient.connect(server)) {
        assertEquals("42[\"connected\"]", client.nextText());
        client.send("42[\"fail\"]");
        client.send("42[\"go on\"]");
        assertEquals("42[\"went on\"]", client.nextText());
      }
    }
  }

  @Test
  void letsInOnceWhoAsksAgainMeanwhile() {
    Semaphore go = new Semaphore(0);
    try (TestServer server = new TestServer(SocketIoOptions.defaults())) {
      Namespace main = server.io().of("/");
      main.use(
          (_, next) -> {
            go.acquireUninterruptibly();
            next.proceed();
          });
      main.on("hello", (socket, _) -> socket.emit("hello"));
      try (WebSocketClient client = open(server)) {
        client.send("40");
        client.send("40");
        client.send("40");
        go.release();
        client.expectPrefix("40{");
        client.send("42[\"hello\"]");
        assertEquals("42[\"hello\"]", client.nextText());
        assertEquals(1, main.socketCount());
      }
    }
  }

  @Test
  void countsWhoHasGoneUntilTheMiddlewareIsDone() throws IOException {
    Semaphore begun = new Semaphore(0);
    Semaphore go = new Semaphore(0);
    Limits limits = Limits.builder().connectionsMax(1).build();
    try (TestServer server = new TestServer(SocketIoOptions.builder().limits(limits).build())) {
      server
          .io()
          .of("/")
          .use(
              (_, next) -> {
                begun.release();
                go.acquireUninterruptibly();
                next.proceed();
              });
      try (RawClient client = RawClient.webSocket(server)) {
        client.send(RawClient.frame(0x81, "40"));
        begun.acquireUninterruptibly();
      }
      while (server.io().sessionCount() > 0) {
        Thread.onSpinWait();
      }
      server.settle();
      assertEquals("HTTP/1.1 503 ", statusOfAHandshake(server));
      go.release();
      while (!statusOfAHandshake(server).equals("HTTP/1.1 200 ")) {
        Thread.onSpinWait();
      }
      assertEquals(0, server.io().of("/").socketCount());
    }
  }

  private static String statusOfAHandshake(TestServer server) throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.get(RawClient.POLLING));
      return client.readHead().substring(0, "HTTP/1.1 200 ".length());
    }
  }

  @Test
  void refusesWhoSaysMoreOfItselfThanAuthLengthMax() {
    CodecLimits codec = CodecLimits.builder().authLengthMax(10).build();
    Limits limits = Limits.builder().codec(codec).build();
    try (TestServer server = new TestServer(SocketIoOptions.builder().limits(limits).build())) {
      try (WebSocketClient client = open(server)) {
        client.send("40{\"a\":1234}");
        client.expectPrefix("40{");
      }
      try (WebSocketClient client = open(server)) {
        client.send("40{\"a\":12345}");
        assertEquals(1002, client.closeCode());
      }
      Long count =
          server.io().counters().malformed().get(MalformedPacketException.Reason.AUTH_TOO_LONG);
      assertNotNull(count);
      assertTrue(count == 1);
    }
  }
}
