package dev.verbatim.chat.storage.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;

/**
 * A database of one test, which is dropped when it is closed; safe for any thread.
 *
 * @param server the server's address; a database in it is not the one meant
 * @param client reaches the server, and is not the test's to close
 */
record TestDatabase(ConnectionString server, String name, MongoClient client)
    implements AutoCloseable {
  /** What the server holds of it, seen beside the store under test. */
  MongoDatabase contents() {
    return client.getDatabase(name);
  }

  /** The server's address with this database in it. */
  String uri() {
    String whole = server.getConnectionString();
    int options = whole.indexOf('?');
    String before = options < 0 ? whole : whole.substring(0, options);
    int hosts = before.indexOf("://") + "://".length();
    int path = before.indexOf('/', hosts);
    return (path < 0 ? before : before.substring(0, path))
        + "/"
        + name
        + (options < 0 ? "" : whole.substring(options));
  }

  @Override
  public void close() {
    contents().drop();
  }
}
