package dev.verbatim.chat.store;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Every promise of the storage port, as tests. An adapter's test extends it and says how its store
 * is opened; the promises stand in the contracts of the port's parts.
 */
public abstract class ChatStoreContract
    implements CommitContract,
        MessageStoreContract,
        ReadStateContract,
        GroupStoreContract,
        GroupChangeContract,
        MessageChangeContract,
        UserStoreContract,
        SessionStoreContract,
        IdentityContract,
        CopyContract {
  private @Nullable ChatStore store;

  /**
   * Opens the store: an empty one at a test's first call, the same one again at each later call,
   * before which the one opened earlier is closed.
   */
  protected abstract ChatStore open() throws Exception;

  @Override
  public final ChatStore store() {
    if (store == null) {
      throw new IllegalStateException("Not open");
    }
    return store;
  }

  @Override
  public final ChatStore reopen() throws Exception {
    closeStore();
    store = open();
    return store;
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() throws Exception {
    ChatStore closing = store;
    store = null;
    if (closing != null) {
      closing.close();
    }
  }
}
