package dev.verbatim.server;

/** The server cannot start; the message is one line that gives the operator the reason. */
public final class StartException extends Exception {
  public StartException(String message) {
    super(message);
  }

  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
