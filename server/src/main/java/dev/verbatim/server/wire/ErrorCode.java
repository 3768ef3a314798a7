package dev.verbatim.server.wire;

/** The codes of the contract's errors; their names are the wire's. */
public enum ErrorCode {
  AUTHENTICATION_FAILED(401),
  INVALID_TOKEN(401),
  TOKEN_EXPIRED(401),
  USER_NOT_FOUND(404),
  GROUP_NOT_FOUND(404),
  MESSAGE_NOT_FOUND(404),
  NOT_FOUND(404),
  ACCESS_DENIED(403),
  INVALID_MESSAGE(400),
  MESSAGE_TOO_LONG(400),
  RATE_LIMIT_EXCEEDED(429),
  INTERNAL_ERROR(500),
  VALIDATION_ERROR(400),
  CONFLICT(409),
  UNAVAILABLE(503);

  private final int httpStatus;

  ErrorCode(int httpStatus) {
    this.httpStatus = httpStatus;
  }

  /**
   * The status of an HTTP answer with this code, unless HTTP itself has a closer one. A caller who
   * is refused is 401 with whatever code.
   */
  public int httpStatus() {
    return httpStatus;
  }
}
