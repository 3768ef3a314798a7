package dev.verbatim.socketio;

/** Sees the events that go out to a socket. */
@FunctionalInterface
public interface OutgoingListener {
  /**
   * Called for each event that is queued for the client, broadcasts included, in their order, soon
   * after it is queued, on the socket's event loop, whatever the namespace's {@link Dispatch}: it
   * must not block. What it throws is logged.
   */
  void onOutgoing(Socket socket, String event, Args args);
}
