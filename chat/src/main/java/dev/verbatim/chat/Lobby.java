package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/**
 * The public group that greets new users of a development store. Stateless; for any thread that may
 * block.
 */
public final class Lobby {
  /** The Lobby's id, the same in every store. */
  public static final ObjectId ID = new ObjectId(0, 1);

  /** The clerkId of the system user, whom no identity provider knows. */
  public static final String OWNER_CLERK_ID = "verbatim_system";

  private final Users users;
  private final Groups groups;
  private final InstantSource clock;

  Lobby(Users users, Groups groups, InstantSource clock) {
    this.users = users;
    this.groups = groups;
    this.clock = clock;
  }

  /** Makes the Lobby and its owner if this store does not have them yet. */
  public Group ensureLobby() throws StoreException {
    User owner =
        users
            .ensure(new Users.NewUser(OWNER_CLERK_ID, "system@localhost", "System", "", null, null))
            .user();
    Instant now = clock.instant();
    return groups.put(
        new Group(
            ID,
            "Lobby",
            "Where everybody meets",
            owner.id(),
            List.of(new Member(owner.id(), Role.OWNER, now)),
            /* isPrivate= */ false,
            /* isActive= */ true,
            now,
            now));
  }

  /**
   * Adds a user who was made just now. To be called for those alone ({@link Users.Ensured#isNew}):
   * who has left the Lobby stays away. A Lobby that was closed, or is full, is passed over.
   */
  public Groups.Joined welcome(ObjectId userId) throws StoreException {
    return groups.join(userId, ID);
  }
}
