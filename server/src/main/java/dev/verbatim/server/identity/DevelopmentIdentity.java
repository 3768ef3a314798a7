package dev.verbatim.server.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;

/**
 * The identity for development: the server signs tokens of its own for whatever name somebody
 * chooses. They are shaped like Clerk's session tokens, version 2. Immutable, safe on any thread.
 */
public final class DevelopmentIdentity implements Identity {
  /** How long its tokens live. */
  public static final Duration LIFE = Duration.ofHours(1);

  /** What stands before the username in a subject. */
  public static final String SUBJECT_PREFIX = "user_dev_";

  /** The longest username. */
  public static final int USERNAME_LENGTH_MAX = 32;

  private static final String ISSUER = "https://development.verbatim.localhost";
  private static final TokenRules RULES = new TokenRules(ISSUER, LIFE, _ -> true);
  private static final String LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final DevelopmentKey key;
  private final RSASSASigner signer;
  private final RSASSAVerifier verifier;
  private final JWSHeader header;
  private final Clock clock;
  private final SecureRandom random = new SecureRandom();

  public DevelopmentIdentity(DevelopmentKey key, Clock clock) {
    this.key = key;
    this.clock = clock;
    signer = new RSASSASigner(key.privateKey());
    verifier = new RSASSAVerifier(key.publicKey());
    header =
        new JWSHeader.Builder(JWSAlgorithm.RS256).type(JOSEObjectType.JWT).keyID(key.id()).build();
  }

  /** Whether it is 1 to 32 of {@code a-z 0-9 _ -}. */
  public static boolean isUsername(String name) {
    return !name.isEmpty()
        && name.length() <= USERNAME_LENGTH_MAX
        && name.chars()
            .allMatch(
                c -> (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-');
  }

  /** A token and when it expires. */
  public record Issued(String token, Instant expiresAt) {}

  /**
   * A new token, that of a new session. Blocks for a millisecond of computing.
   *
   * @throws IllegalArgumentException if it is no username
   */
  public Issued issue(String username) {
    if (!isUsername(username)) {
      throw new IllegalArgumentException("Not a username");
    }
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Instant expiresAt = now.plus(LIFE);
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer(ISSUER)
            .subject(SUBJECT_PREFIX + username)
            .claim("sid", "sess_" + letters(27))
            .jwtID(letters(20))
            .issueTime(Date.from(now))
            .notBeforeTime(Date.from(now))
            .expirationTime(Date.from(expiresAt))
            .claim("sts", "active")
            .claim("v", 2)
            .build();
    SignedJWT token = new SignedJWT(header, claims);
    try {
      token.sign(signer);
    } catch (JOSEException e) {
      throw new IllegalStateException("An RSA key of ours cannot sign", e);
    }
    return new Issued(token.serialize(), expiresAt);
  }

  @Override
  public Verdict verify(String token) {
    try {
      SessionToken parsed = SessionToken.parse(token);
      if (!parsed.keyId().equals(key.id())) {
        return new Invalid(Mistake.UNKNOWN_KEY);
      }
      if (!isSignedBy(parsed)) {
        return new Invalid(Mistake.BAD_SIGNATURE);
      }
      return RULES.judge(parsed, clock.instant());
    } catch (SessionToken.MalformedException e) {
      return new Invalid(e.mistake());
    }
  }

  private boolean isSignedBy(SessionToken token) {
    try {
      // The token's own header is known to name this algorithm and this key.
      byte[] signed = token.signingInput().getBytes(StandardCharsets.US_ASCII);
      return verifier.verify(header, signed, new Base64URL(token.signature()));
    } catch (JOSEException _) {
      return false;
    }
  }

  @Override
  public IssuerKeys keys() {
    return IssuerKeys.GIVEN;
  }

  @Override
  public String description() {
    return "development, its own tokens";
  }

  private String letters(int count) {
    StringBuilder text = new StringBuilder(count);
    for (int i = 0; i < count; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
