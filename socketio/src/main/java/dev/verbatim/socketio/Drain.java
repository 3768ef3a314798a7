package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Mistakes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How a server lets go of its clients: {@link SocketIoServer#close(Drain)}.
 *
 * <p>A client is read no more, its handlers that have begun or wait are run, what they have handed
 * to others is {@linkplain #settled settled}, and then its transport is closed. All that is
 * answered by then reaches it before the close.
 *
 * @param within how long all of it may take; then every connection that is left is cut, and an
 *     event loop that does not even do that is waited for no longer than {@code clientWaitMax}
 * @param clientWaitMax how long the server waits for one client's part in the close, an answer by
 *     WebSocket, or the next poll; then its connection is cut. Beyond {@link Limits#closeTimeout}
 *     it waits for no client's part. Handlers, and what they have handed on, have all of the time
 *     but this
 * @param connectionsPerSecond how many connections are closed a second, so that they do not all
 *     come back at once; few are closed at once
 * @param spreadMax how long that may go on; where the connections are too many for it they are
 *     closed faster
 * @param settled asked, on their event loop, of the sockets of some clients when the handlers of
 *     these are done, and answered when whatever those have begun is done as well, with all that is
 *     to be sent handed to the sockets; it must not block. That it fails changes nothing
 */
public record Drain(
    Duration within,
    Duration clientWaitMax,
    int connectionsPerSecond,
    Duration spreadMax,
    Function<? super List<Socket>, ? extends CompletionStage<?>> settled) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException naming every one that cannot be
   */
  public Drain {
    Mistakes mistakes = new Mistakes();
    mistakes.mustBePositive("within", within);
    mistakes.mustBePositive("clientWaitMax", clientWaitMax);
    mistakes.mustBePositive("connectionsPerSecond", connectionsPerSecond);
    if (clientWaitMax.compareTo(within) >= 0) {
      mistakes.add("clientWaitMax must be shorter than within, is " + clientWaitMax);
    }
    if (spreadMax.isNegative() || spreadMax.compareTo(within) > 0) {
      mistakes.add("spreadMax must be from 0 to within, is " + spreadMax);
    }
    mistakes.throwIfAny();
  }

  /**
   * All connections at once: half of the time for handlers, and half for clients' part in the
   * close. Nothing else is waited for.
   */
  public static Drain within(Duration time) {
    return new Drain(
        time,
        time.dividedBy(2),
        Integer.MAX_VALUE,
        Duration.ZERO,
        _ -> CompletableFuture.completedFuture(null));
  }

  /** How long handlers, and what they have handed on, may take. */
  Duration settleMax() {
    return within.minus(clientWaitMax);
  }

  /** The same with another {@link #clientWaitMax}. */
  public Drain clientWaitMax(Duration wait) {
    return new Drain(within, wait, connectionsPerSecond, spreadMax, settled);
  }

  /**
   * The same with a pace.
   *
   * @param perSecond as {@link #connectionsPerSecond}
   * @param most as {@link #spreadMax}
   */
  public Drain spread(int perSecond, Duration most) {
    return new Drain(within, clientWaitMax, perSecond, most, settled);
  }

  /** The same with something to wait for, as {@link #settled}. */
  public Drain settled(Function<? super List<Socket>, ? extends CompletionStage<?>> question) {
    return new Drain(within, clientWaitMax, connectionsPerSecond, spreadMax, question);
  }
}
