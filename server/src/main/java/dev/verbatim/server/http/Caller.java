package dev.verbatim.server.http;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;

/** The user whose token a request carries. */
record Caller(User user) {
  private static final String ATTRIBUTE = "verbatim.caller";

  ObjectId id() {
    return user.id();
  }

  void attachTo(HttpRequest<?> request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /**
   * Who calls. A request that reached its route past {@link RequestGuard} is refused all the same.
   */
  static Caller of(HttpRequest<?> request) {
    return request
        .getAttribute(ATTRIBUTE, Caller.class)
        .orElseThrow(() -> new RefusalException(Refusal.of(new Admission.NoToken())));
  }
}
