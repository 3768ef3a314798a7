package dev.verbatim.chat.storage.mongo;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A network between a client and a server on loopback that fails as it is told; safe for any
 * thread. Every direction of a connection is a virtual thread that passes on what it reads before
 * it reads more. What a method changes holds for open and new connections from its return on.
 */
final class FaultyProxy implements AutoCloseable {
  private static final int BUFFER_BYTES = 16 * 1024;

  /** More than a driver's pool opens. One beyond it is reset. */
  private static final int CONNECTIONS_MAX = 500;

  private sealed interface Mode {
    record Passing() implements Mode {}

    record Refusing() implements Mode {}

    record Swallowing() implements Mode {}

    record Delaying(Duration eachWay) implements Mode {}

    record DroppingAnswers() implements Mode {}
  }

  /** What is lost with the next request that holds a word. */
  private record Loss(String word, boolean answer, CompletableFuture<Void> happened) {}

  /** What is done before each request that holds a word. */
  private record Ahead(String word, Runnable action) {}

  /**
   * The answer to the next request that holds a word.
   *
   * @param asked completes when the server is about to have the request
   * @param released lets the answer pass, and what comes behind it
   */
  record Held(String word, CompletableFuture<Void> asked, CompletableFuture<Void> released) {}

  private enum Direction {
    REQUEST,
    ANSWER
  }

  private sealed interface Fate {
    record Forward(Duration delay) implements Fate {}

    record Hold(CompletableFuture<Void> released) implements Fate {}

    record Swallow() implements Fate {}

    record Cut() implements Fate {}
  }

  private static final Fate FORWARD = new Fate.Forward(Duration.ZERO);

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final Set<Connection> connections = new HashSet<>();
  private Mode mode = new Mode.Passing();
  private @Nullable Loss loss;
  private volatile @Nullable Ahead ahead;
  private @Nullable Held held;
  private long swallowedBytes;

  private FaultyProxy(ServerSocket listener, InetSocketAddress target) {
    this.listener = listener;
    this.target = target;
    Thread.startVirtualThread(this::accept);
  }

  /** Listens on a free port and passes everything on to another one. */
  static FaultyProxy to(int port) throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    return new FaultyProxy(
        new ServerSocket(0, CONNECTIONS_MAX, loopback), new InetSocketAddress(loopback, port));
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Passes everything on, and does nothing ahead of it. */
  void pass() {
    ahead = null;
    enter(new Mode.Passing());
  }

  /** Resets all connections and every new one, as if nobody listened. */
  synchronized void refuse() {
    enter(new Mode.Refusing());
    cut();
  }

  /** Accepts connections and bytes, and does nothing with them until the mode changes. */
  void swallow() {
    enter(new Mode.Swallowing());
  }

  /** Holds up whatever is read, in each direction. */
  void delay(Duration eachWay) {
    enter(new Mode.Delaying(eachWay));
  }

  /** Lets the server have every request, and cuts the connection when it answers. */
  void dropAnswers() {
    enter(new Mode.DroppingAnswers());
  }

  /**
   * Lets the server have the next request that holds a word, and cuts the connection when it
   * answers. Completes when it has answered.
   */
  CompletableFuture<Void> loseAnswerTo(String word) {
    return arm(new Loss(word, true, new CompletableFuture<>()));
  }

  /** Cuts the connection of the next request that holds a word, before the server has it all. */
  CompletableFuture<Void> loseRequestWith(String word) {
    return arm(new Loss(word, false, new CompletableFuture<>()));
  }

  /**
   * Does something before each further request that holds a word, on a thread of its connection;
   * the request is passed on when it is done.
   */
  void ahead(String word, Runnable action) {
    ahead = new Ahead(word, action);
  }

  /** Lets the server have the next request that holds a word, and holds up its answer. */
  synchronized Held holdAnswerTo(String word) {
    Held next = new Held(word, new CompletableFuture<>(), new CompletableFuture<>());
    held = next;
    return next;
  }

  /** Resets all connections. */
  synchronized void cut() {
    Set.copyOf(connections).forEach(Connection::reset);
  }

  /** The bytes that were read and not passed on. */
  synchronized long swallowedBytes() {
    return swallowedBytes;
  }

  synchronized int connections() {
    return connections.size();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    refuse();
  }

  private synchronized CompletableFuture<Void> arm(Loss next) {
    loss = next;
    return next.happened;
  }

