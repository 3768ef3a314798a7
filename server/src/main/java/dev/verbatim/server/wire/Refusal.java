package dev.verbatim.server.wire;

import dev.verbatim.chat.Refused;
import dev.verbatim.server.identity.Admission;

/**
 * That a client is refused: the one place where outcomes become codes of the contract. What is sent
 * of it is an Error on sockets and a failure body in HTTP.
 *
 * @param words for people; they hold nothing that a client sent
 * @param details what it is about
 */
public record Refusal(ErrorCode code, String words, ErrorDetails details) {

  /** What the chat refuses. */
  public static Refusal of(Refused refused, ErrorDetails subject) {
    return switch (refused) {
      case Refused.NotMember _ ->
          new Refusal(ErrorCode.ACCESS_DENIED, "You are not a member of this group", subject);
      case Refused.NoGroup _ ->
          new Refusal(ErrorCode.GROUP_NOT_FOUND, "There is no such group", subject);
      case Refused.NoMessage _ ->
          new Refusal(ErrorCode.MESSAGE_NOT_FOUND, "There is no such message", subject);
      case Refused.NotAllowed _ ->
          new Refusal(ErrorCode.ACCESS_DENIED, "You may not do this here", subject);
      case Refused.NoUser _ ->
          new Refusal(ErrorCode.USER_NOT_FOUND, "There is no such user here", subject);
      case Refused.OwnerStays _ ->
          new Refusal(
              ErrorCode.CONFLICT, "The owner transfers the group before leaving it", subject);
      case Refused.InvalidContent(String reason) ->
          new Refusal(ErrorCode.INVALID_MESSAGE, reason, subject);
      case Refused.TooLong(int lengthMax) ->
          new Refusal(
              ErrorCode.MESSAGE_TOO_LONG,
              "A message has at most " + lengthMax + " characters",
              subject);
      case Refused.RateLimited(long retryAfterSeconds) ->
          ofRate("Too many messages", retryAfterSeconds, subject);
      case Refused.InvalidField(String field, String words) -> ofField(field, words, subject);
      case Refused.GroupFull _ -> new Refusal(ErrorCode.CONFLICT, "The group is full", subject);
      case Refused.TooManyGroups(int groupsMax) ->
          new Refusal(ErrorCode.CONFLICT, "A user is in at most " + groupsMax + " groups", subject);
      case Refused.Unavailable _ -> unavailable(subject);
    };
  }

  /** Whom a token does not let in. */
  public static Refusal of(Admission.Refused refused) {
    return switch (refused) {
      case Admission.NoToken _ ->
          new Refusal(ErrorCode.AUTHENTICATION_FAILED, "A token is needed", ErrorDetails.NONE);
      case Admission.Invalid _ ->
          new Refusal(ErrorCode.INVALID_TOKEN, "The token is not valid", ErrorDetails.NONE);
      case Admission.Expired _ ->
          new Refusal(ErrorCode.TOKEN_EXPIRED, "The token has expired", ErrorDetails.NONE);
      case Admission.Unavailable(long retryAfterSeconds) ->
          new Refusal(
              ErrorCode.UNAVAILABLE,
              "Tokens cannot be checked now, try again",
              ErrorDetails.NONE.withRetryAfter(retryAfterSeconds));
      case Admission.OverRate _ ->
          ofRate(
              "Too many bad tokens have come from this address",
              Admission.OverRate.RETRY_AFTER_SECONDS,
              ErrorDetails.NONE);
      case Admission.NoUser _ ->
          new Refusal(ErrorCode.USER_NOT_FOUND, "There is no such user", ErrorDetails.NONE);
    };
  }

  /**
   * A fault of the server.
   *
   * @param errorId under which the log has it
   */
  public static Refusal internal(String errorId, ErrorDetails subject) {
    return new Refusal(ErrorCode.INTERNAL_ERROR, "Internal error", subject.withErrorId(errorId));
  }

  /** The same, of a socket that is not let in, and by which the log speaks of it. */
  public Refusal onSocket(String socketId) {
    return new Refusal(code, words, details.onSocket(socketId));
  }

  /** The store does not answer; whether it has done something is left open. */
  public static Refusal unavailable(ErrorDetails subject) {
    return new Refusal(ErrorCode.UNAVAILABLE, "The store is not available, try again", subject);
  }

  /** More is under way than the server takes on. */
  public static Refusal busy() {
    return new Refusal(ErrorCode.UNAVAILABLE, "The server is busy, try again", ErrorDetails.NONE);
  }

  /** The server is about to end. */
  public static Refusal stopping() {
    return new Refusal(
        ErrorCode.UNAVAILABLE, "The server is about to stop, try again", ErrorDetails.NONE);
  }

  /** A field of what was sent is wrong. */
  public static Refusal ofField(String field, String words, ErrorDetails subject) {
    return new Refusal(ErrorCode.VALIDATION_ERROR, words, subject.inField(field));
  }

  /** What was sent is wrong as a whole. */
  public static Refusal malformed(String words) {
    return new Refusal(ErrorCode.VALIDATION_ERROR, words, ErrorDetails.NONE);
  }

  /** What was sent is longer than what is read. */
  public static Refusal tooLarge() {
    return malformed("The request is too large");
  }

  /** A rate is passed. */
  public static Refusal ofRate(String words, long retryAfterSeconds, ErrorDetails subject) {
    return new Refusal(
        ErrorCode.RATE_LIMIT_EXCEEDED, words, subject.withRetryAfter(retryAfterSeconds));
  }

  /** A join that the socket's leaving the room came before. */
  public static Refusal overtaken(ErrorDetails subject) {
    return new Refusal(
        ErrorCode.CONFLICT, "The socket has left the group's room meanwhile", subject);
  }

  /** Only who has signed in may do this. */
  public static Refusal unauthenticated() {
    return new Refusal(ErrorCode.AUTHENTICATION_FAILED, "Authenticate first", ErrorDetails.NONE);
  }

  /** There is no such route. */
  public static Refusal noRoute() {
    return new Refusal(ErrorCode.NOT_FOUND, "There is no such route", ErrorDetails.NONE);
  }
}
