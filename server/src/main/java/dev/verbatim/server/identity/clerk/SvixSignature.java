package dev.verbatim.server.identity.clerk;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The signature of webhooks that Svix delivers for Clerk: HMAC-SHA256 over {@code
 * id.timestamp.body} (docs.svix.com, "Verifying webhooks manually"). Immutable, safe on any thread.
 */
public final class SvixSignature {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String PREFIX = "whsec_";
  private static final String VERSION = "v1,";

  /** Digits of seconds since 1970, of which there are ten for another two hundred years. */
  private static final int TIMESTAMP_DIGITS_MAX = 12;

  private final SecretKeySpec key;
  private final Duration toleranceMax;
  private final InstantSource clock;

  /**
   * @param secret {@code whsec_} and base64
   * @param toleranceMax how far the time of a delivery may be from now, for it may be a replay
   * @throws IllegalArgumentException if the secret is of another form; the message does not hold it
   */
  public SvixSignature(String secret, Duration toleranceMax, InstantSource clock) {
    this.key = new SecretKeySpec(decode(secret), ALGORITHM);
    this.toleranceMax = toleranceMax;
    this.clock = clock;
  }

  private static byte[] decode(String secret) {
    if (secret.startsWith(PREFIX) && secret.length() > PREFIX.length()) {
      try {
        return Base64.getDecoder().decode(secret.substring(PREFIX.length()));
      } catch (IllegalArgumentException _) {
        // Its message would hold a part of the secret.
      }
    }
    throw new IllegalArgumentException("The secret is not " + PREFIX + " and base64");
  }

  /**
   * Whether Svix has sent this, and not long ago. How long it takes tells nothing of what the
   * signature should have been.
   *
   * @param id the header {@code svix-id}
   * @param timestamp the header {@code svix-timestamp}
   * @param signatures the header {@code svix-signature}, a list with spaces between: while a secret
   *     is changed there are two
   */
  public boolean isGood(String id, String timestamp, String signatures, byte[] body) {
    if (!isNow(timestamp)) {
      return false;
    }
    byte[] expected = sign(id, timestamp, body);
    boolean isGood = false;
    for (String signature : signatures.split(" ", -1)) {
      if (signature.startsWith(VERSION)) {
        isGood |= isSame(expected, signature.substring(VERSION.length()));
      }
    }
    return isGood;
  }

  private boolean isNow(String timestamp) {
    if (timestamp.isEmpty()
        || timestamp.length() > TIMESTAMP_DIGITS_MAX
        || !timestamp.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return false;
    }
    Instant at = Instant.ofEpochSecond(Long.parseLong(timestamp));
    return Duration.between(at, clock.instant()).abs().compareTo(toleranceMax.plusSeconds(1)) < 0;
  }

  private static boolean isSame(byte[] expected, String base64) {
    try {
      return MessageDigest.isEqual(expected, Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  /** What the signature of this is. */
  byte[] sign(String id, String timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(body);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has " + ALGORITHM, e);
    }
  }
}
