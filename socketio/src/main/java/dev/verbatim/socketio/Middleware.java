package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/** Decides whether a client is let into a namespace. */
@FunctionalInterface
public interface Middleware {
  /**
   * Called for each CONNECT, and once for each client of Engine.IO v3 in the main namespace, on the
   * thread that the namespace's {@link Dispatch} says. The socket is not connected yet: it may be
   * given attributes, and rooms, but receives nothing.
   *
   * <p>What it throws refuses the client with the message "Internal error" and is logged.
   */
  void handle(Socket socket, Next next) throws Exception;

  /**
   * What becomes of the client. One of its methods is called once, from any thread, at any time.
   *
   * <p>A client of Engine.IO v3 is refused by an ERROR packet, which is the data or, without any,
   * the message.
   */
  interface Next {
    /** On to the next middleware, or in. */
    void proceed();

    /**
     * Answers with a CONNECT_ERROR.
     *
     * @param message the {@code message} of the client's error
     */
    default void refuse(String message) {
      refuseJson(message, null);
    }

    /**
     * Answers with a CONNECT_ERROR.
     *
     * @param message the {@code message} of the client's error
     * @param data the {@code data} of the client's error, which the server's {@link Mapper} writes;
     *     binary data in it is refused
     */
    void refuse(String message, Object data);

    /**
     * Answers with a CONNECT_ERROR.
     *
     * @param message the {@code message} of the client's error
     * @param data the {@code data} of the client's error, one JSON value in UTF-8, or null for none
     */
    void refuseJson(String message, byte @Nullable [] data);
  }
}
