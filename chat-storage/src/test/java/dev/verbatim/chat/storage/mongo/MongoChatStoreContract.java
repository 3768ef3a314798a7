package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.ChatStoreContract;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The store in MongoDB keeps the port's promises, on each server under test. */
abstract class MongoChatStoreContract extends ChatStoreContract {
  private final MongoUnderTest server;
  private @Nullable Stores stores;

  MongoChatStoreContract(MongoUnderTest server) {
    this.server = server;
  }

  @Override
  protected ChatStore open() throws Exception {
    Stores opened = stores;
    if (opened == null) {
      opened = Stores.on(server);
      stores = opened;
    }
    return opened.open("a:1");
  }

  @Override
  @Test
  @SuppressWarnings("JUnitMethodInvoked") // The same test, where the server can.
  public void knowsExactlyWhatWasReadOfManyMessages() throws Exception {
    server.assumeHonours(Demand.MANY_UPDATES);
    super.knowsExactlyWhatWasReadOfManyMessages();
  }

  @AfterEach
  void dropDatabase() {
    Stores opened = stores;
    if (opened != null) {
      opened.close();
    }
  }
}
