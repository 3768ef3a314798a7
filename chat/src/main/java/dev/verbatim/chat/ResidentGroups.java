package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Members;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The groups that somebody holds, each read from the store once. Part of the {@link Directory},
 * whose lock it is given and takes for every change; read by any thread, without a lock.
 *
 * <p>How a group stays true, at the cost of one for each who joins. Whoever changes it holds it
 * from before the write is submitted until its outcome is told. So no read of the group is under
 * way when it is changed, and none has seen the change before the writer tells of it: each is
 * applied once, in commit order, to what was read. A group that is made while somebody reads it
 * counts as made or as read, whichever is first; the two are the same, for nobody can have changed
 * it.
 *
 * <p>Other writers of the store hold nothing here: what is read first may have their changes, and
 * what is held lags behind them until the writer reads the group again ({@link #onRead}), for
 * somebody who holds it like whoever changes it.
 */
final class ResidentGroups {
  private final ChatStore store;
  private final Duration loadWaitMax;

  /** Those who write to the store as well, null if there are none. */
  private final @Nullable OtherWriters others;

  /** Guards every change of the map and of what its entries hold. */
  private final Object lock;

  private final ConcurrentHashMap<ObjectId, Resident> groups = new ConcurrentHashMap<>();

  ResidentGroups(ChatStore store, Duration loadWaitMax, Object lock) {
    this.store = store;
    others = store.others().orElse(null);
    this.loadWaitMax = loadWaitMax;
    this.lock = lock;
  }

  /** A group that somebody holds, with all its members; or null. */
  @Nullable Group group(ObjectId groupId) {
    Resident resident = groups.get(groupId);
    return resident == null ? null : resident.group;
  }

  /** The groups that are held, as they come and go. */
  Set<ObjectId> ids() {
    return groups.keySet();
  }

  /** How many groups are held. */
  int count() {
    return groups.size();
  }

  /**
   * Holds a group. Blocks. Paired with one of {@link #release}, unless it throws or there is none.
   *
   * @return null if there is no such group
   */
  @Nullable Resident hold(ObjectId groupId) throws StoreException {
    Resident held = holdEach(List.of(groupId)).getFirst();
    if (held.group == null) {
      release(held);
      return null;
    }
    return held;
  }

  /**
   * Holds groups, all of them or none. Blocks. Each is paired with one of {@link #release}.
   *
   * @throws StoreException if they cannot be read, or one does not exist
   */
  List<Resident> holdAll(List<ObjectId> groupIds) throws StoreException {
    List<Resident> held = holdThose(groupIds);
    if (held.size() < groupIds.size()) {
      held.forEach(this::release);
      throw new StoreException("A membership in no group, of " + groupIds);
    }
    return held;
  }

  /** Holds those of these groups that there are, as {@link #holdAll} does. */
  List<Resident> holdThose(List<ObjectId> groupIds) throws StoreException {
    List<Resident> there = new ArrayList<>(groupIds.size());
    for (Resident each : holdEach(groupIds)) {
      if (each.group == null) {
        release(each);
      } else {
        there.add(each);
      }
    }
    return there;
  }

  private List<Resident> holdEach(List<ObjectId> groupIds) throws StoreException {
    List<Resident> held = new ArrayList<>(groupIds.size());
    List<Resident> toLoad = new ArrayList<>();
    synchronized (lock) {
      for (ObjectId groupId : groupIds) {
        Resident resident = groups.get(groupId);
        if (resident == null) {
          resident = new Resident(groupId);
          groups.put(groupId, resident);
          toLoad.add(resident);
        }
        resident.holders++;
        held.add(resident);
      }
    }
    try {
      // First what others may wait for, then what others load: nobody waits in a circle.
      load(toLoad);
      for (Resident resident : held) {
        await(resident.loaded, loadWaitMax);
      }
      return held;
    } catch (StoreException | RuntimeException | Error e) {
      held.forEach(this::release);
      throw e;
    }
  }

  private void load(List<Resident> toLoad) throws StoreException {
    int next = 0;
    try {
      Reading reading = reading(toLoad);
      for (Resident resident : toLoad) {
        Group read = reading.group(resident.id);
        synchronized (lock) {
          if (resident.group == null) {
            if (read == null) {
              groups.remove(resident.id, resident);
            }
            resident.group = read;
          }
        }
        resident.loaded.complete(null);
        next++;
      }
    } catch (StoreException | RuntimeException | Error e) {
      synchronized (lock) {
        for (Resident left : toLoad.subList(next, toLoad.size())) {
          if (left.group == null) {
            // The next one who needs it shall ask again.
            groups.remove(left.id, left);
            left.loaded.completeExceptionally(e);
          } else {
            left.loaded.complete(null);
          }
        }
      }
      throw e;
    }
  }

  /** How a group is read; null for one that does not exist. */
  private interface Reading {
    @Nullable Group group(ObjectId id) throws StoreException;
  }

  /**
   * Has what others send from now on be told, before anybody is shown in these groups, and when
   * they are in the map: who looks for what others have sent and does not find a group there knows
   * that it will be older than what is told. A store that is shared is far away, and is asked for
   * all at once.
   */
  private Reading reading(List<Resident> toLoad) throws StoreException {
    if (others == null || toLoad.isEmpty()) {
      return id -> store.group(id).orElse(null);
    }
    List<ObjectId> ids = toLoad.stream().map(resident -> resident.id).toList();
    others.listen(ids);
    return others.groups(ids)::get;
  }

  /** Waits for somebody else's reading. Blocks. */
  static void await(CompletableFuture<@Nullable Void> loaded, Duration waitMax)
      throws StoreException {
    try {
      Void _ = loaded.get(waitMax.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new StoreException("Could not be read", e);
    } catch (TimeoutException e) {
      throw new StoreException("Reading takes longer than " + waitMax, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while reading", e);
    }
  }

  /** Holds a group once more that somebody holds. Never blocks. */
  void holdAgain(Resident resident) {
    synchronized (lock) {
      resident.holders++;
    }
  }

  /** Lets a group go. Never blocks. */
  void release(Resident resident) {
    synchronized (lock) {
      if (--resident.holders == 0) {
        groups.remove(resident.id, resident);
      }
    }
  }

  /**
   * A group was made. On the writer's thread, in commit order.
   *
   * @return the group, held
   */
  Resident onMade(Group group) {
    synchronized (lock) {
      Resident resident = groups.computeIfAbsent(group.id(), Resident::new);
      if (resident.group == null) {
        resident.group = group;
        resident.loaded.complete(null);
      }
      resident.holders++;
      return resident;
    }
  }

  /**
   * A group was read again. On the writer's thread, in commit order; what others have made of it
   * counts from here on.
   *
   * @return the group
   * @throws IllegalStateException if nobody holds the group
   */
  Resident onRead(Group group) {
    synchronized (lock) {
      Resident resident = groups.get(group.id());
      if (resident == null) {
        throw new IllegalStateException("Nobody held the group that was read: " + group.id());
      }
      resident.group = group;
      return resident;
    }
  }

  /**
   * A change was made. On the writer's thread, in commit order.
   *
   * @return the group
   * @throws IllegalStateException if nobody holds the group
   */
  Resident onChanged(GroupChange change) {
    synchronized (lock) {
      Resident resident = groups.get(change.groupId());
      Group known = resident == null ? null : resident.group;
      if (resident == null || known == null) {
        throw new IllegalStateException(
            "Nobody held the group that was changed: " + change.groupId());
      }
      resident.group = change.appliedTo(before(change, known));
      return resident;
    }
  }

  /** Another writer may have removed the one who is added again. */
  private Group before(GroupChange change, Group known) {
    return others != null && change instanceof GroupChange.AddMember(_, Member member, _)
        ? known.with(Members.copyOf(known.members()).without(member.userId()), known.updatedAt())
        : known;
  }

  /** A group that is held, or is about to be. */
  static final class Resident {
    final ObjectId id;
    private final CompletableFuture<@Nullable Void> loaded = new CompletableFuture<>();

    /** Guarded by the lock. */
    private int holders;

    private volatile @Nullable Group group;

    private Resident(ObjectId id) {
      this.id = id;
    }
  }
}
