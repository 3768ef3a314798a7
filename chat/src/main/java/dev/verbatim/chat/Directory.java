package dev.verbatim.chat;

import dev.verbatim.chat.ResidentGroups.Resident;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.MessageChange;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.UserChange;
import dev.verbatim.chat.store.UserChanged;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The users who are here and the groups they are in, held in memory; the one owner of what every
 * message is checked against. It is changed under its own lock, by the writer's thread and by those
 * who bring users in and let them go; it is read by any thread, without a lock and without
 * blocking.
 *
 * <p>A user is resident while somebody holds it, with all of its groups, and a group is resident
 * while one of its members is, or somebody who changes it ({@link ResidentGroups}). A group is read
 * from the store once and held once, however many of its members are here.
 *
 * <p>Why it stays true. What the store says can be older than what the writer has committed by the
 * time it arrives: a user is read, a commit adds it to a group, and only then does the read come
 * back. So whoever reads registers an empty entry <em>before</em> it asks, and the writer changes
 * registered entries whether they are filled or not. The writer's changes to a user are absolute
 * (this user has this role in this group, or none), so applying one again does no harm, and the
 * last one applied is right; how a group's members stay true is told in {@link ResidentGroups}.
 * When the read comes back it fills in only what the writer has not touched since the registration.
 * What the writer has touched is at least as new as the read; or the read has seen a later commit,
 * and then that commit is still to be applied, because the writer applies each of them. What the
 * writer has not touched has not changed since before the read, or its change is still to come in
 * the same way. Either way the entry is right as soon as the writer has applied what it has
 * committed, and that is before anybody is told of it. An entry is not shown to readers until it is
 * filled.
 *
 * <p>Others who write to the same store. The writer does not apply what they commit, so what is
 * known here lags behind them, until {@link OthersWatch} has the writer read a group or a user
 * again: at a place in the commit order, and with the group held as by whoever changes it. What was
 * read replaces what was known, and the writer goes on from there. Until then it applies changes
 * from here to what lags behind: it may add somebody whom others had removed, and remove or rank
 * somebody whom they had added. One thing holds all the while: whoever is shown in a group here is
 * among the members that are shown of it. So a user is seated by what the group says and not by the
 * user's own reading, which is of another moment. And so a group, compared with the store together
 * with the places of its members who are here, shows all that lags behind.
 */
public final class Directory {
  private final ChatStore store;
  private final Duration loadWaitMax;

  /** Guards every change of users and groups and of what their entries hold. */
  private final Object changes = new Object();

  private final ConcurrentHashMap<ObjectId, ResidentUser> users = new ConcurrentHashMap<>();
  private final ResidentGroups groups;

  /** Whether others write to the store as well. */
  private final boolean isShared;

  /** What reading groups again has brought, until it is told. Confined to the writer's thread. */
  private final IdentityHashMap<Write.ReadGroup, GroupDifference> differences =
      new IdentityHashMap<>();

  /** Whom writes have made another, until it is told. Confined to the writer's thread. */
  private final IdentityHashMap<Write<?>, User> changedUsers = new IdentityHashMap<>();

  Directory(ChatStore store, ChatSettings settings) {
    this.store = store;
    isShared = store.others().isPresent();
    loadWaitMax = settings.commitWaitMax();
    groups = new ResidentGroups(store, loadWaitMax, changes);
  }

  /** A user who is here, or null. */
  public @Nullable User user(ObjectId userId) {
    ResidentUser resident = users.get(userId);
    return resident == null || !resident.filled ? null : resident.user;
  }

  /** What a user who is here may do in a group; null for one who is no member or not here. */
  public @Nullable Role role(ObjectId userId, ObjectId groupId) {
    ResidentUser resident = users.get(userId);
    if (resident == null || !resident.filled) {
      return null;
    }
    Seat seat = resident.seats.get(groupId);
    return seat == null ? null : seat.role;
  }

  /** The groups of a user who is here; empty for one who is not. */
  public Set<ObjectId> groupIds(ObjectId userId) {
    ResidentUser resident = users.get(userId);
    return resident == null || !resident.filled ? Set.of() : resident.seats.keySet();
  }

  /** A group of which a member is here, with all its members; or null. */
  public @Nullable Group group(ObjectId groupId) {
    return groups.group(groupId);
  }

