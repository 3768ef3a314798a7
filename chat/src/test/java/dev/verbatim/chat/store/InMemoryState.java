package dev.verbatim.chat.store;

import static dev.verbatim.chat.store.Kept.kept;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a store in memory holds, and how writes change it: by the port's own rules, applied to whole
 * values. Guarded by the store's lock.
 */
final class InMemoryState {
  final Map<ObjectId, User> users = new HashMap<>();
  final Map<String, User> usersByClerkId = new HashMap<>();
  final Map<ObjectId, Group> groups = new HashMap<>();
  final Map<ObjectId, List<ObjectId>> groupsJoined = new HashMap<>();
  final Map<ObjectId, List<Message>> messages = new HashMap<>();
  final Map<ObjectId, Message> messagesById = new HashMap<>();
  final Map<TempKey, Message> messagesByTempId = new HashMap<>();
  final Map<ReaderKey, Long> lastReadSeqs = new HashMap<>();

  /** Each message's readers, in the order in which they read it. */
  final Map<ObjectId, List<Readers.Reader>> readBy = new HashMap<>();

  final Map<ObjectId, Session> sessions = new HashMap<>();

  /** Who of several writers put each session there. */
  private final Map<ObjectId, Object> sessionWriters = new HashMap<>();

  /** Who makes the running commit. */
  private Object writer = this;

  /** What the identity provider told of users, by their clerkIds. */
  final Map<String, Told> told = new HashMap<>();

  final Map<String, Instant> events = new HashMap<>();
  final Map<String, Instant> revocations = new HashMap<>();

  /** What was told of a user, and whether it is active besides. */
  record Told(@Nullable Instant at, boolean isBanned, boolean isDeleted, boolean wasActive) {}

  /** What takes the running commit back. */
  private final Undo undo = new Undo();

  record TempKey(ObjectId groupId, ObjectId senderId, String tempId) {}

  record ReaderKey(ObjectId groupId, ObjectId userId) {}

  /** Makes all of these writes or none, and tells their outcomes. */
  List<Object> apply(List<? extends Write<?>> writes, Object by) throws StoreException {
    writer = by;
    try {
      List<Object> results = new ArrayList<>(writes.size());
      for (Write<?> write : writes) {
        results.add(apply(write));
      }
      return results;
    } catch (StoreException | RuntimeException e) {
      undo.run();
      throw e;
    } finally {
      undo.forget();
    }
  }

  private Object apply(Write<?> write) throws StoreException {
    return switch (write) {
      case Write.IfMember<?> guarded -> applyIfMember(guarded);
      case Write.Once<?> once -> applyOnce(once);
      case UserChange change -> change(change);
      case Write.RevokeSession(String sessionId, Instant at) -> {
        Instant before = revocations.get(sessionId);
        undo.put(revocations, sessionId, before != null && before.isAfter(at) ? before : kept(at));
        yield Write.Done.DONE;
      }
      case Write.Forget(Instant before, Instant revokedBefore) -> {
        forget(events, before);
        forget(revocations, revokedBefore);
        yield Write.Done.DONE;
      }
      case Copied piece -> {
        copy(piece);
        yield Write.Done.DONE;
      }
      case Write.FindChange(MessageChange change) -> find(change);
      case Write.CatchUp _ -> new Write.CaughtUp(List.of());
      case Write.ReadGroup(ObjectId groupId) -> Optional.ofNullable(groups.get(groupId));
      case Write.ReadUser(ObjectId userId) -> Optional.ofNullable(users.get(userId));
      case Write.AppendMessage append -> append(append);
      case Write.MarkRead mark -> markRead(mark);
      case Write.PutUser put -> putUser(put);
      case Write.PutGroup(Group group) -> putGroup(group);
      case GroupChange change -> change(change);
      case MessageChange change -> change(change);
      case Write.PutSession(Session session) -> {
        undo.put(sessions, session.id(), kept(session));
        sessionWriters.put(session.id(), writer);
        yield Write.Done.DONE;
      }
      case Write.ChangeStatus(ObjectId userId, Status status, Instant since) -> {
        for (Session session : List.copyOf(sessions.values())) {
          if (session.userId().equals(userId)) {
            undo.put(sessions, session.id(), kept(session.withStatus(status, since)));
          }
        }
        yield Write.Done.DONE;
      }
      case Write.EndSession(ObjectId sessionId, ObjectId userId, Instant lastSeen) -> {
        endSession(sessionId, userId, lastSeen);
        yield Write.Done.DONE;
      }
      case Write.EndSessionsBefore(Instant lastActivity, Set<ObjectId> living) -> {
        for (Session session : List.copyOf(sessions.values())) {
          if (session.lastActivity().isBefore(lastActivity)
              && !living.contains(session.id())
              && writer.equals(sessionWriters.get(session.id()))) {
            endSession(session.id(), session.userId(), session.lastActivity());
          }
        }
        yield Write.Done.DONE;
      }
      case Write.FindSent question -> find(question);
      case Write.NewestSeq(ObjectId groupId) -> new Write.Newest(messagesOf(groupId).size());
      case Write.Probe _ -> Write.Done.DONE;
    };
  }

