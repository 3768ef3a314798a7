package dev.verbatim.server;

import dev.verbatim.chat.storage.sqlite.SqliteStoreCheck;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreCopy;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.settings.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * Copies one store into another and compares the two. Copying again goes on where an earlier copy
 * has ended.
 */
record CopyStoreCommand(Settings.Store from, Settings.Store to, PrintStream out) {
  private static final String WRITER = "copy-store";

  /** Whether the target now holds all that the source does. */
  boolean run() throws StartException {
    if (from.equals(to)) {
      throw new StartException("--from and --to are the same store");
    }
    requireSource();
    try (ChatStore source = open(from, "--from");
        ChatStore target = open(to, "--to")) {
      StoreCopy copy = new StoreCopy(source, target, out::println);
      List<String> strangers = copy.strangers();
      if (!strangers.isEmpty()) {
        strangers.forEach(out::println);
        throw new StartException("the target holds another chat; nothing was copied");
      }
      copy.copy();
      StoreCopy.Result result = copy.compare();
      result.findings().forEach(out::println);
      out.printf(
          "%d users, %d groups and %d messages copied: %s%n",
          result.users(),
          result.groups(),
          result.messages(),
          result.findings().isEmpty() ? "both stores hold the same" : "the stores differ");
      return result.findings().isEmpty();
    } catch (StoreException e) {
      throw new StartException("the copy is not complete: " + Reason.of(e), e);
    }
  }

  /** Opening an embedded store makes it: of a name that is mistyped, an empty one. */
  private void requireSource() throws StartException {
    try {
      if (from instanceof Settings.Embedded(Path dataDir) && !SqliteStoreCheck.isThere(dataDir)) {
        throw new StartException("the store of --from is not there: " + dataDir);
      }
    } catch (StoreException e) {
      throw new StartException("the store of --from cannot be used: " + Reason.of(e), e);
    }
  }

  private static ChatStore open(Settings.Store store, String option) throws StartException {
    try {
      return Stores.open(store, WRITER);
    } catch (StoreException e) {
      throw new StartException(
          "the store of %s cannot be used: %s".formatted(option, Reason.of(e)), e);
    }
  }
}