  /** How many members a group has of which one is here; 0 for others. */
  public int memberCount(ObjectId groupId) {
    Group group = group(groupId);
    return group == null ? 0 : group.members().size();
  }

  /** How many users are here. */
  public int userCount() {
    return users.size();
  }

  /** The users who are here, as they come and go. */
  Set<ObjectId> userIds() {
    return users.keySet();
  }

  /** The groups that are here, or are being read for somebody who comes; as they come and go. */
  Set<ObjectId> heldGroupIds() {
    return groups.ids();
  }

  /** How many groups are here. */
  public int groupCount() {
    return groups.count();
  }

  /**
   * Brings a user in, or holds it once more if it is here, for which nothing is read. Blocks. Each
   * call is paired with one of {@link #release}, unless it throws.
   *
   * @param user as read before, which may be over: {@link #user} tells what it is now
   */
  void hold(User user) throws StoreException {
    ResidentUser resident;
    boolean mine;
    synchronized (changes) {
      ResidentUser present = users.get(user.id());
      resident = present != null ? present : new ResidentUser(user);
      resident.holders++;
      mine = present == null;
      if (mine) {
        users.put(user.id(), resident);
      }
    }
    try {
      if (mine) {
        seat(resident, store.roles(user.id()));
        fill(resident, store.user(user.id()).orElse(user));
        resident.loaded.complete(null);
      } else {
        ResidentGroups.await(resident.loaded, loadWaitMax);
      }
    } catch (StoreException | RuntimeException | Error e) {
      synchronized (changes) {
        if (mine) {
          // Nobody can use it: those who wait for it give up too.
          users.remove(user.id(), resident);
          resident.seats.values().forEach(seat -> groups.release(seat.group));
          resident.seats = Map.of();
          resident.loaded.completeExceptionally(e);
        } else {
          release(resident);
        }
      }
      throw e;
    }
  }

  /** Holds a user who is here once more. Never blocks. */
  void holdResident(ObjectId userId) {
    synchronized (changes) {
      ResidentUser resident = users.get(userId);
      if (resident == null) {
        throw new IllegalStateException("Not here: " + userId);
      }
      resident.holders++;
    }
  }

  /** Lets a user go whom a {@code hold} brought in. Never blocks. */
  void release(ObjectId userId) {
    synchronized (changes) {
      ResidentUser resident = users.get(userId);
      if (resident == null) {
        throw new IllegalStateException("Not here: " + userId);
      }
      release(resident);
    }
  }

  private void seat(ResidentUser resident, Map<ObjectId, Role> roles) throws StoreException {
    List<ObjectId> groupIds = List.copyOf(roles.keySet());
    List<Resident> held = isShared ? groups.holdThose(groupIds) : groups.holdAll(groupIds);
    synchronized (changes) {
      Map<ObjectId, Seat> seats = new HashMap<>(resident.seats);
      for (Resident group : held) {
        Role role = isShared ? roleIn(group, resident.id) : roles.get(group.id);
        if (resident.touched.contains(group.id) || role == null) {
          groups.release(group);
        } else {
          seats.put(group.id, new Seat(group, role));
        }
      }
      resident.seats = Map.copyOf(seats);
    }
  }

  private void fill(ResidentUser resident, User read) {
    synchronized (changes) {
      if (!resident.isUserTouched) {
        resident.user = read;
      }
      resident.touched = Set.of();
      resident.filled = true;
    }
  }

  /** What a user is in a group by what is known of the group. */
  private @Nullable Role roleIn(Resident resident, ObjectId userId) {
    Group group = group(resident.id);
    if (group == null || !group.isActive()) {
      return null;
    }
    for (Member member : group.members()) {
      if (member.userId().equals(userId)) {
        return member.role();
      }
    }
    return null;
  }

  /** Whether a user who was read is as it is known here, or not here. */
  boolean agrees(User read) {
    User known = user(read.id());
    return known == null || isSame(known, read);
  }

  /** When a user was seen last is written all the time, and told to nobody. */
  private static boolean isSame(User known, User read) {
    return known.isActive() == read.isActive()
        && known.email().equals(read.email())
        && known.firstName().equals(read.firstName())
        && known.lastName().equals(read.lastName())
        && Objects.equals(known.username(), read.username())
        && Objects.equals(known.profileImageUrl(), read.profileImageUrl());
  }