  private Optional<MessageChanged.Done> find(MessageChange change) {
    return Optional.ofNullable(messagesById.get(change.messageId()))
        .filter(message -> change.appliedTo(message).equals(message))
        .map(message -> new MessageChanged.Done(message, readersOf(message, change.readersMax())));
  }

  private Write.Found find(Write.FindSent question) {
    Message sent =
        question.tempId() == null
            ? null
            : messagesByTempId.get(
                new TempKey(question.groupId(), question.senderId(), question.tempId()));
    return sent == null ? new Write.Found.Nothing() : known(sent, question.readersMax());
  }

  private Write.Appended.Known known(Message sent, int readersMax) {
    return new Write.Appended.Known(
        sent, isMember(sent.groupId(), sent.senderId()) ? readersOf(sent, readersMax) : List.of());
  }

  private Optional<Object> applyIfMember(Write.IfMember<?> guarded) throws StoreException {
    return isMember(guarded.groupId(), guarded.userId())
        ? Optional.of(apply(guarded.write()))
        : Optional.empty();
  }

  private Optional<Object> applyOnce(Write.Once<?> once) throws StoreException {
    if (events.containsKey(once.eventId())) {
      return Optional.empty();
    }
    undo.put(events, once.eventId(), kept(once.at()));
    return Optional.of(apply(once.write()));
  }

  private void forget(Map<String, Instant> names, Instant before) {
    for (Map.Entry<String, Instant> name : Map.copyOf(names).entrySet()) {
      if (name.getValue().isBefore(before)) {
        undo.remove(names, name.getKey());
      }
    }
  }

  private UserChanged change(UserChange change) {
    String clerkId = change.user().clerkId();
    User before = usersByClerkId.get(clerkId);
    Told known = told.get(clerkId);
    UserChanged obstacle =
        change.obstacle(
            before == null
                ? null
                : new UserChange.Known(
                    known == null ? null : known.at(), known != null && known.isDeleted()));
    if (obstacle != null) {
      return obstacle;
    }
    User user = before == null ? kept(change.user()) : before;
    boolean wasActive = known == null ? user.isActive() : known.wasActive();
    switch (change) {
      case UserChange.Tell(User profile, boolean isBanned, Instant toldAt) -> {
        undo.put(told, clerkId, new Told(kept(toldAt), isBanned, false, wasActive));
        store(told(user, profile, wasActive && !isBanned));
      }
      case UserChange.Delete(User profile) -> {
        undo.put(
            told,
            clerkId,
            new Told(
                known == null ? null : known.at(),
                known != null && known.isBanned(),
                /* isDeleted= */ true,
                /* wasActive= */ false));
        store(deleted(user, kept(profile.updatedAt())));
      }
    }
    return new UserChanged.Done(
        Objects.requireNonNull(usersByClerkId.get(clerkId)), before == null);
  }

  private void copy(Copied piece) throws StoreException {
    switch (piece) {
      case Copied.Account account -> {
        if (putUser(new Write.PutUser(account.user())).isNew()) {
          copyTold(account);
        }
      }
      case Copied.Messages(ObjectId groupId, List<Message> copied) -> {
        for (Message message : copied) {
          if (!messagesById.containsKey(message.id())) {
            copy(groupId, message);
          }
        }
      }
      case Copied.LastReads(ObjectId groupId, Map<ObjectId, Long> seqs) ->
          seqs.forEach((userId, seq) -> raiseLastRead(groupId, userId, seq));
    }
  }

  private void copyTold(Copied.Account account) {
    User user = kept(account.user());
    boolean isActive = user.isActive();
    undo.put(
        told,
        user.clerkId(),
        new Told(account.toldAt(), account.isBanned(), account.isDeleted(), isActive));
    store(told(user, user, isActive && !account.isBanned() && !account.isDeleted()));
  }

