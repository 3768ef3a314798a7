package dev.verbatim.chat;

import dev.verbatim.chat.store.StoreException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What event loops have to know and what blocks: the store's answers, whether a token is good. Such
 * questions are answered on the threads for blocking work, {@link ChatSettings#questionsMax} of
 * them at a time. For any thread; never blocks.
 */
public final class Questions {
  private final Executor blocking;
  private final Faults faults;
  private final int max;
  private final Semaphore free;

  Questions(Executor blocking, Faults faults, ChatSettings settings) {
    this.blocking = blocking;
    this.faults = faults;
    max = settings.questionsMax();
    free = new Semaphore(max);
  }

  /** How many are under way. For any thread. */
  public int underWay() {
    return max - free.availablePermits();
  }

  /** How many may be under way. */
  public int underWayMax() {
    return max;
  }

  /** Something that is asked. Blocks. */
  public interface Question<T extends @Nullable Object> {
    T ask() throws StoreException;
  }

  /**
   * Asks. One of the two is called exactly once: on the caller's thread if there are too many
   * questions, else on one for blocking work.
   *
   * @param answer gets what was found; what it throws is a fault of its own
   * @param failed gets why nothing was, a {@link StoreException} if there are too many questions;
   *     what happened is in the log by then
   */
  public <T extends @Nullable Object> void ask(
      Question<? extends T> question,
      Consumer<? super T> answer,
      Consumer<? super Throwable> failed) {
    if (!free.tryAcquire()) {
      failed.accept(new StoreException("Too many questions wait"));
      return;
    }
    try {
      blocking.execute(() -> answer(question, answer, failed));
    } catch (RejectedExecutionException e) {
      free.release();
      failed.accept(new StoreException("No questions are answered any more", e));
    }
  }

  private <T extends @Nullable Object> void answer(
      Question<? extends T> question,
      Consumer<? super T> answer,
      Consumer<? super Throwable> failed) {
    T found;
    try {
      found = question.ask();
    } catch (StoreException | RuntimeException | Error cause) {
      faults.report("answering a question", cause);
      faults.guard("telling that a question failed", () -> failed.accept(cause));
      return;
    } finally {
      free.release();
    }
    T told = found;
    faults.guard("telling an answer", () -> answer.accept(told));
  }
}
