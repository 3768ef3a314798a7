package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Decides whether a client may begin a session: Socket.IO's {@code allowRequest}. It is asked for
 * handshakes alone, not for the requests of sessions that there are.
 */
@FunctionalInterface
public interface AllowRequest {
  /**
   * Called on an event loop: nothing in it may block. Who has to look something up decides later.
   *
   * <p>What it throws answers the request with 500 and is logged.
   *
   * @param request what the client asks with
   */
  void ask(Handshake request, Decision decision);

  /**
   * What becomes of the request. One of its methods is called once, from any thread; what comes
   * after the first call counts no more, nor does what comes after {@link
   * Limits#allowRequestTimeout}: then the request has been answered with 503.
   */
  interface Decision {
    /** The session begins. */
    void allow();

    /**
     * The request is answered with 403.
     *
     * @param message what the answer says, or null for "Forbidden"
     */
    void refuse(@Nullable String message);
  }
}
