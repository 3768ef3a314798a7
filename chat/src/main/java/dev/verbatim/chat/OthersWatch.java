package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks every {@link ChatSettings#othersInterval} for what others have written to a store that is
 * shared, and takes in what concerns those who are here. One round at a time, on a thread that may
 * block; rounds follow each other by the timers.
 *
 * <p>A round only finds out what is other than known here. What is so is then read again by the
 * writer, at its place in the commit order: so it cannot undo what was committed here meanwhile,
 * and is told between what was told before and after. It is told once, for the writer compares with
 * what is known by then; a round that comes before the last one's readings are committed finds the
 * same, and brings nothing new.
 */
final class OthersWatch {
  /**
   * A store that does not answer takes some seconds to say so: nobody shall wait for each piece.
   */
  private static final int FAILURES_MAX = 2;

  private final ChatStore store;
  private final OtherWriters others;
  private final Writer writer;
  private final Directory directory;
  private final GroupCommits commits;
  private final Messages messages;
  private final OpenChanges openChanges;
  private final Consumer<User> userChanged;
  private final Faults faults;
  private final ChatSettings settings;

  /**
   * The groups here in which others' messages are not told yet. What the store says of them it says
   * once, and telling may fail.
   */
  private final Set<ObjectId> untold = ConcurrentHashMap.newKeySet();

  /** Which groups are read whole. */
  private final Turns wholeTurns = new Turns();

  /** Of which groups it is asked how far they have grown. */
  private final Turns grownTurns = new Turns();

  private final Rounds rounds;

  OthersWatch(
      ChatStore store,
      OtherWriters others,
      Writer writer,
      Directory directory,
      GroupCommits commits,
      Messages messages,
      OpenChanges openChanges,
      Consumer<User> userChanged,
      Faults faults,
      Timers timers,
      Executor blocking,
      ChatSettings settings) {
    this.store = store;
    this.others = others;
    this.writer = writer;
    this.directory = directory;
    this.commits = commits;
    this.messages = messages;
    this.openChanges = openChanges;
    this.userChanged = userChanged;
    this.faults = faults;
    this.settings = settings;
    rounds = new Rounds(this::look, settings.othersInterval(), timers, blocking);
  }

  /** Looks until it is closed. */
  void start() {
    rounds.start();
  }

  void close() {
    rounds.close();
  }

  /** One round. Blocks. */
  void look() {
    // In this order: whoever was added before a message is told of it before.
    lookAtMembers();
    boolean _ = guard("looking for what others have sent", this::lookAtMessages);
  }

  /** A part of a round, which may throw: the next round looks again, and nothing else waits. */
  private interface Part {
    void run() throws StoreException;
  }

  /** Returns whether it was done. */
  private boolean guard(String doing, Part part) {
    try {
      part.run();
      return true;
    } catch (StoreException | RuntimeException | Error e) {
      if (!rounds.isClosed()) {
        faults.report(doing, e);
      }
      return false;
    }
  }

  private void lookAtMembers() {
    Set<ObjectId> userIds = directory.userIds();
    NavigableSet<ObjectId> groupIds = new TreeSet<>(directory.heldGroupIds());
    inPieces(
        userIds,
        "looking for what others have made of users",
        some -> {
          lookAtUsers(some);
          groupIds.addAll(others.groupIdsOf(some));
        });
    // Whoever changes a group by hand may leave its time as it is.
    List<ObjectId> whole =
        wholeTurns.next(groupIds, directory::memberCount, settings.othersMembersMax());
    inPieces(whole, "looking for what others have made of groups", this::lookAtGroups);
    whole.forEach(groupIds::remove);
    inPieces(groupIds, "looking for groups that others have changed", this::lookAtTimes);
  }

  private void lookAtUsers(List<ObjectId> userIds) throws StoreException {
    for (User read : store.users(userIds).values()) {
      if (!directory.agrees(read)) {
        Write.ReadUser again = new Write.ReadUser(read.id());
        boolean _ = writer.submit(again, Outcome.of(_ -> tellUser(again), _ -> {}));
      }
    }
  }

  private void tellUser(Write.ReadUser read) {
    User changed = directory.changedUser(read);
    if (changed != null) {
      userChanged.accept(changed);
    }
  }

  private void lookAtGroups(List<ObjectId> groupIds) throws StoreException {
    Map<ObjectId, Group> read = others.groups(groupIds);
    for (ObjectId id : groupIds) {
      if (!isKnown(id, read.get(id))) {
        readAgain(id);
      }
    }
  }

  private void lookAtTimes(List<ObjectId> groupIds) throws StoreException {
    Map<ObjectId, Instant> changedAt = others.changedAt(groupIds);
    for (ObjectId id : groupIds) {
      Group known = directory.group(id);
      if (known != null && !known.updatedAt().equals(changedAt.get(id))) {
        readAgain(id);
      }
    }
  }

  private void readAgain(ObjectId groupId) throws StoreException {
    Runnable release = directory.holdGroup(groupId);
    if (release == null) {
      return;
    }
    Write.ReadGroup again = new Write.ReadGroup(groupId);
    Outcome<Object> outcome =
        Outcome.of(
            _ -> {
              try {
                commits.tell(groupId, directory.difference(again));
              } finally {
                release.run();
              }
            },
            _ -> release.run());
    if (!writer.submit(again, outcome)) {
      release.run();
    }
  }

  private void lookAtMessages() throws StoreException {
    untold.addAll(others.newMessages());
    NavigableSet<ObjectId> held = new TreeSet<>(directory.heldGroupIds());
    untold.addAll(others.grown(grownTurns.next(held, _ -> 1, settings.othersGrownMax())));
    // Where nobody is, nobody is told: who comes reads what is there, and listens from then on.
    untold.retainAll(directory.heldGroupIds());
    for (ObjectId groupId : List.copyOf(untold)) {
      untold.remove(groupId);
      messages.catchUp(groupId, () -> untold.add(groupId));
    }
    // Behind the messages that they change, and only now that the store answers.
    openChanges.settle();
  }

  private boolean isKnown(ObjectId id, @Nullable Group read) {
    if (read != null && read.isActive()) {
      return directory.agrees(read);
    }
    Group known = directory.group(id);
    return known == null || !known.isActive();
  }

  /** Something that is looked for, of some users or groups. */
  private interface Look {
    void at(List<ObjectId> ids) throws StoreException;
  }

  /** Looks at some after the other, and behind those of which it fails, unless it goes on so. */
  private void inPieces(Collection<ObjectId> ids, String doing, Look look) {
    List<ObjectId> all = List.copyOf(ids);
    int failures = 0;
    for (int from = 0; from < all.size() && failures < FAILURES_MAX; ) {
      int to = Math.min(all.size(), from + settings.othersPieceMax());
      List<ObjectId> some = all.subList(from, to);
      if (!guard(doing, () -> look.at(some))) {
        failures++;
      }
      from = to;
    }
  }
}
