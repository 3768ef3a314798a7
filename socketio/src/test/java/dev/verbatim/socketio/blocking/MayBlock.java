package dev.verbatim.socketio.blocking;

/** All that may block an event loop, and why, beside what Netty and BlockHound allow themselves. */
enum MayBlock {
  /** Which appender takes the log is the user's choice; these are a test's writes to its output. */
  LOG("ch.qos.logback.core.OutputStreamAppender", "append"),

  /** A queue of records in front of it has a lock that is held for as long as one is put in. */
  LOG_QUEUE("dev.verbatim.server.logs.LogQueue", "append"),

  /**
   * Ids of sessions and sockets come from {@code /dev/urandom}, which waits for nothing once the
   * machine is up; 260 ns an id. A generator for each loop would read no file again, but seed
   * itself from {@code /dev/random}, which does wait on kernels before 5.6.
   */
  RANDOM_BYTES("sun.security.provider.NativePRNG$RandomIO", "readFully"),

  /**
   * Buffers of a size that loops do not keep for themselves come from a pool of all threads. A loop
   * that meets another there makes the pool wider, once for each two processors, under a lock that
   * is held for as long as an array is copied.
   */
  ALLOCATOR("io.netty.buffer.AdaptivePoolingAllocator$MagazineGroup", "tryExpandMagazines"),

  /**
   * A loop that begins a virtual thread may have the scheduler make a carrier for it: a change of
   * the pool is waited for by spinning, for as long as an entry of an array is set.
   */
  CARRIERS("java.util.concurrent.ForkJoinPool", "spinLockRunState"),

  /**
   * By which tests hear of what handlers on a loop were told; its lock is held for as long as one
   * is put in. The product has none.
   */
  QUEUE_OF_TESTS("java.util.concurrent.LinkedBlockingQueue", "offer");

  private final String type;
  private final String method;

  MayBlock(String type, String method) {
    this.type = type;
    this.method = method;
  }

  String type() {
    return type;
  }

  String method() {
    return method;
  }
}