  /**
   * Whether an active group that was read is as it is known here, with the places of those of its
   * members who are here.
   */
  boolean agrees(Group read) {
    return read.equals(group(read.id()))
        && read.members().stream()
            .allMatch(
                member -> {
                  ResidentUser resident = users.get(member.userId());
                  return resident == null
                      || !resident.filled
                      || role(member.userId(), read.id()) == member.role();
                });
  }

  private void release(ResidentUser resident) {
    if (--resident.holders > 0) {
      return;
    }
    users.remove(resident.id, resident);
    resident.seats.values().forEach(seat -> groups.release(seat.group));
  }

  /**
   * Holds a group, whoever is here, so that it grows with what is committed until it is let go.
   * Blocks.
   *
   * @return to be run once to let it go, which never blocks; null if there is no such group
   */
  @Nullable Runnable holdGroup(ObjectId groupId) throws StoreException {
    Resident held = groups.hold(groupId);
    return held == null ? null : () -> groups.release(held);
  }

  /** Takes in what a write changed. On the writer's thread, in commit order, before it is told. */
  void onCommitted(Write<?> write, Object result) {
    switch (write) {
      case Write.IfMember<?> guarded ->
          ((Optional<?>) result).ifPresent(done -> onCommitted(guarded.write(), done));
      case Write.Once<?> once ->
          ((Optional<?>) result).ifPresent(done -> onCommitted(once.write(), done));
      case UserChange _ -> {
        if (result instanceof UserChanged.Done(User user, boolean isNew) && !isNew) {
          onUser(write, user, /* isNewsOfAbsent= */ true);
        }
      }
      case Write.ReadUser _ ->
          ((Optional<?>) result)
              .ifPresent(user -> onUser(write, (User) user, /* isNewsOfAbsent= */ false));
      case Write.ReadGroup read ->
          differences.put(
              read, onRead(read.groupId(), (Group) ((Optional<?>) result).orElse(null)));
      case Write.PutGroup _ -> {
        Write.GroupPut put = (Write.GroupPut) result;
        if (put.isNew()) {
          Resident made = groups.onMade(put.group());
          // Not those it was made with: another writer may have changed it since.
          onSeats(made, Objects.requireNonNull(group(made.id)));
          groups.release(made);
        }
      }
      case Write.PutUser put -> {
        GroupChange.AddMember joining = put.joining();
        if (joining != null && ((Write.UserPut) result).joined() instanceof GroupChanged.Done) {
          onChanged(joining);
        }
      }
      case GroupChange change -> {
        if (result instanceof GroupChanged.Done) {
          onChanged(change);
        }
      }
      case MessageChange _,
          Copied _,
          Write.AppendMessage _,
          Write.FindSent _,
          Write.FindChange _,
          Write.NewestSeq _,
          Write.CatchUp _,
          Write.RevokeSession _,
          Write.Forget _,
          Write.Probe _,
          Write.MarkRead _,
          Write.PutSession _,
          Write.ChangeStatus _,
          Write.EndSession _,
          Write.EndSessionsBefore _ -> {}
    }
  }

  private void onChanged(GroupChange change) {
    Resident group = groups.onChanged(change);
    switch (change) {
      case GroupChange.ChangeSettings _ -> {}
      case GroupChange.AddMember(_, Member member, _) -> {
        boolean _ = onSeat(group, member.userId(), member.role());
      }
      case GroupChange.RemoveMember remove -> onSeatLost(group, remove.memberId());
      case GroupChange.ChangeRole(_, ObjectId memberId, Role role, _, _) ->
          onRole(group, memberId, role);
      case GroupChange.TransferOwnership(_, ObjectId memberId, ObjectId byId, _) -> {
        onRole(group, byId, Role.ADMIN);
        onRole(group, memberId, Role.OWNER);
      }
      case GroupChange.CloseGroup _ -> {
        Group closed = Objects.requireNonNull(group(change.groupId()));
        closed.members().forEach(member -> onSeatLost(group, member.userId()));
      }
    }
  }

  /**
   * A user is so.
   *
   * @param isNewsOfAbsent whether that is told of a user of whom nothing is known here
   */
  private void onUser(Write<?> write, User user, boolean isNewsOfAbsent) {
    boolean isNews;
    synchronized (changes) {
      ResidentUser resident = users.get(user.id());
      if (resident == null) {
        isNews = isNewsOfAbsent;
      } else {
        isNews = resident.filled ? !isSame(resident.user, user) : isNewsOfAbsent;
        resident.user = user;
        resident.isUserTouched = true;
      }
    }
    if (isNews) {
      changedUsers.put(write, user);
    }
  }

