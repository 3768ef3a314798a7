package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * Stores that a test has opened in a database of its own, as several processes would. Owned by the
 * test's thread.
 */
final class Stores implements AutoCloseable {
  /** A test waits for the database, and for its indexes, however busy the machine is. */
  static final Limits LIMITS =
      Limits.STANDARD
          .withWaits(Duration.ofMinutes(2), Duration.ofMinutes(1), Duration.ofSeconds(30))
          .withIndexesWait(Duration.ofMinutes(1));

  private final TestDatabase database;
  private final List<MongoChatStore> open = new ArrayList<>();
  private final Heard heard = new Heard();

  private Stores(TestDatabase database) {
    this.database = database;
  }

  static Stores on(MongoUnderTest server) throws Exception {
    return new Stores(server.database());
  }

  static Stores in(TestDatabase database) {
    return new Stores(database);
  }

  TestDatabase database() {
    return database;
  }

  /** What is in the database, seen beside the stores. */
  Collections contents() {
    return Collections.of(database.contents());
  }

  /** Opens a store as the process of this name, at the time at which {@link Samples} happen. */
  MongoChatStore open(String writerName) throws StoreException {
    return open(writerName, LIMITS, database.uri());
  }

  MongoChatStore open(String writerName, Limits limits, String uri) throws StoreException {
    MongoChatStore store =
        MongoChatStore.open(
            new MongoSettings(uri, database.name(), writerName),
            heard,
            limits,
            InstantSource.fixed(Samples.NOW));
    open.add(store);
    return store;
  }

  List<String> warnings() {
    return heard.warnings();
  }

  List<String> faults() {
    return heard.faults();
  }

  /** Waits until a store takes writes again by itself. */
  static void awaitBack(MongoChatStore store) {
    while (true) {
      try {
        store.ping();
        return;
      } catch (StoreException _) {
        Thread.onSpinWait();
      }
    }
  }

  @Override
  public void close() {
    open.forEach(MongoChatStore::close);
    database.close();
  }
}
