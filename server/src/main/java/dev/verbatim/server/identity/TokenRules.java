package dev.verbatim.server.identity;

import dev.verbatim.server.Limits;
import dev.verbatim.server.identity.Identity.Expired;
import dev.verbatim.server.identity.Identity.Invalid;
import dev.verbatim.server.identity.Identity.Verdict;
import dev.verbatim.server.identity.Identity.Verified;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the claims of a token must be once its signature is known to be good. Pure. Looked at in
 * this order: {@code iss}, {@code sub}, {@code sid}, the times, the party, {@code sts}; and whether
 * it has expired at last.
 *
 * @param issuer {@code iss} exactly
 * @param lifeMax from {@code iat} to {@code exp}
 * @param isForUs whether it was made for a party that may use it here
 */
public record TokenRules(String issuer, Duration lifeMax, Predicate<SessionToken> isForUs) {
  /** Verified, invalid, or expired if there is nothing against the token but that. */
  public Verdict judge(SessionToken token, Instant now) {
    try {
      return judge(token, now, claims(token));
    } catch (SessionToken.MalformedException e) {
      return new Invalid(e.mistake());
    }
  }

  private Claims claims(SessionToken token) throws SessionToken.MalformedException {
    require(issuer.equals(token.text("iss")), Mistake.WRONG_ISSUER);
    String subject = token.text("sub");
    require(subject != null && subject.startsWith("user_"), Mistake.NO_USER);
    String sessionId = token.text("sid");
    require(sessionId != null && !sessionId.isEmpty(), Mistake.NO_SESSION);
    Instant expiresAt = token.time("exp");
    require(expiresAt != null, Mistake.BAD_TIME);
    Instant issuedAt = token.time("iat");
    require(issuedAt != null, Mistake.BAD_TIME);
    return new Claims(
        present(subject),
        present(sessionId),
        present(issuedAt),
        present(expiresAt),
        Profile.of(token));
  }

  /** Expiry comes last: a token that is only expired is known from one that is bad besides. */
  private Verdict judge(SessionToken token, Instant now, Claims claims)
      throws SessionToken.MalformedException {
    Instant latest = now.plus(Limits.CLOCK_SKEW);
    Instant notBefore = token.time("nbf");
    require(notBefore == null || !notBefore.isAfter(latest), Mistake.NOT_YET_VALID);
    require(!claims.issuedAt().isAfter(latest), Mistake.NOT_YET_VALID);
    Duration life = Duration.between(claims.issuedAt(), claims.expiresAt());
    require(!life.isNegative() && life.compareTo(lifeMax) <= 0, Mistake.LIVES_TOO_LONG);
    require(isForUs.test(token), Mistake.WRONG_PARTY);
    require(!"pending".equals(token.text("sts")), Mistake.PENDING_SESSION);
    return now.isBefore(claims.expiresAt().plus(Limits.CLOCK_SKEW))
        ? new Verified(claims)
        : new Expired();
  }

  private static void require(boolean holds, Mistake mistake)
      throws SessionToken.MalformedException {
    if (!holds) {
      throw new SessionToken.MalformedException(mistake);
    }
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("Was required");
    }
    return value;
  }
}
