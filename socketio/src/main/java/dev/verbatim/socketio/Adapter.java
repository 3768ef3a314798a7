package dev.verbatim.socketio;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Reaches the sockets of one namespace, wherever they are. Everything that is for more than one
 * socket goes through here, so that servers can be joined into one by another adapter.
 *
 * <p>All methods are called from any thread. What one thread hands in takes effect on each socket
 * in that order.
 */
interface Adapter {
  /** Sends each room its frames, in the order of the list. */
  void deliver(List<Delivery> deliveries);

  /**
   * Sends a frame to each socket of an audience once.
   *
   * @param isVolatile whether to leave out sockets that are not writable now
   */
  void broadcast(Audience audience, Frame frame, boolean isVolatile);

  /**
   * Sends each socket of an audience an event once, and gathers their acknowledgements.
   *
   * @param frame the event, which asks for the acknowledgement {@code ackId}
   * @param isVolatile whether to leave out sockets that are not writable now; they answer nothing
   * @return completed when nothing more is awaited, the time being over at the latest
   */
  CompletionStage<Answers> broadcastWithAck(
      Audience audience, Frame frame, long ackId, Duration timeout, boolean isVolatile);

  /** Does something to each socket of an audience; completed when it is done for all. */
  CompletionStage<Void> apply(Audience audience, Operation operation);

  /** The sockets of an audience, in no order. */
  CompletionStage<List<RemoteSocket>> sockets(Audience audience);

  /** What can be done to a socket from afar. */
  sealed interface Operation {
    record Join(List<String> rooms) implements Operation {}

    record Leave(List<String> rooms) implements Operation {}

    /**
     * @param close whether to close the transport too
     */
    record Disconnect(boolean close) implements Operation {}

    /** Closes the transport without a word of Socket.IO. */
    record CloseTransport() implements Operation {}
  }
}
