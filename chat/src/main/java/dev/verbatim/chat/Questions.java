package dev.verbatim.chat;

import dev.verbatim.chat.store.StoreException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the store that event loops ask. They are answered on the threads for blocking work,
 * {@link ChatSettings#questionsMax} of them at a time. For any thread; never blocks.
 */
final class Questions {
  private final Executor blocking;
  private final Faults faults;
  private final Semaphore free;

  Questions(Executor blocking, Faults faults, ChatSettings settings) {
    this.blocking = blocking;
    this.faults = faults;
    free = new Semaphore(settings.questionsMax());
  }

  /** Something the store is asked. Blocks. */
  interface Question<T extends @Nullable Object> {
    T ask() throws StoreException;
  }

  /**
   * Asks.
   *
   * @param answer is called exactly once: with what was found or, if it could not be found, with
   *     {@code unavailable}; on the caller's thread if there are too many questions, else on one
   *     for blocking work
   */
  <T extends @Nullable Object> void ask(
      Question<? extends T> question, T unavailable, Consumer<? super T> answer) {
    if (!free.tryAcquire()) {
      answer.accept(unavailable);
      return;
    }
    try {
      blocking.execute(
          () -> {
            T found = unavailable;
            try {
              found = question.ask();
            } catch (StoreException | RuntimeException | Error cause) {
              faults.report("asking the store", cause);
            } finally {
              free.release();
            }
            T told = found;
            faults.guard("telling an answer", () -> answer.accept(told));
          });
    } catch (RejectedExecutionException _) {
      free.release();
      answer.accept(unavailable);
    }
  }
}
