package dev.verbatim.chat.store;

import static dev.verbatim.chat.store.InMemoryState.memberOf;
import static dev.verbatim.chat.store.InMemoryState.roleOf;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A store that keeps everything in memory, for tests. Guarded by a lock of its own: a commit takes
 * it alone, questions share it. A test can have commits and questions fail, and can hold commits
 * up. Several writers can {@link #share} what it keeps, each with a store of its own.
 */
public final class InMemoryChatStore implements ChatStore {
  // Fair: a commit must come in between readers who never pause.
  private final ReentrantReadWriteLock lock;
  private final InMemoryState state;
  private final List<Integer> commitSizes = new ArrayList<>();

  private volatile @Nullable InMemoryOthers others;
  private volatile boolean failsCommits;
  private volatile boolean losesAnswers;
  private volatile @Nullable StoreException questionsFailure;
  private volatile Predicate<Write<?>> rejected = _ -> false;
  private volatile Runnable beforeCommit = () -> {};
  private volatile Runnable beforeQuestion = () -> {};
  private volatile Runnable afterQuestion = () -> {};

  public InMemoryChatStore() {
    this(new ReentrantReadWriteLock(true), new InMemoryState());
  }

  private InMemoryChatStore(ReentrantReadWriteLock lock, InMemoryState state) {
    this.lock = lock;
    this.state = state;
  }

  /**
   * The same store as another writer has it, to whom this one's writes are those of others, as are
   * that one's to this. Before a chat is opened on this one.
   */
  public InMemoryChatStore share() {
    InMemoryChatStore other = new InMemoryChatStore(lock, state);
    others = new InMemoryOthers(state, this::answer);
    other.others = new InMemoryOthers(state, other::answer);
    return other;
  }

  /** From now on commits fail, or succeed again. */
  public void failCommits(boolean fails) {
    failsCommits = fails;
  }

  /** From now on commits are made and fail all the same, or succeed again. */
  public void loseAnswers(boolean loses) {
    losesAnswers = loses;
  }

  /** From now on the store rejects these writes alone. */
  public void reject(Predicate<Write<?>> writes) {
    rejected = writes;
  }

  /** From now on questions fail, or are answered again. */
  public void failQuestions(boolean fails) {
    questionsFailure = fails ? new StoreException("The test wants questions to fail") : null;
  }

  /** From now on questions fail with this. */
  public void failQuestions(StoreException failure) {
    questionsFailure = failure;
  }

  /** Runs before each commit, on the committing thread: to hold it up, or to throw. */
  public void beforeCommit(Runnable hook) {
    beforeCommit = hook;
  }

  /** Runs before each question, on the asking thread. */
  public void beforeQuestion(Runnable hook) {
    beforeQuestion = hook;
  }

  /** Runs after each question is answered and before the asker has the answer. */
  public void afterQuestion(Runnable hook) {
    afterQuestion = hook;
  }

  /** How many writes each commit had, so far. */
  public List<Integer> commitSizes() {
    lock.readLock().lock();
    try {
      return List.copyOf(commitSizes);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public List<Object> commit(List<? extends Write<?>> writes) throws StoreException {
    beforeCommit.run();
    if (failsCommits) {
      throw new StoreException("The test wants commits to fail");
    }
    lock.writeLock().lock();
    try {
      Predicate<Write<?>> rejects = rejected;
      List<? extends Write<?>> taken = writes.stream().filter(rejects.negate()).toList();
      List<Object> results = state.apply(taken, this);
      commitSizes.add(writes.size());
      if (losesAnswers) {
        throw new StoreException("The test wants answers to be lost");
      }
      InMemoryOthers shared = others;
      Iterator<Object> told = (shared == null ? results : shared.told(taken, results)).iterator();
      List<Object> outcomes = new ArrayList<>(writes.size());
      for (Write<?> write : writes) {
        outcomes.add(
            rejects.test(write)
                ? new Write.Rejected(new RejectedException("The test wants it to be rejected"))
                : told.next());
      }
      return outcomes;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T answer(Supplier<T> question) throws StoreException {
    beforeQuestion.run();
    StoreException failure = questionsFailure;
    if (failure != null) {
      throw failure;
    }
    T answer;
    lock.readLock().lock();
    try {
      answer = question.get();
    } finally {
      lock.readLock().unlock();
    }
    afterQuestion.run();
    return answer;
  }

  @Override
  public Optional<Message> message(ObjectId id) throws StoreException {
    return answer(() -> Optional.ofNullable(state.messagesById.get(id)));
  }

  @Override
  public Map<ObjectId, ObjectId> groupsOf(Collection<ObjectId> messageIds) throws StoreException {
    return answer(
        () -> {
          Map<ObjectId, ObjectId> groupIds = new HashMap<>();
          for (ObjectId id : messageIds) {
            Message message = state.messagesById.get(id);
            if (message != null) {
              groupIds.put(id, message.groupId());
            }
          }
          return groupIds;
        });
  }

  @Override
  public List<Message> messagesUpward(ObjectId groupId, long first, long last, int limit)
      throws StoreException {
    return answer(
        () ->
            state.messagesOf(groupId).stream()
                .filter(each -> each.seq() >= first && each.seq() <= last)
                .limit(limit)
                .toList());
  }

  @Override
  public List<Message> messagesDownward(ObjectId groupId, long last, int limit)
      throws StoreException {
    return answer(
        () ->
            state.messagesOf(groupId).reversed().stream()
                .filter(each -> each.seq() <= last)
                .limit(limit)
                .toList());
  }

  @Override
  public long newestSeq(ObjectId groupId) throws StoreException {
    return answer(() -> (long) state.messagesOf(groupId).size());
  }

  @Override
  public Readers readers(ObjectId groupId, long first, long last, int limit) throws StoreException {
    return answer(
        () -> {
          Map<Long, List<Readers.Reader>> readers = new HashMap<>();
          for (Message message : state.messagesOf(groupId)) {
            if (message.seq() >= first && message.seq() <= last) {
              readers.put(message.seq(), readersOf(message, limit));
            }
          }
          return new Readers(readers);
        });
  }

  @Override
  public Map<ObjectId, LastMessage> lastMessages(
      Collection<ObjectId> groupIds, int seqsMax, int readersMax) throws StoreException {
    return answer(
        () -> {
          Map<ObjectId, LastMessage> found = new HashMap<>();
          for (ObjectId groupId : groupIds) {
            state.messagesOf(groupId).reversed().stream()
                .limit(seqsMax)
                .filter(each -> !each.isDeleted())
                .findFirst()
                .ifPresent(
                    message ->
                        found.put(
                            groupId, new LastMessage(message, readersOf(message, readersMax))));
          }
          return found;
        });
  }

  private List<Readers.Reader> readersOf(Message message, int limit) {
    return state.readBy.getOrDefault(message.id(), List.of()).stream().limit(limit).toList();
  }

  @Override
  public Optional<Group> group(ObjectId id) throws StoreException {
    return answer(() -> Optional.ofNullable(state.groups.get(id)));
  }

  @Override
  public Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws StoreException {
    return group(id).map(group -> GroupExcerpt.of(group, membersMax));
  }

  @Override
  public Optional<List<Member>> members(ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return answer(
        () -> {
          Group group = state.groups.get(groupId);
          List<Member> members = group == null ? List.of() : group.members();
          int from = after == null ? 0 : members.indexOf(memberOf(members, after)) + 1;
          return after != null && from == 0
              ? Optional.empty()
              : Optional.of(members.stream().skip(from).limit(limit).toList());
        });
  }

  @Override
  public Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId)
      throws StoreException {
    return answer(
        () ->
            Optional.ofNullable(state.groups.get(groupId))
                .filter(Group::isActive)
                .map(group -> new Affiliation(group.isPrivate(), roleOf(group, userId))));
  }

  @Override
  public Map<ObjectId, Role> roles(ObjectId userId) throws StoreException {
    return answer(
        () ->
            standingsOf(userId).stream()
                .collect(Collectors.toMap(Standing::groupId, Standing::role)));
  }

  @Override
  public List<Standing> standings(ObjectId userId) throws StoreException {
    return answer(() -> standingsOf(userId));
  }

  @Override
  public Optional<Standing> standing(ObjectId userId, ObjectId groupId) throws StoreException {
    return answer(
        () ->
            standingsOf(userId).stream()
                .filter(standing -> standing.groupId().equals(groupId))
                .findFirst());
  }

  private List<Standing> standingsOf(ObjectId userId) {
    List<Standing> found = new ArrayList<>();
    for (ObjectId groupId : state.groupsJoined.getOrDefault(userId, List.of())) {
      Group group = Objects.requireNonNull(state.groups.get(groupId));
      Member member = memberOf(group.members(), userId);
      if (member != null && group.isActive()) {
        found.add(standing(groupId, member));
      }
    }
    return found;
  }

  private Standing standing(ObjectId groupId, Member member) {
    List<Message> messages = state.messagesOf(groupId);
    return new Standing(
        groupId,
        member.role(),
        member.joinedAt(),
        messages.size(),
        messages.isEmpty() ? null : messages.getLast().createdAt(),
        state.lastReadSeq(groupId, member.userId()));
  }

  @Override
  public List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return answer(
        () ->
            state.groups.values().stream()
                .filter(each -> each.isActive() && !each.isPrivate())
                .filter(each -> roleOf(each, userId) == null)
                .filter(each -> after == null || each.id().compareTo(after) < 0)
                .sorted(Comparator.comparing(Group::id).reversed())
                .limit(limit)
                .map(group -> GroupExcerpt.of(group, 0))
                .toList());
  }

  @Override
  public Optional<User> user(ObjectId id) throws StoreException {
    return answer(() -> Optional.ofNullable(state.users.get(id)));
  }

  @Override
  public Map<ObjectId, User> users(Collection<ObjectId> ids) throws StoreException {
    return answer(
        () -> {
          Map<ObjectId, User> found = new HashMap<>();
          for (ObjectId id : ids) {
            User user = state.users.get(id);
            if (user != null) {
              found.put(id, user);
            }
          }
          return found;
        });
  }

  @Override
  public Optional<User> userByClerkId(String clerkId) throws StoreException {
    return answer(() -> Optional.ofNullable(state.usersByClerkId.get(clerkId)));
  }

  @Override
  public List<Session> sessions(ObjectId userId) throws StoreException {
    return answer(
        () ->
            state.sessions.values().stream().filter(each -> each.userId().equals(userId)).toList());
  }

  @Override
  public void ping() throws StoreException {
    answer(() -> true);
  }

  @Override
  public void close() {}

  @Override
  public List<Revocation> revocations(Instant since) throws StoreException {
    return answer(
        () ->
            state.revocations.entrySet().stream()
                .filter(entry -> !entry.getValue().isBefore(since))
                .map(entry -> new Revocation(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Revocation::at))
                .toList());
  }

  @Override
  public List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws StoreException {
    return answer(
        () ->
            state.users.values().stream()
                .filter(user -> after == null || user.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(User::id))
                .limit(limit)
                .map(state::account)
                .toList());
  }

  @Override
  public List<Group> groups(@Nullable ObjectId after, int limit) throws StoreException {
    return answer(
        () ->
            state.groups.values().stream()
                .filter(group -> after == null || group.id().compareTo(after) > 0)
                .sorted(Comparator.comparing(Group::id))
                .limit(limit)
                .toList());
  }

  @Override
  public void settle() {}

  @Override
  public Map<ObjectId, Long> lastReads(ObjectId groupId) throws StoreException {
    return answer(() -> state.lastReadSeqs(groupId));
  }

  @Override
  public Optional<OtherWriters> others() {
    return Optional.ofNullable(others);
  }
}
