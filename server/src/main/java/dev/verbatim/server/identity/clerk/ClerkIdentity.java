package dev.verbatim.server.identity.clerk;

import dev.verbatim.server.identity.Identity;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.IssuerKeys;
import dev.verbatim.server.identity.Mistake;
import dev.verbatim.server.identity.SessionToken;
import dev.verbatim.server.identity.TokenRules;
import dev.verbatim.server.settings.Settings.ClerkKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The identity for production: session tokens that Clerk has signed, verified here. Safe on any
 * thread that may block.
 *
 * <p>The checks, in order: form and header ({@link SessionToken#parse}), key ({@link SigningKeys}),
 * signature ({@link VerifiedSignatures}), claims, times and the party that the token was made for
 * ({@link TokenRules}), revocation. A token has expired only if nothing else is against it.
 */
public final class ClerkIdentity implements Identity {
  private final ClerkTrust trust;
  private final TokenRules rules;
  private final SigningKeys keys;
  private final RevokedSessions revoked;
  private final InstantSource clock;
  private final VerifiedSignatures signatures =
      new VerifiedSignatures(ClerkLimits.VERIFIED_SESSIONS_MAX);

  /**
   * @param fetchTimeMax how long a fetch of keys may take
   * @param calls is told of each fetch
   */
  public ClerkIdentity(
      ClerkTrust trust,
      RevokedSessions revoked,
      InstantSource clock,
      Duration fetchTimeMax,
      IdentityCalls calls) {
    this.trust = trust;
    this.rules = new TokenRules(trust.issuer(), ClerkLimits.TOKEN_LIFE_MAX, this::isForUs);
    this.keys = keys(trust.keys(), clock, fetchTimeMax, calls);
    this.revoked = revoked;
    this.clock = clock;
  }

  private static SigningKeys keys(
      ClerkKeys origin, InstantSource clock, Duration timeMax, IdentityCalls calls) {
    return switch (origin) {
      case ClerkKeys.Pem(var key) -> new PinnedKey(SigningKey.of(key));
      case ClerkKeys.Jwks(var url) ->
          new FetchedKeys(new JwksEndpoint(url, null, timeMax), clock, timeMax, calls);
      case ClerkKeys.BackendApi(var url, var secretKey) ->
          new FetchedKeys(new JwksEndpoint(url, secretKey, timeMax), clock, timeMax, calls);
    };
  }

  @Override
  public Verdict verify(String token) {
    try {
      SessionToken parsed = SessionToken.parse(token);
      return verify(parsed, keys.find(parsed.keyId()));
    } catch (SessionToken.MalformedException e) {
      return new Invalid(e.mistake());
    }
  }

  @Override
  public boolean remembersSessionOf(String token) {
    try {
      String sessionId = SessionToken.parse(token).text("sid");
      return sessionId != null && signatures.isKnown(sessionId);
    } catch (SessionToken.MalformedException _) {
      return false;
    }
  }

  private Verdict verify(SessionToken token, SigningKeys.Found found) {
    return switch (found) {
      case SigningKeys.NeverFetched(Duration retryAfter) -> new Unavailable(retryAfter);
      case SigningKeys.Held(List<SigningKey> held) -> {
        if (held.isEmpty()) {
          yield new Invalid(Mistake.UNKNOWN_KEY);
        }
        yield signatures.isGood(token, held) || isGoodByNewer(token, held)
            ? judge(token)
            : new Invalid(Mistake.BAD_SIGNATURE);
      }
    };
  }

  /** The issuer may have changed the key and kept its id. */
  private boolean isGoodByNewer(SessionToken token, List<SigningKey> tried) {
    return keys.findNewer(token.keyId()) instanceof SigningKeys.Held(List<SigningKey> newer)
        && !newer.equals(tried)
        && signatures.isGood(token, newer);
  }

  private Verdict judge(SessionToken token) {
    Verdict verdict = rules.judge(token, clock.instant());
    if (verdict instanceof Invalid) {
      return verdict;
    }
    String sessionId = token.text("sid");
    return sessionId != null && revoked.isRevoked(sessionId)
        ? new Invalid(Mistake.REVOKED_SESSION)
        : verdict;
  }

  private boolean isForUs(SessionToken token) {
    if (!token.has("azp")) {
      return !trust.isPartyRequired();
    }
    String party = token.text("azp");
    return party != null && trust.authorizedParties().allows(party, /* host= */ null);
  }

  @Override
  public IssuerKeys keys() {
    return keys.state();
  }

  @Override
  public String description() {
    return "Clerk, tokens of " + trust.issuer() + ", keys from " + trust.keys().description();
  }

  /** How many signatures were computed. */
  public long signaturesComputed() {
    return signatures.computed();
  }
}
