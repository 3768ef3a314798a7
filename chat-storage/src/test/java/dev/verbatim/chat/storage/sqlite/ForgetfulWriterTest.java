package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.ChatStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract once more, by a writer that forgets nearly all it knew by heart. */
class ForgetfulWriterTest extends ChatStoreContract {
  @TempDir Path directory;

  @Override
  protected ChatStore open() throws Exception {
    return SqliteChatStore.open(directory, Limits.STANDARD.withCached(1, 1));
  }
}
