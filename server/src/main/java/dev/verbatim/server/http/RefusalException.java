package dev.verbatim.server.http;

import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpStatus;

/** Ends a route from wherever it is found that the request is refused; it costs no stack trace. */
final class RefusalException extends RuntimeException {
  private final transient Refusal refusal;
  private final HttpStatus status;

  /** With a status that says more than the code's own. */
  RefusalException(HttpStatus status, Refusal refusal) {
    super(refusal.words(), null, false, false);
    this.refusal = refusal;
    this.status = status;
  }

  RefusalException(Refusal refusal) {
    this(HttpStatus.valueOf(refusal.code().httpStatus()), refusal);
  }

  /** What the chat refuses. */
  static RefusalException of(Refused refused, ErrorDetails subject) {
    return new RefusalException(Refusal.of(refused, subject));
  }

  /** What the chat refuses of a group. */
  static RefusalException ofGroup(Refused refused, ObjectId groupId) {
    return of(refused, ErrorDetails.ofGroup(groupId.toString()));
  }

  /** A field of the request is wrong. */
  static RefusalException ofField(String field, String words) {
    return new RefusalException(Refusal.ofField(field, words, ErrorDetails.NONE));
  }

  HttpStatus status() {
    return status;
  }

  Refusal refusal() {
    return refusal;
  }
}
