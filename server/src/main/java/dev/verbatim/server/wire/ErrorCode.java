package dev.verbatim.server.wire;

/** The codes of the contract's errors; their names are the wire's. */
public enum ErrorCode {
  AUTHENTICATION_FAILED,
  INVALID_TOKEN,
  TOKEN_EXPIRED,
  USER_NOT_FOUND,
  GROUP_NOT_FOUND,
  MESSAGE_NOT_FOUND,
  NOT_FOUND,
  ACCESS_DENIED,
  INVALID_MESSAGE,
  MESSAGE_TOO_LONG,
  RATE_LIMIT_EXCEEDED,
  INTERNAL_ERROR,
  VALIDATION_ERROR,
  CONFLICT,
  UNAVAILABLE
}
