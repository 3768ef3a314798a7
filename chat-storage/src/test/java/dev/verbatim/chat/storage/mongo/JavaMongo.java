package dev.verbatim.chat.storage.mongo;

import de.bwaldvogel.mongo.MongoServer;
import java.net.InetSocketAddress;

/** An imitation of MongoDB in this JVM, with its data in memory; safe for any thread. */
final class JavaMongo implements AutoCloseable {
  private final MongoServer server = new MongoServer(new SerialBackend());
  private final InetSocketAddress address = server.bind();

  /** The server's address, with no database. */
  String uri() {
    return "mongodb://127.0.0.1:" + port() + "/";
  }

  int port() {
    return address.getPort();
  }

  /** Ends the server, and its data with it. */
  @Override
  public void close() {
    server.shutdownNow();
  }
}
