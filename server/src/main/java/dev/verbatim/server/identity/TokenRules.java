package dev.verbatim.server.identity;

import dev.verbatim.server.identity.Identity.Expired;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Verdict;
import dev.verbatim.server.identity.Identity.Verified;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a token must be once its signature is known to be good. Pure.
 *
 * @param issuer {@code iss} exactly
 * @param lifeMax from {@code iat} to {@code exp}
 */
record TokenRules(String issuer, Duration lifeMax) {
  /** How far the issuer's clock and ours may be apart. */
  static final Duration SKEW = Duration.ofSeconds(5);

  Verdict judge(SessionToken token, Instant now) {
    try {
      return judgeTimes(token, now, claims(token));
    } catch (SessionToken.MalformedException e) {
      return new Invalid(String.valueOf(e.getMessage()));
    }
  }

  private Claims claims(SessionToken token) throws SessionToken.MalformedException {
    require(issuer.equals(token.text("iss")), "iss is another");
    String subject = token.text("sub");
    require(subject != null && subject.startsWith("user_"), "sub is no user");
    String sessionId = token.text("sid");
    require(sessionId != null && !sessionId.isEmpty(), "sid is missing");
    Instant expiresAt = token.time("exp");
    require(expiresAt != null, "exp is missing");
    Instant issuedAt = token.time("iat");
    require(issuedAt != null, "iat is missing");
    require(!"pending".equals(token.text("sts")), "the session is pending");
    return new Claims(present(subject), present(sessionId), present(issuedAt), present(expiresAt));
  }

  /** Expiry comes last: a token that is only expired is known from one that is bad besides. */
  private Verdict judgeTimes(SessionToken token, Instant now, Claims claims)
      throws SessionToken.MalformedException {
    Instant latest = now.plus(SKEW);
    Instant notBefore = token.time("nbf");
    require(notBefore == null || !notBefore.isAfter(latest), "nbf is ahead");
    require(!claims.issuedAt().isAfter(latest), "iat is ahead");
    Duration life = Duration.between(claims.issuedAt(), claims.expiresAt());
    require(!life.isNegative() && life.compareTo(lifeMax) <= 0, "lives too long");
    return now.isBefore(claims.expiresAt().plus(SKEW)) ? new Verified(claims) : new Expired();
  }

  private static void require(boolean holds, String reason) throws SessionToken.MalformedException {
    if (!holds) {
      throw new SessionToken.MalformedException(reason);
    }
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("Was required");
    }
    return value;
  }
}
