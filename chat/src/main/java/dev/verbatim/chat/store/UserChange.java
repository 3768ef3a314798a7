package dev.verbatim.chat.store;

import dev.verbatim.chat.model.User;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the identity provider tells of one of its users. It tells in any order and more than once,
 * so whether it counts is decided at its place in the commit order, by the rules that stand here.
 *
 * <p>A store looks what was told of the user before, asks {@link #obstacle}, and if there is none
 * makes or changes the user. What others keep of the user stays untouched.
 */
public sealed interface UserChange extends Write<UserChanged> {
  /** The user as it is made if there is none with its clerkId. */
  User user();

  /**
   * What a store knows of a user.
   *
   * @param toldAt as of when the provider told of it last, null for a user made without it
   * @param isDeleted whether the provider has deleted it, which is for good
   */
  record Known(@Nullable Instant toldAt, boolean isDeleted) {}

  /**
   * What keeps this from being done; null if nothing does.
   *
   * @param known null for a user that is not there
   */
  @Nullable UserChanged obstacle(@Nullable Known known);

  /**
   * Gives a user the email, names, username and image of {@link #user}, all of which are replaced,
   * and bars it or lets it in again.
   *
   * @param isBanned whether the provider bars the user; an inactive one stays so either way
   * @param toldAt as of when, by the provider's clock; what it told of an earlier time is over
   */
  record Tell(User user, boolean isBanned, Instant toldAt) implements UserChange {
    @Override
    public @Nullable UserChanged obstacle(@Nullable Known known) {
      if (known == null) {
        return null;
      }
      boolean isOld = known.toldAt() != null && !toldAt.isAfter(known.toldAt());
      return known.isDeleted() || isOld ? new UserChanged.Outdated() : null;
    }
  }

  /** Bars a user for good, also one of whom nothing was told before. */
  record Delete(User user) implements UserChange {
    @Override
    public @Nullable UserChanged obstacle(@Nullable Known known) {
      return known != null && known.isDeleted() ? new UserChanged.Outdated() : null;
    }
  }
}