  /**
   * The user whom a write has made another than was known here, or null. On the writer's thread,
   * once for each write of users that was committed.
   */
  @Nullable User changedUser(Write<?> write) {
    return changedUsers.remove(write);
  }

  /** A group is as it was read at this place in the commit order; null if there is none. */
  private GroupDifference onRead(ObjectId groupId, @Nullable Group read) {
    Group before = group(groupId);
    if (before == null) {
      throw new IllegalStateException("Nobody held the group that was read again: " + groupId);
    }
    Group now = read == null ? before.closed() : read;
    Resident group = groups.onRead(now);
    Set<ObjectId> seated = onSeats(group, now);
    Set<ObjectId> left = new HashSet<>();
    before.members().forEach(member -> left.add(member.userId()));
    if (now.isActive()) {
      now.members().forEach(member -> left.remove(member.userId()));
    }
    left.forEach(userId -> onSeatLost(group, userId));
    return new GroupDifference(before, now, seated);
  }

  /**
   * What reading a group again has brought. On the writer's thread, once for each reading that was
   * committed.
   */
  GroupDifference difference(Write.ReadGroup read) {
    return Objects.requireNonNull(differences.remove(read), "told already");
  }

  /**
   * A group's members are these, if it is active.
   *
   * @return those who are here and were shown without their places
   */
  private Set<ObjectId> onSeats(Resident resident, Group group) {
    Set<ObjectId> seated = new HashSet<>();
    if (group.isActive()) {
      for (Member member : group.members()) {
        if (onSeat(resident, member.userId(), member.role())) {
          seated.add(member.userId());
        }
      }
    }
    return seated;
  }

  /** A member has another role; of whom another writer has added nothing is known here yet. */
  private void onRole(Resident group, ObjectId userId, Role role) {
    if (!isShared || roleIn(group, userId) != null) {
      boolean _ = onSeat(group, userId, role);
    }
  }

  /**
   * A user is this in a group.
   *
   * @return whether the user is here and was shown without this place
   */
  private boolean onSeat(Resident group, ObjectId userId, Role role) {
    synchronized (changes) {
      ResidentUser resident = users.get(userId);
      if (resident == null) {
        return false;
      }
      Seat known = resident.seats.get(group.id);
      if (known == null) {
        groups.holdAgain(group);
      }
      if (known == null || known.role != role) {
        Map<ObjectId, Seat> seats = new HashMap<>(resident.seats);
        seats.put(group.id, new Seat(group, role));
        resident.seats = Map.copyOf(seats);
      }
      resident.touch(group.id);
      return known == null && resident.filled;
    }
  }

  private void onSeatLost(Resident group, ObjectId userId) {
    synchronized (changes) {
      ResidentUser resident = users.get(userId);
      if (resident == null) {
        return;
      }
      if (resident.seats.containsKey(group.id)) {
        Map<ObjectId, Seat> seats = new HashMap<>(resident.seats);
        seats.remove(group.id);
        resident.seats = Map.copyOf(seats);
        groups.release(group);
      }
      resident.touch(group.id);
    }
  }

  /** A user's place in a group. */
  private record Seat(Resident group, Role role) {}

  private static final class ResidentUser {
    final ObjectId id;

    /** Replaced under changes. */
    volatile User user;

    /** Replaced under changes, never changed: most users have few, and there are many users. */
    volatile Map<ObjectId, Seat> seats = Map.of();

    final CompletableFuture<@Nullable Void> loaded = new CompletableFuture<>();

    /**
     * The groups whose seats the writer has changed while the user was being read. Guarded by
     * changes.
     */
    private Set<ObjectId> touched = Set.of();

    /** Whether the writer has changed the user itself. Guarded by changes. */
    boolean isUserTouched;

    /** Guarded by changes. */
    int holders;

    volatile boolean filled;

    ResidentUser(User user) {
      id = user.id();
      this.user = user;
    }

    /** The writer has changed the seat in a group. */
    void touch(ObjectId groupId) {
      if (!filled) {
        Set<ObjectId> more = new HashSet<>(touched);
        more.add(groupId);
        touched = Set.copyOf(more);
      }
    }
  }
}
