package dev.verbatim.server.http;

import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import io.micronaut.http.HttpStatus;

/**
 * A request is not done, and the client is told why. Its message is for people and holds nothing a
 * client sent. It ends a route from wherever it is found, and costs no stack trace.
 */
final class Refusal extends RuntimeException {
  private final HttpStatus status;
  private final ErrorCode code;
  private final transient ErrorDetails details;

  Refusal(HttpStatus status, ErrorCode code, String message, ErrorDetails details) {
    super(message, null, false, false);
    this.status = status;
    this.code = code;
    this.details = details;
  }

  Refusal(HttpStatus status, ErrorCode code, String message) {
    this(status, code, message, ErrorDetails.NONE);
  }

  /** A field of the request is wrong. */
  static Refusal ofField(String field, String message) {
    return new Refusal(
        HttpStatus.BAD_REQUEST,
        ErrorCode.VALIDATION_ERROR,
        message,
        ErrorDetails.NONE.inField(field));
  }

  /** For the caller there is no such group. */
  static Refusal ofGroup(String groupId) {
    return new Refusal(
        HttpStatus.NOT_FOUND,
        ErrorCode.GROUP_NOT_FOUND,
        "There is no such group",
        ErrorDetails.ofGroup(groupId));
  }

  /** There is no such route. */
  static Refusal ofRoute() {
    return new Refusal(HttpStatus.NOT_FOUND, ErrorCode.NOT_FOUND, "There is no such route");
  }

  /** The store does not answer now. */
  static Refusal unavailable() {
    return new Refusal(
        HttpStatus.SERVICE_UNAVAILABLE,
        ErrorCode.UNAVAILABLE,
        "The store is not available, try again");
  }

  HttpStatus status() {
    return status;
  }

  ErrorCode code() {
    return code;
  }

  ErrorDetails details() {
    return details;
  }

  /** The message, which is always there. */
  String words() {
    return String.valueOf(getMessage());
  }
}
