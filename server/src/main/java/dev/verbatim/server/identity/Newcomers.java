package dev.verbatim.server.identity;

import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.Optional;

/** Makes users of those whom a good token names and the chat does not know yet. */
public interface Newcomers {
  /** Nobody new is let in. */
  Newcomers NONE = _ -> Optional.empty();

  /**
   * The user of this subject, made now if there is none. Blocks. Of several calls at the same time
   * one makes the user, and all get the same.
   */
  Optional<User> welcome(Claims claims) throws StoreException;

  /** A user who is known already has come with a good token. Does not block. */
  default void onKnown(User user) {}
}
