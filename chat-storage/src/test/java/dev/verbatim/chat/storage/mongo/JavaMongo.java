package dev.verbatim.chat.storage.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import de.bwaldvogel.mongo.MongoServer;
import java.net.InetSocketAddress;

/** An imitation of MongoDB in this JVM, with its data in memory; safe for any thread. */
final class JavaMongo implements AutoCloseable {
  private final SerialBackend backend = new SerialBackend();
  private final MongoServer server = new MongoServer(backend);
  private final InetSocketAddress address = server.bind();

  /** The server's address, with no database. */
  String uri() {
    return "mongodb://127.0.0.1:" + port() + "/";
  }

  int port() {
    return address.getPort();
  }

  /** From now on requests are answered as this script has it. */
  void follow(SerialBackend.Script script) {
    backend.follow(script);
  }

  /** A database, seen by a client which is the caller's to close. */
  TestDatabase database(MongoClient client) {
    return new TestDatabase(new ConnectionString(uri()), "verbatim_test", client);
  }

  MongoClient client() {
    return MongoClients.create(uri());
  }

  /** Ends the server, and its data with it. */
  @Override
  public void close() {
    server.shutdownNow();
  }
}
