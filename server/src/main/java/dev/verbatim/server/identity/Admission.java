package dev.verbatim.server.identity;

import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decides whom a token lets in, on sockets and on routes alike. */
public final class Admission {
  private final Identity identity;
  private final Users users;
  private final Newcomers newcomers;

  /**
   * @param newcomers makes the users that are not known yet
   */
  public Admission(Identity identity, Users users, Newcomers newcomers) {
    this.identity = identity;
    this.users = users;
    this.newcomers = newcomers;
  }

  /** What became of a token. */
  public sealed interface Outcome {}

  /** The token is good and its user may come in. */
  public record Admitted(User user, Claims claims) implements Outcome {}

  /** Nobody comes in; the words are for the client. */
  public record Refused(ErrorCode code, String message) implements Outcome {}

  /**
   * Whom this token lets in. Blocks; never called on an event loop.
   *
   * @param token null or empty for none
   * @throws StoreException if the user cannot be looked up
   */
  public Outcome admit(@Nullable String token) throws StoreException {
    if (token == null || token.isEmpty()) {
      return new Refused(ErrorCode.AUTHENTICATION_FAILED, "A token is needed");
    }
    return switch (identity.verify(token)) {
      case Identity.Expired _ -> new Refused(ErrorCode.TOKEN_EXPIRED, "The token has expired");
      case Identity.Invalid _ -> invalid();
      case Identity.Verified(Claims claims) -> {
        Optional<User> known = users.byClerkId(claims.subject());
        Optional<User> user = known.isPresent() ? known : newcomers.welcome(claims);
        yield user.isPresent() && user.get().isActive()
            ? new Admitted(user.get(), claims)
            : new Refused(ErrorCode.USER_NOT_FOUND, "There is no such user");
      }
    };
  }

  /** For what is no token at all, in the same words as for any bad one. */
  public static Refused invalid() {
    return new Refused(ErrorCode.INVALID_TOKEN, "The token is not valid");
  }
}
