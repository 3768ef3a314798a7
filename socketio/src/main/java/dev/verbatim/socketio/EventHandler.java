package dev.verbatim.socketio;

/** Handles the events of one name. */
@FunctionalInterface
public interface EventHandler {
  /**
   * Called once for each event, in the order in which the socket sent them, on the thread that the
   * namespace's {@link Dispatch} says. What it throws is logged and goes no further; an
   * acknowledgement that was asked for is then still open.
   */
  void handle(Socket socket, Event event) throws Exception;
}
