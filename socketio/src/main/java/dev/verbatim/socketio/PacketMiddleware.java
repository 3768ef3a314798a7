package dev.verbatim.socketio;

/** Decides of each event of one socket whether its handlers get it. */
@FunctionalInterface
public interface PacketMiddleware {
  /**
   * Called for each event before its handlers, in the order in which the socket sent them, on the
   * thread that the namespace's {@link Dispatch} says. Returning lets the event through; what this
   * throws refuses it, and goes to the {@link ErrorHandler}.
   */
  void handle(Socket socket, Event event) throws Exception;
}
