package dev.verbatim.chat.storage.mongo;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.bwaldvogel.mongo.MongoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * The imitation of MongoDB as a process of its own, for tests that are none of Java's. It ends when
 * its standard input does, and so with the test that started it. Its first line of output is its
 * URI, printed once it listens. At a line {@code away} it cuts all connections and listens no more,
 * at {@code back} it listens again, on the same port and with the same data; it repeats the line
 * when that is done. Confined to the main thread.
 */
final class JavaMongoProcess {
  private final Backend backend = new Backend();
  private InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private MongoServer server = listening();

  private JavaMongoProcess() {}

  static void main() throws IOException {
    PrintStream out = new PrintStream(System.out, true, UTF_8);
    JavaMongoProcess process = new JavaMongoProcess();
    try {
      out.println("mongodb://127.0.0.1:" + process.address.getPort() + "/");
      BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        switch (line) {
          case "away" -> process.server.shutdownNow();
          case "back" -> process.server = process.listening();
          default -> throw new IllegalArgumentException(line);
        }
        out.println(line);
      }
    } finally {
      process.server.shutdownNow();
    }
  }

  private MongoServer listening() {
    MongoServer listening = new MongoServer(backend);
    listening.bind(address);
    address = listening.getLocalAddress();
    return listening;
  }

  /** Holds the data, whoever listens. */
  private static final class Backend extends SerialBackend {
    /** A server that ends would have it forget everything. */
    @Override
    public void close() {}
  }
}
