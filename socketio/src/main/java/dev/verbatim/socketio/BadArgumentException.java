package dev.verbatim.socketio;

import org.jspecify.annotations.Nullable;

/**
 * Tells that an event's argument is not of the type that its handler wants, or missing: the
 * client's fault.
 */
public final class BadArgumentException extends Exception {
  private static final long serialVersionUID = 1L;

  BadArgumentException(String event, Class<?> type, @Nullable Throwable cause) {
    super("first argument of " + event + " is no " + type.getSimpleName(), cause);
  }
}
