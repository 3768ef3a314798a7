package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private final ChatStore store;
  private final OtherWriters others;
  private final Writer writer;
  private final Directory directory;
  private final GroupCommits commits;
  private final Messages messages;
  private final Consumer<User> userChanged;
  private final Faults faults;
  private final Timers timers;
  private final Executor blocking;
  private final ChatSettings settings;

  /**
   * The groups here in which others' messages are not told yet. What the store says of them it says
   * once, and telling may fail.
   */
  private final Set<ObjectId> untold = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;
  private volatile Timers.@Nullable Cancellable next;

  OthersWatch(
      ChatStore store,
      OtherWriters others,
      Writer writer,
      Directory directory,
      GroupCommits commits,
      Messages messages,
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
    this.userChanged = userChanged;
    this.faults = faults;
    this.timers = timers;
    this.blocking = blocking;
    this.settings = settings;
  }

  /** Looks until it is closed. */
  void start() {
    next = timers.after(settings.othersInterval(), () -> blocking.execute(this::round));
    if (closed) {
      cancelNext();
    }
  }

  void close() {
    closed = true;
    cancelNext();
  }

  private void cancelNext() {
    Timers.Cancellable waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void round() {
    if (closed) {
      return;
    }
    look();
    if (!closed) {
      start();
    }
  }

  /** One round. Blocks. */
  void look() {
    // In this order: whoever was added before a message is told of it before.
    guard("looking for what others have made of users and groups", this::lookAtMembers);
    guard("looking for what others have sent", this::lookAtMessages);
  }

  /** A part of a round, which may throw: the next round looks again, and nothing else waits. */
  private interface Part {
    void run() throws StoreException;
  }

  private void guard(String doing, Part part) {
    try {
      part.run();
    } catch (StoreException | RuntimeException | Error e) {
      if (!closed) {
        faults.report(doing, e);
      }
    }
  }

  private void lookAtMembers() throws StoreException {
    List<ObjectId> userIds = List.copyOf(directory.userIds());
    Set<ObjectId> groupIds = new HashSet<>(directory.heldGroupIds());
    for (List<ObjectId> some : inPieces(userIds)) {
      lookAtUsers(some);
      groupIds.addAll(others.groupIdsOf(some));
    }
    for (List<ObjectId> some : inPieces(List.copyOf(groupIds))) {
      lookAtGroups(some);
    }
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
    // Where nobody is, nobody is told: who comes reads what is there, and listens from then on.
    untold.retainAll(directory.heldGroupIds());
    for (ObjectId groupId : List.copyOf(untold)) {
      untold.remove(groupId);
      messages.catchUp(groupId, () -> untold.add(groupId));
    }
  }

  private boolean isKnown(ObjectId id, @Nullable Group read) {
    if (read != null && read.isActive()) {
      return directory.agrees(read);
    }
    Group known = directory.group(id);
    return known == null || !known.isActive();
  }

  private List<List<ObjectId>> inPieces(List<ObjectId> ids) {
    List<List<ObjectId>> pieces = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += settings.othersPieceMax()) {
      pieces.add(ids.subList(from, Math.min(ids.size(), from + settings.othersPieceMax())));
    }
    return pieces;
  }
}