  private void copy(ObjectId groupId, Message message) {
    undo.add(messages.computeIfAbsent(groupId, _ -> new ArrayList<>()), message);
    undo.put(messagesById, message.id(), message);
    String tempId = message.tempId();
    if (tempId != null) {
      undo.put(messagesByTempId, new TempKey(groupId, message.senderId(), tempId), message);
    }
  }

  private static User told(User user, User profile, boolean isActive) {
    return new User(
        user.id(),
        user.clerkId(),
        profile.email(),
        profile.firstName(),
        profile.lastName(),
        profile.username(),
        profile.profileImageUrl(),
        isActive,
        user.lastSeen(),
        user.createdAt(),
        kept(profile.updatedAt()));
  }

  private static User deleted(User user, Instant at) {
    return new User(
        user.id(),
        user.clerkId(),
        user.email(),
        user.firstName(),
        user.lastName(),
        user.username(),
        user.profileImageUrl(),
        /* isActive= */ false,
        user.lastSeen(),
        user.createdAt(),
        at);
  }

  private boolean isMember(ObjectId groupId, ObjectId userId) {
    Group group = groups.get(groupId);
    return group != null && group.isActive() && roleOf(group, userId) != null;
  }

  private Write.Appended append(Write.AppendMessage append) {
    TempKey key = null;
    if (append.tempId() != null) {
      key = new TempKey(append.groupId(), append.senderId(), append.tempId());
      Message known = messagesByTempId.get(key);
      if (known != null) {
        return known(known, append.readersMax());
      }
    }
    List<Message> inGroup = messages.computeIfAbsent(append.groupId(), _ -> new ArrayList<>());
    Instant createdAt = kept(append.createdAt());
    Message message =
        new Message(
            append.id(),
            append.groupId(),
            inGroup.size() + 1L,
            append.senderId(),
            append.content(),
            append.type(),
            /* isDeleted= */ false,
            append.tempId(),
            /* editedAt= */ null,
            createdAt,
            createdAt);
    undo.add(inGroup, message);
    undo.put(messagesById, message.id(), message);
    if (key != null) {
      undo.put(messagesByTempId, key, message);
    }
    raiseLastRead(append.groupId(), append.senderId(), message.seq());
    return new Write.Appended.Stored(message);
  }

  private Write.MarkedRead markRead(Write.MarkRead mark) {
    List<ObjectId> newlyRead = new ArrayList<>();
    for (ObjectId id : mark.messageIds()) {
      Message message = messagesById.get(id);
      if (message == null
          || !message.groupId().equals(mark.groupId())
          || message.senderId().equals(mark.userId())
          || hasRead(id, mark.userId())) {
        continue;
      }
      undo.add(
          readBy.computeIfAbsent(id, _ -> new ArrayList<>()),
          new Readers.Reader(mark.userId(), kept(mark.readAt())));
      raiseLastRead(mark.groupId(), mark.userId(), message.seq());
      newlyRead.add(id);
    }
    return new Write.MarkedRead(newlyRead);
  }

  private boolean hasRead(ObjectId messageId, ObjectId userId) {
    return readBy.getOrDefault(messageId, List.of()).stream()
        .anyMatch(each -> each.userId().equals(userId));
  }

  private void raiseLastRead(ObjectId groupId, ObjectId userId, long seq) {
    if (seq > lastReadSeq(groupId, userId)) {
      undo.put(lastReadSeqs, new ReaderKey(groupId, userId), seq);
    }
  }

  long lastReadSeq(ObjectId groupId, ObjectId userId) {
    return lastReadSeqs.getOrDefault(new ReaderKey(groupId, userId), 0L);
  }

  Map<ObjectId, Long> lastReadSeqs(ObjectId groupId) {
    Map<ObjectId, Long> seqs = new HashMap<>();
    lastReadSeqs.forEach(
        (key, seq) -> {
          if (key.groupId().equals(groupId)) {
            seqs.put(key.userId(), seq);
          }
        });
    return seqs;
  }

  Copied.Account account(User user) {
    Told known = told.get(user.clerkId());
    return known == null
        ? new Copied.Account(user, false, false, null)
        : new Copied.Account(
            user.withActive(known.wasActive()), known.isBanned(), known.isDeleted(), known.at());
  }

