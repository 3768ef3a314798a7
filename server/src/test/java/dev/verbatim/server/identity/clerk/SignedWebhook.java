package dev.verbatim.server.identity.clerk;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A webhook as Svix signs it, put together from its parts so that tests can change each. */
public record SignedWebhook(String id, String timestamp, String signature, String body) {
  /** A secret, that of Svix's own example. */
  public static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  /** What was sent at this time. */
  public static SignedWebhook of(String id, Instant at, String body) {
    String timestamp = Long.toString(at.getEpochSecond());
    return new SignedWebhook(id, timestamp, signature(SECRET, id, timestamp, body), body);
  }

  static String signature(String secret, String id, String timestamp, String body) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      String signed = id + "." + timestamp + "." + body;
      byte[] signature = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  SignedWebhook withId(String other) {
    return new SignedWebhook(other, timestamp, signature, body);
  }

  SignedWebhook withTimestamp(String other) {
    return new SignedWebhook(id, other, signature, body);
  }

  SignedWebhook withSignature(String other) {
    return new SignedWebhook(id, timestamp, other, body);
  }

  SignedWebhook withBody(String other) {
    return new SignedWebhook(id, timestamp, signature, other);
  }

  /** Names and values of the headers, in turn. */
  public String[] headers() {
    return new String[] {
      "Content-Type", "application/json",
      "svix-id", id,
      "svix-timestamp", timestamp,
      "svix-signature", signature
    };
  }
}
