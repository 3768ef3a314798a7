package dev.verbatim.server.identity;

import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Decides whom a token lets in, on sockets and on routes alike. */
public final class Admission {
  private final Identity identity;
  private final Users users;
  private final Newcomers newcomers;
  private final RefusedTokens refused;
  private final ForgedTokens forged;
  private final @Nullable ProxyNotice proxyNotice;
  private final LongAdder admitted = new LongAdder();

  /**
   * @param newcomers makes the users that are not known yet
   * @param refused is told of tokens that let nobody in
   * @param trustedProxies how many proxies in front tell whose addresses are whose
   */
  public Admission(
      Identity identity,
      Users users,
      Newcomers newcomers,
      RefusedTokens refused,
      int trustedProxies,
      InstantSource clock) {
    this.identity = identity;
    this.users = users;
    this.newcomers = newcomers;
    this.refused = refused;
    this.forged = new ForgedTokens(clock);
    this.proxyNotice = trustedProxies == 0 ? new ProxyNotice() : null;
  }

  /**
   * Where a token comes from.
   *
   * @param address as limits of addresses count it
   * @param isForwarded whether a proxy says that it forwards it for somebody
   */
  public record Source(String address, boolean isForwarded) {}

  /** How many tokens have let somebody in so far. */
  public long admitted() {
    return admitted.sum();
  }

  /** The keys that tokens are verified with, as they now are. Never blocks. */
  public IssuerKeys keys() {
    return identity.keys();
  }

  /** What was refused so far, by reason. */
  public RefusedTokens refused() {
    return refused;
  }

  /** What became of a token. */
  public sealed interface Outcome {}

  /** Nobody comes in. */
  public sealed interface Refused extends Outcome {}

  /** The token is good and its user may come in. */
  public record Admitted(User user, Claims claims) implements Outcome {}

  /** There is no token. */
  public record NoToken() implements Refused {}

  /** What stands there is no token, or none that counts here. */
  public record Invalid() implements Refused {}

  /** The token was good. */
  public record Expired() implements Refused {}

  /**
   * Whether the token is good cannot be told now.
   *
   * @param retryAfterSeconds when it may be tried again, at least 1
   */
  public record Unavailable(long retryAfterSeconds) implements Refused {}

  /** It was not looked at, for too many forged ones have come from its address. */
  public record OverRate() implements Refused {
    /** When there is a turn again at the latest, for one of all who ask. */
    public static final long RETRY_AFTER_SECONDS = 1;
  }

  /** The token is good, but there is no user for it, or the user may not come in. */
  public record NoUser() implements Refused {}

  /**
   * Whom this token lets in. Blocks; never called on an event loop.
   *
   * @param token null or empty for none
   * @throws StoreException if the user cannot be looked up
   */
  public Outcome admit(@Nullable String token, Source source) throws StoreException {
    boolean isJudged = isOneClients(source);
    if (token == null || token.isEmpty()) {
      return new NoToken();
    }
    boolean isTurn = isJudged && forged.take(source.address());
    if (isJudged && !isTurn && !identity.remembersSessionOf(token)) {
      refused.onOverRate();
      return new OverRate();
    }
    Identity.Verdict verdict = identity.verify(token);
    if (isTurn && !isForged(verdict)) {
      forged.giveBack(source.address());
    }
    return admit(verdict);
  }

  /**
   * Of a proxy that nobody trusts the address is everybody's, and none of theirs is judged by it.
   */
  private boolean isOneClients(Source source) {
    if (proxyNotice == null || !source.isForwarded()) {
      return true;
    }
    proxyNotice.onForwarded();
    return false;
  }

  private static boolean isForged(Identity.Verdict verdict) {
    return verdict instanceof Identity.Invalid(Mistake mistake) && mistake == Mistake.BAD_SIGNATURE;
  }

  private Outcome admit(Identity.Verdict verdict) throws StoreException {
    return switch (verdict) {
      case Identity.Expired _ -> {
        refused.onExpired();
        yield new Expired();
      }
      case Identity.Invalid(Mistake mistake) -> {
        refused.onInvalid(mistake);
        yield new Invalid();
      }
      case Identity.Unavailable(Duration retryAfter) -> {
        refused.onUnavailable();
        // Rounded up: who comes back by then shall not come too early.
        yield new Unavailable(Math.max(1, retryAfter.plusMillis(999).toSeconds()));
      }
      case Identity.Verified(Claims claims) -> {
        Optional<User> known = users.byClerkId(claims.subject());
        known.ifPresent(newcomers::onKnown);
        Optional<User> user = known.isPresent() ? known : newcomers.welcome(claims);
        if (user.isPresent() && user.get().isActive()) {
          admitted.increment();
          yield new Admitted(user.get(), claims);
        }
        refused.onNoUser();
        yield new NoUser();
      }
    };
  }
}
