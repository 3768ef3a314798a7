package dev.verbatim.socketio;

import java.util.concurrent.CompletableFuture;

/** One client's acknowledgement as a future. */
final class FutureAck implements AwaitedAcks.Listener {
  private final CompletableFuture<Args> answer = new CompletableFuture<>();

  CompletableFuture<Args> answer() {
    return answer;
  }

  @Override
  public void onAck(Args args) {
    answer.complete(args);
  }

  @Override
  public void onMissing(AckMissingException.Reason reason) {
    answer.completeExceptionally(new AckMissingException(reason));
  }
}
