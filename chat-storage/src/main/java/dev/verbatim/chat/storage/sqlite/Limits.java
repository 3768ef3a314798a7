package dev.verbatim.chat.storage.sqlite;

import java.time.Duration;

/**
 * Every bound of the embedded store.
 *
 * @param readersMax connections that answer questions at the same time: SQLite answers from memory
 *     mostly, so more than a few per core only cost their caches
 * @param readerWait how long a question waits for one of them; then it fails, for its caller will
 *     not wait longer either
 * @param lockWait how long SQLite waits for a lock that another program holds on the file
 * @param headsMax groups whose newest seq the writer keeps in memory (some 150 bytes each); others
 *     are read again
 * @param userKeysMax users whose key the writer keeps in memory (some 120 bytes each)
 * @param writerCacheBytes pages the writer keeps: the inner pages of every index and the leaves
 *     that busy groups append to
 * @param readerCacheBytes pages each reader keeps; the system's own cache stands behind it
 * @param checkpointPages pages of the write-ahead log after which it is copied into the file: more
 *     make copies rarer and merge more of them, but lengthen the pause and the start after a crash
 * @param logBytesMax what the write-ahead log is cut to after a copy
 * @param pagesMax the file's size in pages, at which the store counts as full; SQLite's own limit
 *     by default
 */
record Limits(
    int readersMax,
    Duration readerWait,
    Duration lockWait,
    int headsMax,
    int userKeysMax,
    long writerCacheBytes,
    long readerCacheBytes,
    int checkpointPages,
    long logBytesMax,
    long pagesMax) {
  /** What the server runs with. */
  static final Limits STANDARD =
      new Limits(
          4,
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          100_000,
          100_000,
          64 << 20,
          4 << 20,
          4_096,
          64 << 20,
          4_294_967_294L);

  Limits withPagesMax(long pages) {
    return with(readersMax, readerWait, lockWait, headsMax, userKeysMax, pages);
  }

  Limits withReaders(int max, Duration wait) {
    return with(max, wait, lockWait, headsMax, userKeysMax, pagesMax);
  }

  Limits withLockWait(Duration wait) {
    return with(readersMax, readerWait, wait, headsMax, userKeysMax, pagesMax);
  }

  Limits withCached(int heads, int userKeys) {
    return with(readersMax, readerWait, lockWait, heads, userKeys, pagesMax);
  }

  private Limits with(
      int readers, Duration wait, Duration lock, int heads, int userKeys, long pages) {
    return new Limits(
        readers,
        wait,
        lock,
        heads,
        userKeys,
        writerCacheBytes,
        readerCacheBytes,
        checkpointPages,
        logBytesMax,
        pages);
  }
}
