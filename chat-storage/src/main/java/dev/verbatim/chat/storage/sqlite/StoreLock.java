package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.store.StoreException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The right to write a store, held by one process at a time. It is the lock of a file beside the
 * database and not SQLite's exclusive mode, so that other programs can still read the store. The
 * system gives it back when the process ends, however it ends; the file itself stays.
 */
final class StoreLock implements AutoCloseable {
  static final String FILE = "verbatim.lock";

  private final FileChannel channel;

  private StoreLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock of the store in this directory.
   *
   * @throws StoreException if somebody else has it
   */
  static StoreLock take(Path directory) throws StoreException {
    Path file = directory.resolve(FILE);
    FileChannel channel = null;
    try {
      OwnersAlone.makeFile(file);
      channel = FileChannel.open(file, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new StoreLock(channel);
      }
      channel.close();
    } catch (OverlappingFileLockException e) {
      close(channel, e);
    } catch (IOException e) {
      close(channel, e);
      throw new StoreException("Cannot lock " + file + ": " + e, e);
    }
    throw new StoreException("The store in " + directory + " is in use by another process");
  }

  private static void close(@Nullable FileChannel channel, Exception why) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  @Override
  public void close() throws StoreException {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StoreException("Cannot give back the store's lock: " + e, e);
    }
  }
}