  private synchronized void enter(Mode next) {
    mode = next;
    // The rest of a conversation of which a part is missing would make no sense to either side.
    for (Connection connection : Set.copyOf(connections)) {
      if (connection.hasGap) {
        connection.reset();
      }
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        open(listener.accept());
      } catch (IOException e) {
        // Closed, or a client that has gone before it was accepted.
      }
    }
  }

  @SuppressWarnings("resource") // The connection closes itself.
  private synchronized void open(Socket client) {
    Connection connection = new Connection(client);
    if (mode instanceof Mode.Refusing || connections.size() == CONNECTIONS_MAX) {
      connection.reset();
      return;
    }
    connections.add(connection);
    Thread.startVirtualThread(connection::run);
  }

  /** Decides on bytes that were read, and takes note of it. */
  private synchronized Fate fate(Connection connection, Direction direction, byte[] bytes, int n) {
    Fate fate =
        switch (direction) {
          case REQUEST -> requestFate(connection, bytes, n);
          case ANSWER -> answerFate(connection);
        };
    if (fate instanceof Fate.Swallow || fate instanceof Fate.Cut) {
      swallowedBytes += n;
      connection.hasGap = true;
    }
    return fate;
  }

  private Fate requestFate(Connection connection, byte[] bytes, int n) {
    Held holding = held;
    if (holding != null && connection.seenOfHeld.holds(holding.word, bytes, n)) {
      held = null;
      connection.holding = holding.released;
      holding.asked.complete(null);
    }
    Loss armed = loss;
    if (armed != null && connection.seen.holds(armed.word, bytes, n)) {
      loss = null;
      if (!armed.answer) {
        armed.happened.complete(null);
        return new Fate.Cut();
      }
      connection.losing = armed;
    }
    return switch (mode) {
      case Mode.Passing(), Mode.Refusing(), Mode.DroppingAnswers() -> FORWARD;
      case Mode.Swallowing() -> new Fate.Swallow();
      case Mode.Delaying(Duration eachWay) -> new Fate.Forward(eachWay);
    };
  }

  private Fate answerFate(Connection connection) {
    Loss losing = connection.losing;
    if (losing != null) {
      losing.happened.complete(null);
      return new Fate.Cut();
    }
    CompletableFuture<Void> holding = connection.holding;
    if (holding != null) {
      connection.holding = null;
      return new Fate.Hold(holding);
    }
    return switch (mode) {
      case Mode.Passing(), Mode.Refusing() -> FORWARD;
      case Mode.Swallowing() -> new Fate.Swallow();
      case Mode.Delaying(Duration eachWay) -> new Fate.Forward(eachWay);
      case Mode.DroppingAnswers() -> new Fate.Cut();
    };
  }

  /** A client's connection and the one to the server behind it. Its fields are the proxy's. */
  private final class Connection {
    private final Socket client;
    private final Socket server = new Socket();
    private final Seen seen = new Seen();
    private final Seen seenAhead = new Seen();
    private boolean hasGap;
    private @Nullable Loss losing;
    private final Seen seenOfHeld = new Seen();
    private @Nullable CompletableFuture<Void> holding;

    Connection(Socket client) {
      this.client = client;
    }

    void run() {
      Thread answers = Thread.ofVirtual().unstarted(() -> pump(server, client, Direction.ANSWER));
      try {
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        server.connect(target);
        answers.start();
        pump(client, server, Direction.REQUEST);
        answers.join();
        finish(false);
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        reset();
        Thread.currentThread().interrupt();
      }
    }

    /** Passes on what comes until it ends in order, or ends both directions. */
    private void pump(Socket from, Socket to, Direction direction) {
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          Ahead first = ahead;
          if (direction == Direction.REQUEST
              && first != null
              && seenAhead.holds(first.word, buffer, n)) {
            first.action.run();
          }
          switch (fate(this, direction, buffer, n)) {
            case Fate.Forward(Duration delay) -> {
              // The wire is slow, not a test that waits.
              Thread.sleep(delay);
              out.write(buffer, 0, n);
            }
            case Fate.Hold(CompletableFuture<Void> released) -> {
              released.join();
              out.write(buffer, 0, n);
            }
            case Fate.Swallow() -> {}
            case Fate.Cut() -> {
              reset();
              return;
            }
          }
        }
        to.shutdownOutput();
      } catch (IOException e) {
        reset();
      } catch (InterruptedException e) {
        reset();
        Thread.currentThread().interrupt();
      }
    }

    void reset() {
      finish(true);
    }

    private void finish(boolean resetting) {
      synchronized (FaultyProxy.this) {
        connections.remove(this);
      }
      for (Socket socket : new Socket[] {client, server}) {
        try (socket) {
          if (resetting && !socket.isClosed()) {
            socket.setSoLinger(true, 0);
          }
        } catch (IOException e) {
          // Gone already, which is what was meant.
        }
      }
    }
  }

  /** Finds a word in bytes that come in pieces. */
  private static final class Seen {
    private String tail = "";

    boolean holds(String word, byte[] bytes, int n) {
      String all = tail + new String(bytes, 0, n, ISO_8859_1);
      tail = all.substring(Math.max(0, all.length() - word.length() + 1));
      return all.contains(word);
    }
  }
}
