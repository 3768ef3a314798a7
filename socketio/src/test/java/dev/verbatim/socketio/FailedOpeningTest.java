package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.Bytes;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions that fail while they open, on a server with one place. */
@Timeout(180)
final class FailedOpeningTest {
  private static final String POLLING = RawClient.get(RawClient.POLLING);

  private final AtomicBoolean failing = new AtomicBoolean(true);
  private final TestServer server =
      TestServer.engine(
          SocketIoOptions.builder().limits(Limits.builder().connectionsMax(1).build()).build(),
          session -> new Failing(session));

  @AfterEach
  void close() {
    server.close();
  }

  private final class Failing implements Session.Listener {
    private final Echo echo;

    Failing(Session session) {
      echo = new Echo(session, new LinkedBlockingQueue<>());
    }

    @Override
    public void onOpen() {
      if (failing.get()) {
        throw new IllegalStateException("as is to be tested");
      }
    }

    @Override
    public void onMessage(Bytes message, boolean text) {
      echo.onMessage(message, text);
    }

    @Override
    public void onEnd(DisconnectReason reason) {
      echo.onEnd(reason);
    }
  }

  @Test
  void closesTheWebSocketAndGivesItsPlaceBackOnce() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(RawClient.upgrade(""));
      client.readHead();
      while (!client.isEnded()) {}
    }
    assertOnePlaceIsFree();
  }

  @Test
  void answersThePollAndGivesItsPlaceBackOnce() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(POLLING);
      client.readAnswer(500);
      assertTrue(client.isEnded());
    }
    assertOnePlaceIsFree();
  }

  private void assertOnePlaceIsFree() throws IOException {
    failing.set(false);
    while (!opens()) {}
    try (RawClient client = new RawClient(server)) {
      client.send(POLLING);
      client.readAnswer(503);
    }
    assertEquals(1, server.io().sessionCount());
  }

  /** Takes the place, once what failed has given it back. */
  private boolean opens() throws IOException {
    try (RawClient client = new RawClient(server)) {
      client.send(POLLING);
      return client.readHead().startsWith("HTTP/1.1 200 ");
    }
  }
}
