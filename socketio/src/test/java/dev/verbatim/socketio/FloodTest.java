package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that send much of what each of it costs nothing. */
@Timeout(120)
final class FloodTest {
  private static final int COUNT = 5_000;

  private final TestServer server = new TestServer(SocketIoOptions.defaults());

  @AfterEach
  void close() {
    server.close();
  }

  private static byte[] repeated(byte[] frame) {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < COUNT; i++) {
      frames.writeBytes(frame);
    }
    return frames.toByteArray();
  }

  @Test
  void goesOnBehindAFloodOfPongsAndNoops() throws IOException {
    server.io().of("/").on("e", (_, event) -> event.ack().send());
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(RawClient.frame(0x81, "40"));
      client.readFrame();
      client.send(repeated(RawClient.frame(0x81, "3")));
      client.send(repeated(RawClient.frame(0x81, "6")));
      client.send(repeated(RawClient.frame(0x8a, "")));
      client.send(RawClient.frame(0x81, "421[\"e\"]"));
      assertEquals("431[]", client.readFrame());
    }
  }

  @Test
  void closesAtTheFirstOfAFloodOfPings() throws IOException {
    try (RawClient client = RawClient.webSocket(server)) {
      client.send(repeated(RawClient.frame(0x81, "2")));
      assertEquals(1002, client.readClose());
    }
  }

  @Test
  void refusesEachOfAFloodOfConnectsToUnknownNamespaces() throws Exception {
    server.io().of("/");
    try (RawClient client = RawClient.webSocket(server)) {
      byte[] connects = repeated(RawClient.frame(0x81, "40/unknown,"));
      Thread sender =
          Thread.startVirtualThread(
              () -> {
                try {
                  client.send(connects);
                  client.send(RawClient.frame(0x81, "40"));
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      for (int i = 0; i < COUNT; i++) {
        assertEquals("44/unknown,{\"message\":\"Invalid namespace\"}", client.readFrame());
      }
      assertTrue(client.readFrame().startsWith("40{"));
      sender.join();
    }
  }

  @Test
  void closesWhoComesAndGoesWhileMiddlewareIsAtWork() throws IOException {
    AtomicInteger atWork = new AtomicInteger();
    // On the loop, where a round trip shows all that has begun; none of it ever ends.
    server.io().of("/").dispatch(Dispatch.EVENT_LOOP).use((_, _) -> atWork.incrementAndGet());
    try (RawClient client = RawClient.webSocket(server)) {
      ByteArrayOutputStream visit = new ByteArrayOutputStream();
      visit.writeBytes(RawClient.frame(0x81, "40"));
      visit.writeBytes(RawClient.frame(0x81, "41"));
      client.send(repeated(visit.toByteArray()));
      assertEquals(1002, client.readClose());
      assertEquals(0, server.io().sessionCount());
      server.settle();
      assertEquals(1, atWork.get());
    }
  }

  @Test
  void letsNobodyInAgainWhileSoManyThatLeftAreNotDone() throws IOException {
    CountDownLatch go = new CountDownLatch(1);
    int max = Limits.DEFAULT.eventsWaitingMax();
    server.io().of("/").onDisconnect((_, _) -> await(go));
    try (RawClient client = RawClient.webSocket(server)) {
      for (int i = 0; i < max; i++) {
        client.send(RawClient.frame(0x81, "40"));
        assertTrue(client.readFrame().startsWith("40{"));
        client.send(RawClient.frame(0x81, "41"));
      }
      client.send(RawClient.frame(0x81, "40"));
      assertEquals("44{\"message\":\"Too many namespaces\"}", client.readFrame());
    } finally {
      go.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
