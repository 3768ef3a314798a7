package dev.verbatim.server;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The steps of a stop: each is done, whatever became of those before it. For one thread. */
final class StopSteps {
  private static final Logger log = LoggerFactory.getLogger(StopSteps.class);

  /** Of the first step that failed. */
  private @Nullable Throwable failure;

  /** Something that may fail, or have too little time. */
  interface Step {
    void run() throws StoreException, TimeoutException;
  }

  /** Does one, and tells of it in the log if it fails. */
  void take(String doing, Step step) {
    try {
      step.run();
    } catch (StoreException | TimeoutException e) {
      log.error("Failed {}: {}", doing, e.getMessage());
      keep(e);
    } catch (RuntimeException | Error e) {
      var _ = Faults.record(Faults.Owner.BACKGROUND, doing, e);
      keep(e);
    }
  }

  private void keep(Throwable e) {
    failure = failure == null ? e : failure;
  }

  /**
   * All of them are taken.
   *
   * @throws IllegalStateException if one has failed
   */
  void end() {
    if (failure != null) {
      throw new IllegalStateException("Not everything was closed as it should be", failure);
    }
  }
}