  private Write.UserPut putUser(Write.PutUser put) throws StoreException {
    User user = put.user();
    User known = usersByClerkId.get(user.clerkId());
    if (known != null) {
      return new Write.UserPut(known, false, null);
    }
    if (users.containsKey(user.id())) {
      throw new StoreException("The id is another user's: " + user.id());
    }
    User added = kept(user);
    store(added);
    GroupChange joining = put.joining();
    return new Write.UserPut(added, true, joining == null ? null : change(joining));
  }

  private void store(User user) {
    undo.put(users, user.id(), user);
    undo.put(usersByClerkId, user.clerkId(), user);
  }

  private void endSession(ObjectId sessionId, ObjectId userId, Instant lastSeen) {
    undo.remove(sessions, sessionId);
    User user = users.get(userId);
    if (user != null) {
      store(seen(user, kept(lastSeen)));
    }
  }

  private static User seen(User user, Instant lastSeen) {
    Instant before = user.lastSeen();
    return new User(
        user.id(),
        user.clerkId(),
        user.email(),
        user.firstName(),
        user.lastName(),
        user.username(),
        user.profileImageUrl(),
        user.isActive(),
        before != null && before.isAfter(lastSeen) ? before : lastSeen,
        user.createdAt(),
        user.updatedAt());
  }

  private Write.GroupPut putGroup(Group wanted) {
    Group known = groups.get(wanted.id());
    if (known != null) {
      return new Write.GroupPut(known, false);
    }
    Group group = kept(wanted);
    undo.put(groups, group.id(), group);
    for (Member member : group.members()) {
      joined(member.userId(), group.id());
    }
    return new Write.GroupPut(group, true);
  }

  private void joined(ObjectId userId, ObjectId groupId) {
    undo.add(groupsJoined.computeIfAbsent(userId, _ -> new ArrayList<>()), groupId);
  }

  private GroupChanged change(GroupChange change) {
    Group group = groups.get(change.groupId());
    if (group == null || !group.isActive()) {
      return new GroupChanged.NoGroup();
    }
    ObjectId memberId = change.memberId();
    User user = memberId == null ? null : users.get(memberId);
    GroupChanged obstacle =
        change.obstacle(
            new GroupChange.Facts(
                group.isPrivate(),
                roleOf(group, change.byId()),
                memberId == null ? null : roleOf(group, memberId),
                user != null && user.isActive()));
    if (obstacle != null) {
      return obstacle;
    }
    Group changed = kept(change.appliedTo(group));
    undo.put(groups, changed.id(), changed);
    switch (change) {
      case GroupChange.AddMember add -> joined(add.memberId(), changed.id());
      case GroupChange.RemoveMember remove ->
          undo.remove(groupsJoined.getOrDefault(remove.memberId(), List.of()), changed.id());
      case GroupChange.ChangeSettings _,
          GroupChange.ChangeRole _,
          GroupChange.TransferOwnership _,
          GroupChange.CloseGroup _ -> {}
    }
    return new GroupChanged.Done();
  }

  private MessageChanged change(MessageChange change) {
    Group group = groups.get(change.groupId());
    Message message = messagesById.get(change.messageId());
    if (group == null
        || !group.isActive()
        || message == null
        || !message.groupId().equals(group.id())) {
      return new MessageChanged.NoMessage();
    }
    MessageChanged obstacle = change.obstacle(message, roleOf(group, change.byId()));
    if (obstacle != null) {
      return obstacle;
    }
    Message changed = kept(change.appliedTo(message));
    undo.set(messagesOf(group.id()), (int) changed.seq() - 1, changed);
    undo.put(messagesById, changed.id(), changed);
    String tempId = changed.tempId();
    if (tempId != null) {
      undo.put(messagesByTempId, new TempKey(group.id(), changed.senderId(), tempId), changed);
    }
    return new MessageChanged.Done(changed, readersOf(changed, change.readersMax()));
  }

  private List<Readers.Reader> readersOf(Message message, int max) {
    return readBy.getOrDefault(message.id(), List.of()).stream().limit(max).toList();
  }

  static @Nullable Role roleOf(Group group, ObjectId userId) {
    Member member = memberOf(group.members(), userId);
    return member == null ? null : member.role();
  }

  static @Nullable Member memberOf(List<Member> members, ObjectId userId) {
    for (Member member : members) {
      if (member.userId().equals(userId)) {
        return member;
      }
    }
    return null;
  }

  List<Message> messagesOf(ObjectId groupId) {
    return messages.getOrDefault(groupId, List.of());
  }
}
