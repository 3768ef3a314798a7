package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Confined to its event loop: gathers the answers of one loop's sockets to one broadcast. What they
 * hold is bounded by {@link Limits#ackAnswersBytesMax}; an answer beyond it counts as missing.
 */
final class LoopAcks implements AwaitedAcks.Listener {
  private final CompletableFuture<Answers> whole = new CompletableFuture<>();
  private final List<Args> received = new ArrayList<>();
  private long bytesLeft;
  private int missing;

  /** The answers that may still come; and one, until all sockets have been sent the event. */
  private int open = 1;

  LoopAcks(long bytesMax) {
    this.bytesLeft = bytesMax;
  }

  /** Completed on the loop. */
  CompletableFuture<Answers> whole() {
    return whole;
  }

  /** One socket more is asked. */
  void onAsked() {
    open++;
  }

  /** No more sockets are asked. */
  void onAllAsked() {
    settle();
  }

  @Override
  public void onAck(Args args) {
    bytesLeft -= args.byteCount();
    if (bytesLeft >= 0) {
      received.add(args);
    } else {
      missing++;
    }
    settle();
  }

  @Override
  public void onMissing(AckMissingException.Reason reason) {
    missing++;
    settle();
  }

  private void settle() {
    if (--open == 0) {
      whole.complete(new Answers(List.copyOf(received), missing));
    }
  }
}
