package dev.verbatim.server.identity;

import dev.verbatim.chat.Lobby;
import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The users of the development identity. One is made when a name is first used, be it on {@code
 * POST /dev/token} or with a token that was issued without the server, and is a member of the Lobby
 * from the beginning. Without state; blocks.
 */
public final class Accounts implements Newcomers {
  private final DevelopmentIdentity identity;
  private final Lobby lobby;

  public Accounts(DevelopmentIdentity identity, Lobby lobby) {
    this.identity = identity;
    this.lobby = lobby;
  }

  /** A user and a token of theirs. */
  public record SignedUp(User user, DevelopmentIdentity.Issued token) {}

  /**
   * The user of this name, made if there is none; and a new token.
   *
   * @param username one that {@link DevelopmentIdentity#isUsername} knows
   * @param firstName counts at first use only; the username if it is null
   * @param lastName counts at first use only; empty if it is null
   */
  public SignedUp signUp(String username, @Nullable String firstName, @Nullable String lastName)
      throws StoreException {
    return new SignedUp(ensure(username, firstName, lastName), identity.issue(username));
  }

  @Override
  public Optional<User> welcome(Claims claims) throws StoreException {
    String username = claims.subject().substring(DevelopmentIdentity.SUBJECT_PREFIX.length());
    return Optional.of(ensure(username, null, null));
  }

  private User ensure(String username, @Nullable String firstName, @Nullable String lastName)
      throws StoreException {
    return lobby.welcome(newUser(username, firstName, lastName)).user();
  }

  /** How the contract describes a user of this name. */
  public static Users.NewUser newUser(
      String username, @Nullable String firstName, @Nullable String lastName) {
    return new Users.NewUser(
        DevelopmentIdentity.SUBJECT_PREFIX + username,
        username + "@localhost",
        Objects.requireNonNullElse(firstName, username),
        Objects.requireNonNullElse(lastName, ""),
        username,
        /* profileImageUrl= */ null);
  }
}
