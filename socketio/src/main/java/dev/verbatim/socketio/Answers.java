package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What a broadcast has been answered, once nothing more is awaited. Immutable.
 *
 * @param received the arguments of the answers that came, in no order
 * @param missing how many did not come
 */
record Answers(List<Args> received, int missing) {
  /** Waits for all parts of a broadcast. */
  static CompletableFuture<Answers> join(List<CompletableFuture<Answers>> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(
            _ -> {
              List<Args> received = new ArrayList<>();
              int missing = 0;
              for (CompletableFuture<Answers> part : parts) {
                received.addAll(part.join().received());
                missing += part.join().missing();
              }
              return new Answers(List.copyOf(received), missing);
            });
  }

  /** Completes with the answers, if all came, else with a {@link BroadcastAckException}. */
  void complete(CompletableFuture<List<Args>> awaited) {
    // Not by what a stage throws, which its listeners would find within another exception.
    if (missing > 0) {
      awaited.completeExceptionally(new BroadcastAckException(received, missing));
    } else {
      awaited.complete(received);
    }
  }
}
