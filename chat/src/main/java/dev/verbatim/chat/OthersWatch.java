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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
 * and is told between what was told before and after.
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
  }

  void close() {
    closed = true;
    Timers.Cancellable waiting = next;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  private void round() {
    try {
      look();
    } catch (StoreException | RuntimeException | Error e) {
      faults.report("looking for what others have written", e);
    }
    if (!closed) {
      start();
    }
  }

  /** One round. Blocks. */
  void look() throws StoreException {
    List<ObjectId> userIds = List.copyOf(directory.userIds());
    Set<ObjectId> groupIds = new HashSet<>(directory.heldGroupIds());
    for (List<ObjectId> some : inPieces(userIds)) {
      lookAtUsers(some);
      groupIds.addAll(others.groupIdsOf(some));
    }
    for (List<ObjectId> some : inPieces(List.copyOf(groupIds))) {
      lookAtGroups(some);
    }
    others
        .newMessages()
        .forEach(
            (groupId, firstSeq) -> {
              if (directory.group(groupId) != null) {
                messages.catchUp(groupId, firstSeq);
              }
            });
  }

  private void lookAtUsers(List<ObjectId> userIds) throws StoreException {
    Map<ObjectId, User> read = store.users(userIds);
    read.forEach(
        (id, user) -> {
          User known = directory.user(id);
          if (known != null && !isSame(known, user)) {
            boolean _ =
                writer.submit(
                    new Write.ReadUser(id),
                    Outcome.<Optional<User>>of(now -> now.ifPresent(userChanged), _ -> {}));
          }
        });
  }

  /** When a user was seen last is written all the time, and shown to nobody live. */
  private static boolean isSame(User known, User read) {
    return known.isActive() == read.isActive()
        && known.email().equals(read.email())
        && known.firstName().equals(read.firstName())
        && known.lastName().equals(read.lastName())
        && Objects.equals(known.username(), read.username())
        && Objects.equals(known.profileImageUrl(), read.profileImageUrl());
  }

  private void lookAtGroups(List<ObjectId> groupIds) throws StoreException {
    Map<ObjectId, Group> read = others.groups(groupIds);
    for (ObjectId id : groupIds) {
      Group group = read.get(id);
      if (!isKnown(id, group)) {
        Write.ReadGroup again = new Write.ReadGroup(id);
        boolean _ =
            writer.submit(
                again, Outcome.of(_ -> commits.tell(id, directory.difference(again)), _ -> {}));
      }
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
