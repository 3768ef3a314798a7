package dev.verbatim.socketio.blocking;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockHound;

/**
 * Fails the test in which an event loop blocks.
 *
 * <p>JUnit finds it by itself, so that it watches every test of a module that has it on its path
 * and {@code junit.jupiter.extensions.autodetection.enabled} in its {@code
 * junit-platform.properties}. All of Netty's threads are watched. What blocks is not stopped from
 * it: the test goes on as it would, and fails at its end, with the stack of the loop.
 */
public final class LoopWatch implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** As many are told of; a loop that blocks may do so again and again. */
  private static final int FOUND_MAX = 32;

  private static final LinkedBlockingQueue<Blocked> found = new LinkedBlockingQueue<>(FOUND_MAX);

  /** File channels, which BlockHound does not know; sockets are not read and written by these. */
  private static final String FILES = "sun.nio.ch.UnixFileDispatcherImpl";

  static {
    BlockHound.Builder builder = BlockHound.builder().loadIntegrations();
    builder
        .markAsBlocking(FILES, "read0", "(Ljava/io/FileDescriptor;JI)I")
        .markAsBlocking(FILES, "pread0", "(Ljava/io/FileDescriptor;JIJ)I")
        .markAsBlocking(FILES, "write0", "(Ljava/io/FileDescriptor;JI)I")
        .markAsBlocking(FILES, "pwrite0", "(Ljava/io/FileDescriptor;JIJ)I")
        .markAsBlocking(FILES, "force0", "(Ljava/io/FileDescriptor;Z)I")
        .blockingMethodCallback(method -> found.offer(new Blocked(method.toString())));
    for (MayBlock allowed : MayBlock.values()) {
      builder.allowBlockingCallsInside(allowed.type(), allowed.method());
    }
    builder.install();
  }

  /** Something that blocked a loop; the stack is the loop's. */
  public static final class Blocked extends AssertionError {
    private static final long serialVersionUID = 1L;

    Blocked(String call) {
      super(Thread.currentThread().getName() + " blocks in " + call);
    }
  }

  /** What has blocked since this was asked last, for a test of the watch itself. */
  public static List<Blocked> takeFound() {
    List<Blocked> taken = new ArrayList<>();
    found.drainTo(taken);
    return taken;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    failIfBlocked();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    failIfBlocked();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failIfBlocked();
  }

  private static void failIfBlocked() {
    List<Blocked> taken = takeFound();
    if (!taken.isEmpty()) {
      AssertionError failure = new AssertionError("event loops have blocked: " + taken.size());
      taken.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
