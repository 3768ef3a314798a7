package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.AtomicCommitContract;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.ChatStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteChatStoreTest extends ChatStoreContract implements AtomicCommitContract {
  @TempDir Path directory;

  @Override
  protected ChatStore open() throws Exception {
    return SqliteChatStore.open(directory);
  }
}
