package dev.verbatim.chat.storage.mongo;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The network that the store's tests let fail, in front of a server that answers with the same. */
@Timeout(30)
class FaultyProxyTest {
  private Echo echo;
  private FaultyProxy proxy;

  @BeforeEach
  void start() throws Exception {
    echo = new Echo();
    proxy = FaultyProxy.to(echo.listener.getLocalPort());
  }

  @AfterEach
  void end() throws Exception {
    proxy.close();
    echo.listener.close();
  }

  /** Answers with what it is sent; safe for any thread. */
  private static final class Echo {
    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    Echo() throws IOException {
      Thread.startVirtualThread(
          () -> {
            try {
              while (true) {
                Socket socket = listener.accept();
                Thread.startVirtualThread(() -> answer(socket));
              }
            } catch (IOException e) {
              // The test is over.
            }
          });
    }

    private void answer(Socket socket) {
      try (socket) {
        byte[] buffer = new byte[1024];
        for (int n = socket.getInputStream().read(buffer);
            n >= 0;
            n = socket.getInputStream().read(buffer)) {
          received.write(buffer, 0, n);
          socket.getOutputStream().write(buffer, 0, n);
        }
      } catch (IOException e) {
        // Cut, as some tests do.
      }
    }

    String received() {
      return received.toString(US_ASCII);
    }
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(US_ASCII));
  }

  private static String exchange(Socket socket, String text) throws IOException {
    send(socket, text);
    return new String(socket.getInputStream().readNBytes(text.length()), US_ASCII);
  }

  /** Whether the connection ends before another byte is answered. */
  private static boolean isCut(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (IOException e) {
      return true;
    }
  }

  private void assertPassesAgain(String textBefore) throws IOException {
    try (Socket socket = connect()) {
      assertEquals("again", exchange(socket, "again"));
      assertEquals(textBefore + "again", echo.received());
    }
  }

  @Test
  void passesBytesAndTheEndOfThem() throws Exception {
    try (Socket socket = connect()) {
      String large = "0123456789".repeat(50_000);
      CompletableFuture<Void> sent = new CompletableFuture<>();
      Thread.startVirtualThread(
          () -> {
            try {
              send(socket, large);
              socket.shutdownOutput();
              sent.complete(null);
            } catch (IOException e) {
              sent.completeExceptionally(e);
            }
          });
      assertEquals(large, new String(socket.getInputStream().readAllBytes(), US_ASCII));
      sent.get(10, SECONDS);
    }
    awaitNoConnection();
  }

  private void awaitNoConnection() {
    while (proxy.connections() > 0) {
      Thread.onSpinWait();
    }
  }

  @Test
  void refusesOpenAndNewConnections() throws Exception {
    try (Socket open = connect()) {
      assertEquals("one", exchange(open, "one"));
      proxy.refuse();
      assertTrue(isCut(open));
      assertEquals(0, proxy.connections());
      assertTrue(isRefused());
    }
    proxy.pass();
    assertPassesAgain("one");
  }

  /** A reset may come as soon as the connection is made. */
  private boolean isRefused() {
    try (Socket socket = connect()) {
      return isCut(socket);
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void swallowsWhatIsSentAndLeavesNoHalfConversation() throws Exception {
    try (Socket open = connect()) {
      assertEquals("one", exchange(open, "one"));
      proxy.swallow();
      send(open, "lost");
      try (Socket late = connect()) {
        send(late, "lost");
        while (proxy.swallowedBytes() < 8) {
          Thread.onSpinWait();
        }
        proxy.pass();
        assertTrue(isCut(open));
        assertTrue(isCut(late));
      }
    }
    assertPassesAgain("one");
  }

  @Test
  void delaysEachWay() throws Exception {
    proxy.delay(Duration.ofMillis(60));
    try (Socket socket = connect()) {
      long start = System.nanoTime();
      assertEquals("slow", exchange(socket, "slow"));
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(120).toNanos());
    }
  }

  @Test
  void losesAnswersThatServerGave() throws Exception {
    proxy.dropAnswers();
    try (Socket socket = connect()) {
      send(socket, "one");
      assertTrue(isCut(socket));
      assertEquals("one", echo.received());
    }
    proxy.pass();
    assertPassesAgain("one");
  }

  @Test
  void losesAnswerToOneRequest() throws Exception {
    CompletableFuture<Void> lost = proxy.loseAnswerTo("insert");
    try (Socket socket = connect()) {
      assertEquals("find.", exchange(socket, "find."));
      assertEquals("ins", exchange(socket, "ins"));
      assertFalse(lost.isDone());
      send(socket, "ert");
      assertTrue(isCut(socket));
      lost.get(10, SECONDS);
      assertEquals("find.insert", echo.received());
    }
    assertPassesAgain("find.insert");
  }

  @Test
  void losesOneRequest() throws Exception {
    CompletableFuture<Void> lost = proxy.loseRequestWith("insert");
    try (Socket socket = connect()) {
      assertEquals("find.", exchange(socket, "find."));
      send(socket, "insert");
      assertTrue(isCut(socket));
      lost.get(10, SECONDS);
    }
    assertPassesAgain("find.");
  }

  @Test
  void cutsConnectionsAndTakesNewOnes() throws Exception {
    try (Socket socket = connect()) {
      assertEquals("one", exchange(socket, "one"));
      proxy.cut();
      assertTrue(isCut(socket));
    }
    assertPassesAgain("one");
  }

  @Test
  void endsConnectionToServerThatIsGone() throws Exception {
    // Bound and no listener: a listener that is being closed may accept one more.
    try (Socket gone = new Socket()) {
      gone.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      proxy.close();
      proxy = FaultyProxy.to(gone.getLocalPort());
      assertTrue(isRefused());
      awaitNoConnection();
    }
  }
}
