package dev.verbatim.server.http;

import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpStatus;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * Whoever operates the service. Their routes are open outside production; in it they want {@code
 * OPERATOR_TOKEN}, and without that setting there are none. Stateless.
 */
@Singleton
final class Operators {
  private final Settings settings;

  Operators(Backend backend) {
    this.settings = backend.settings();
  }

  /** Refuses a request for an operators' route unless it comes from one. */
  void check(HttpRequest<?> request) {
    if (!settings.isProduction()) {
      return;
    }
    Secret secret = settings.operatorToken();
    if (secret == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    String token = Bearer.of(request);
    if (token == null) {
      throw new RefusalException(Refusal.of(new Admission.NoToken()));
    }
    if (!MessageDigest.isEqual(bytes(secret.value()), bytes(token))) {
      throw new RefusalException(HttpStatus.UNAUTHORIZED, Refusal.of(new Admission.Invalid()));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
