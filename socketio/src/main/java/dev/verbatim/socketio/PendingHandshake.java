package dev.verbatim.socketio;

import dev.verbatim.socketio.ConnectionError.Context;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its channel's event loop, where decisions come to from any thread: a handshake while
 * it is not known whether it is allowed.
 *
 * <p>It ends once: by a decision, by the time's end, or with its connection. What waits is bounded
 * by the connections that may be: it has its place among them already.
 */
final class PendingHandshake implements AllowRequest.Decision {
  private final EngineLoop loop;
  private final Consumer<Outcome> then;
  private @Nullable Deadline timeout;
  private boolean isOver;

  /** What becomes of the handshake. */
  sealed interface Outcome {
    /** The session begins. */
    record Allowed() implements Outcome {}

    /** The request is refused. */
    record Refused(Context context) implements Outcome {}

    /** Asking has failed. */
    record Failed(Throwable cause) implements Outcome {}

    /** Nobody is there to be answered. */
    record Gone() implements Outcome {}
  }

  /**
   * @param then told the outcome, once, on the loop
   */
  PendingHandshake(EngineLoop loop, Consumer<Outcome> then) {
    this.loop = loop;
    this.then = then;
  }

  /** Asks, and waits for the answer so long. */
  void ask(AllowRequest rule, Exchange exchange, Handshake handshake, Duration within) {
    assert loop.inEventLoop();
    try {
      rule.ask(handshake, this);
      if (!isOver) {
        await(exchange, within);
      }
    } catch (Throwable e) {
      end(new Outcome.Failed(e));
    }
  }

  private void await(Exchange exchange, Duration within) {
    Deadline end = new Deadline(() -> end(new Outcome.Refused(new Context.Undecided())));
    loop.deadlines().scheduleIn(end, within);
    timeout = end;
    exchange.whenGone(() -> end(new Outcome.Gone()));
  }

  @Override
  public void allow() {
    loop.run(() -> end(new Outcome.Allowed()));
  }

  @Override
  public void refuse(@Nullable String message) {
    loop.run(() -> end(new Outcome.Refused(new Context.Forbidden(message))));
  }

  private void end(Outcome outcome) {
    assert loop.inEventLoop();
    if (isOver) {
      return;
    }
    isOver = true;
    if (timeout != null) {
      loop.deadlines().cancel(timeout);
    }
    then.accept(outcome);
  }
}
