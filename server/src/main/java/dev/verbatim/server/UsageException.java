package dev.verbatim.server;

/** The command line is wrong; the message is one line that says what is right. */
final class UsageException extends Exception {
  UsageException(String message) {
    super(message);
  }
}
