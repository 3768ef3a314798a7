package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

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
  private final Roster roster;
  private final GroupCommits commits;
  private final InstantSource clock;

  Lobby(Users users, Roster roster, GroupCommits commits, InstantSource clock) {
    this.users = users;
    this.roster = roster;
    this.commits = commits;
    this.clock = clock;
  }

  /** Makes the Lobby and its owner if this store does not have them yet. */
  public Group ensureLobby() throws StoreException {
    User owner =
        users
            .ensure(new Users.NewUser(OWNER_CLERK_ID, "system@localhost", "System", "", null, null))
            .user();
    Instant now = clock.instant();
    return commits.make(
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
   * The user with this clerkId; if there is none, it is made and becomes a member of the Lobby in
   * one commit. Of several calls at the same time one makes it, and all return when it is a member.
   * Who exists already stays out: one may leave the Lobby for good. A Lobby that was closed, or is
   * full, is passed over.
   */
  public Users.Ensured welcome(Users.NewUser wanted) throws StoreException {
    Optional<User> known = users.byClerkId(wanted.clerkId());
    if (known.isPresent()) {
      return new Users.Ensured(known.get(), false);
    }
    Write.UserPut put = roster.put(users.made(wanted), ID);
    return new Users.Ensured(put.user(), put.isNew());
  }
}
