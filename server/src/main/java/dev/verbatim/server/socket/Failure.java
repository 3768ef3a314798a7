package dev.verbatim.server.socket;

/** How a row of the contract tells that it failed, besides by its callback. */
sealed interface Failure {
  /** Not at all. */
  record Silent() implements Failure {}

  /** By an event that carries an Error, and {@code validation_error} besides where a field is. */
  record AsError(String event) implements Failure {}

  /** By {@code authentication_error}, which has a shape of its own. */
  record AsAuthentication() implements Failure {}
}
