package dev.verbatim.chat;

import java.util.function.Consumer;

/**
 * What waits for a write. One of its methods is called exactly once for a write that was taken, on
 * the writer's thread, in the order of the commit, so neither may block.
 *
 * @param <R> the write's outcome
 */
public interface Outcome<R> {
  /** The write is durable. */
  void committed(R result);

  /**
   * The commit failed, or the store rejected this write alone. The store holds nothing of it as far
   * as it knows; whoever asked may try again.
   */
  void failed(Throwable cause);

  /** An outcome made of two functions. */
  static <R> Outcome<R> of(Consumer<? super R> committed, Consumer<? super Throwable> failed) {
    return new Outcome<>() {
      @Override
      public void committed(R result) {
        committed.accept(result);
      }

      @Override
      public void failed(Throwable cause) {
        failed.accept(cause);
      }
    };
  }

  /** For a write nobody waits for. A failed commit is told to the listener all the same. */
  static <R> Outcome<R> ignored() {
    return of(_ -> {}, _ -> {});
  }
}
