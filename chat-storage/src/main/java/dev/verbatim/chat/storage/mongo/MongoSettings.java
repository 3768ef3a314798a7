package dev.verbatim.chat.storage.mongo;

/**
 * Where a {@link MongoChatStore} is and who opens it.
 *
 * @param uri a MongoDB connection string (mongodb.com/docs/manual/reference/connection-string); a
 *     database in it is not used but to authenticate. It may hold a password and is told to nobody
 * @param databaseName the database, which is made if it is not there
 * @param writerName the name of this process among those that share the database, {@code host:port}
 *     for example: the same again after a restart, and no other's at the same time
 */
public record MongoSettings(String uri, String databaseName, String writerName) {
  /** Without the address, which may hold a password. */
  @Override
  public String toString() {
    return "MongoSettings[databaseName=" + databaseName + ", writerName=" + writerName + "]";
  }
}
