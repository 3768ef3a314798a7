package dev.verbatim.chat.storage.mongo;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests of which each has a database of its own, and opens stores in it. */
abstract class DatabaseContract {
  private final MongoUnderTest server;
  private @Nullable Stores stores;

  DatabaseContract(MongoUnderTest server) {
    this.server = server;
  }

  @BeforeEach
  void openDatabase() throws Exception {
    stores = Stores.on(server);
  }

  @AfterEach
  void dropDatabase() {
    Stores opened = stores;
    // A run that is not meant for this server opens none.
    if (opened != null) {
      opened.close();
    }
  }

  MongoUnderTest server() {
    return server;
  }

  Stores stores() {
    return Objects.requireNonNull(stores);
  }
}
