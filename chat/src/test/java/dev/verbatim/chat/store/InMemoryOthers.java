package dev.verbatim.chat.store;

import static dev.verbatim.chat.store.InMemoryState.roleOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What others have put into a store in memory, as one of its writers sees it. Guarded by the
 * store's lock, and by its own for what questions remember.
 */
final class InMemoryOthers implements OtherWriters {
  private final InMemoryState state;
  private final Answers answers;

  /** The highest seq of each group that is not owed to this writer any more. */
  private final Map<ObjectId, Long> toldSeqs = new HashMap<>();

  /** The highest seq of each group that {@link #newMessages} has seen. */
  private final Map<ObjectId, Long> seenSeqs = new HashMap<>();

  /** Answers a question under the store's lock. */
  interface Answers {
    <T> T answer(Supplier<T> question) throws StoreException;
  }

  InMemoryOthers(InMemoryState state, Answers answers) {
    this.state = state;
    this.answers = answers;
  }

  @Override
  public Map<ObjectId, Group> groups(Collection<ObjectId> ids) throws StoreException {
    return answers.answer(
        () -> {
          Map<ObjectId, Group> found = new HashMap<>(state.groups);
          found.keySet().retainAll(Set.copyOf(ids));
          return found;
        });
  }

  @Override
  public Map<ObjectId, Instant> changedAt(Collection<ObjectId> groupIds) throws StoreException {
    Map<ObjectId, Instant> changedAt = new HashMap<>();
    groups(groupIds).forEach((id, group) -> changedAt.put(id, group.updatedAt()));
    return changedAt;
  }

  @Override
  public Set<ObjectId> groupIdsOf(Collection<ObjectId> userIds) throws StoreException {
    return answers.answer(
        () -> {
          Set<ObjectId> found = new HashSet<>();
          for (Group group : state.groups.values()) {
            if (group.isActive()
                && userIds.stream().anyMatch(userId -> roleOf(group, userId) != null)) {
              found.add(group.id());
            }
          }
          return found;
        });
  }

  @Override
  public void listen(Collection<ObjectId> groupIds) throws StoreException {
    Set<ObjectId> _ =
        answers.answer(
            () -> {
              groupIds.forEach(this::listen);
              return Set.copyOf(groupIds);
            });
  }

  private synchronized void listen(ObjectId groupId) {
    toldSeqs.put(groupId, (long) state.messagesOf(groupId).size());
  }

  @Override
  public Set<ObjectId> newMessages() throws StoreException {
    return answers.answer(this::lookForMessages);
  }

  @Override
  public Set<ObjectId> grown(Collection<ObjectId> groupIds) throws StoreException {
    return answers.answer(() -> owed(groupIds));
  }

  private synchronized Set<ObjectId> owed(Collection<ObjectId> groupIds) {
    Set<ObjectId> owed = new HashSet<>(groupIds);
    owed.removeIf(groupId -> untold(groupId, Long.MAX_VALUE, Set.of()).isEmpty());
    return owed;
  }

  private synchronized Set<ObjectId> lookForMessages() {
    Set<ObjectId> groupIds = new HashSet<>();
    state.messages.forEach(
        (groupId, messages) -> {
          long newest = messages.size();
          if (newest > seq(seenSeqs, groupId)) {
            groupIds.add(groupId);
          }
          seenSeqs.put(groupId, newest);
        });
    return groupIds;
  }

  private static long seq(Map<ObjectId, Long> seqs, ObjectId groupId) {
    return seqs.getOrDefault(groupId, 0L);
  }

  /** The outcomes of a commit, with the messages that others had put in before. */
  synchronized List<Object> told(List<? extends Write<?>> writes, List<Object> results) {
    Set<ObjectId> ownIds = new HashSet<>();
    for (Object result : results) {
      if (unwrapped(result) instanceof Write.Appended.Stored(Message message, _)) {
        ownIds.add(message.id());
      }
    }
    List<Object> told = new ArrayList<>(results.size());
    for (int i = 0; i < results.size(); i++) {
      told.add(told(writes.get(i), results.get(i), ownIds));
    }
    return told;
  }

  private static Object unwrapped(Object result) {
    return result instanceof Optional<?> found && found.isPresent() ? found.get() : result;
  }

  private Object told(Write<?> write, Object result, Set<ObjectId> ownIds) {
    if (result instanceof Write.Appended.Stored(Message message, _)) {
      List<Write.Posted> before = untold(message.groupId(), message.seq(), ownIds);
      toldSeqs.put(message.groupId(), message.seq());
      return new Write.Appended.Stored(message, before);
    }
    if (result instanceof Write.Appended.Known(Message message, var readers, _)) {
      List<Write.Posted> before = untold(message.groupId(), message.seq() + 1, ownIds);
      toldSeqs.merge(message.groupId(), message.seq(), Math::max);
      return new Write.Appended.Known(message, readers, before);
    }
    if (write instanceof Write.IfMember<?>(_, _, Write<?> inner)
        && result instanceof Optional<?> done) {
      return done.map(each -> told(inner, each, ownIds));
    }
    if (result instanceof Write.Newest(long seq, _)
        && write instanceof Write.NewestSeq(ObjectId groupId)) {
      List<Write.Posted> before = untold(groupId, seq + 1, ownIds);
      toldSeqs.merge(groupId, seq, Math::max);
      return new Write.Newest(seq, before);
    }
    if (write instanceof Write.CatchUp(ObjectId groupId)) {
      List<Write.Posted> untold = untold(groupId, Long.MAX_VALUE, ownIds);
      untold.forEach(each -> toldSeqs.put(groupId, each.message().seq()));
      return new Write.CaughtUp(untold);
    }
    return result;
  }

  /** What others have put into a group and is owed to this writer, below a seq. */
  private List<Write.Posted> untold(ObjectId groupId, long end, Set<ObjectId> ownIds) {
    if (!toldSeqs.containsKey(groupId)) {
      return List.of();
    }
    return state.messagesOf(groupId).stream()
        .filter(each -> each.seq() > seq(toldSeqs, groupId) && each.seq() < end)
        .filter(each -> !ownIds.contains(each.id()))
        .map(
            each ->
                new Write.Posted(each, Objects.requireNonNull(state.users.get(each.senderId()))))
        .toList();
  }
}
