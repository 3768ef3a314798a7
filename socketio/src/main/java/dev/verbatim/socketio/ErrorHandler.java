package dev.verbatim.socketio;

/** Hears of events that a middleware refused or a handler failed at. */
@FunctionalInterface
public interface ErrorHandler {
  /**
   * Called on the thread that the namespace's {@link Dispatch} says. An acknowledgement that the
   * event asked for may still be open.
   *
   * @param error what the middleware or handler threw; a {@link BadArgumentException} if the client
   *     sent an argument of the wrong form
   */
  void onError(Socket socket, Event event, Exception error);
}
