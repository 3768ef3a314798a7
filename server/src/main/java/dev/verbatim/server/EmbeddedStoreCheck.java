package dev.verbatim.server;

import dev.verbatim.chat.storage.sqlite.SqliteStoreCheck;
import dev.verbatim.chat.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a server could open the store in this directory. A running one may have it open. */
record EmbeddedStoreCheck(Path directory) implements ConnectionCheck {
  @Override
  public String name() {
    return "store";
  }

  @Override
  public Result run() {
    Path existing = directory.toAbsolutePath();
    while (!Files.exists(existing) && existing.getParent() != null) {
      existing = existing.getParent();
    }
    if (!Files.isDirectory(existing)) {
      return new Fails(existing + " is no directory");
    }
    if (!Files.isWritable(existing)) {
      return new Fails(existing + " cannot be written");
    }
    try {
      return new Works(
          SqliteStoreCheck.isThere(directory)
              ? directory.toAbsolutePath() + " can be opened"
              : directory.toAbsolutePath() + " will be made at the first start");
    } catch (StoreException e) {
      return new Fails(Reason.of(e));
    }
  }
}
