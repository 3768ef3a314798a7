package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Keeps what it is told, in order. For any thread. */
final class RecordingListener implements ChatListener {
  private final List<Event> events = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private final List<User> typists = new ArrayList<>();
  private final List<Integer> written = new ArrayList<>();
  private int commitEnds;
  private boolean failsAfterwards;

  sealed interface Event {
    record MemberAdded(ObjectId groupId, ObjectId userId) implements Event {}

    /**
     * @param group as it was told
     */
    record GroupChanged(Group group) implements Event {}

    record MemberRemoved(ObjectId groupId, ObjectId userId) implements Event {}

    record GroupClosed(ObjectId groupId) implements Event {}

    record UserChanged(User user) implements Event {}

    record MessagePosted(Message message, ObjectId senderId) implements Event {}

    record MessageEdited(Message message, List<Readers.Reader> readers) implements Event {}

    record MessageDeleted(Message message, ObjectId deletedBy) implements Event {}

    record MessagesRead(
        ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt)
        implements Event {}

    record UserOnline(ObjectId userId, Status status, List<ObjectId> groupIds) implements Event {}

    record UserOffline(ObjectId userId, List<ObjectId> groupIds) implements Event {}

    record MemberOnline(ObjectId userId, Status status, ObjectId groupId) implements Event {}

    record StatusChanged(
        ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId)
        implements Event {}

    record TypingStarted(ObjectId groupId, ObjectId userId, String socketId) implements Event {}

    record TypingStopped(ObjectId groupId, ObjectId userId, String socketId) implements Event {}
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  synchronized void clear() {
    events.clear();
  }

  synchronized List<Throwable> faults() {
    return List.copyOf(faults);
  }

  /** Forgets the faults that a test expects. */
  synchronized void forgetFaults() {
    faults.clear();
  }

  /** From now on it throws whenever it has kept what it was told, or does so no more. */
  synchronized void failAfterwards(boolean fails) {
    failsAfterwards = fails;
  }

  private void keep(Event event) {
    events.add(event);
    if (failsAfterwards) {
      throw new IllegalStateException("The test wants listeners to fail");
    }
  }

  /** Who was told to type, as they were shown. */
  synchronized List<User> typists() {
    return List.copyOf(typists);
  }

  synchronized int commitEnds() {
    return commitEnds;
  }

  /** How many writes each commit held that was durable. */
  synchronized List<Integer> written() {
    return List.copyOf(written);
  }

  @Override
  public synchronized void onCommitted(int writes, Duration took) {
    written.add(writes);
  }

  @Override
  public synchronized void onCommitEnd() {
    commitEnds++;
  }

  @Override
  public synchronized void onMemberAdded(Group group, Member member, ObjectId byId) {
    keep(new Event.MemberAdded(group.id(), member.userId()));
  }

  @Override
  public synchronized void onGroupChanged(Group group, Set<ObjectId> concernedIds) {
    keep(new Event.GroupChanged(group));
  }

  @Override
  public synchronized void onMemberRemoved(Group group, ObjectId userId, ObjectId byId) {
    keep(new Event.MemberRemoved(group.id(), userId));
  }

  @Override
  public synchronized void onGroupClosed(ObjectId groupId) {
    keep(new Event.GroupClosed(groupId));
  }

  @Override
  public synchronized void onUserChanged(User user) {
    keep(new Event.UserChanged(user));
  }

  @Override
  public synchronized void onMessagePosted(Message message, User sender) {
    keep(new Event.MessagePosted(message, sender.id()));
  }

  @Override
  public synchronized void onMessageEdited(Message message, List<Readers.Reader> readers) {
    keep(new Event.MessageEdited(message, readers));
  }

  @Override
  public synchronized void onMessageDeleted(Message message, ObjectId deletedBy) {
    keep(new Event.MessageDeleted(message, deletedBy));
  }

  @Override
  public synchronized void onMessagesRead(
      ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt) {
    keep(new Event.MessagesRead(groupId, userId, messageIds, readAt));
  }

  @Override
  public synchronized void onUserOnline(User user, Status status, List<ObjectId> groupIds) {
    keep(new Event.UserOnline(user.id(), status, groupIds));
  }

  @Override
  public synchronized void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {
    keep(new Event.UserOffline(userId, groupIds));
  }

  @Override
  public synchronized void onMemberOnline(User user, Status status, ObjectId groupId) {
    events.add(new Event.MemberOnline(user.id(), status, groupId));
  }

  @Override
  public synchronized void onStatusChanged(
      ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId) {
    events.add(new Event.StatusChanged(userId, status, lastSeen, groupIds, socketId));
  }

  @Override
  public synchronized void onTypingStarted(ObjectId groupId, User user, String socketId) {
    typists.add(user);
    events.add(new Event.TypingStarted(groupId, user.id(), socketId));
  }

  @Override
  public synchronized void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {
    keep(new Event.TypingStopped(groupId, userId, socketId));
  }

  @Override
  public synchronized void onFault(String doing, Throwable cause) {
    faults.add(cause);
  }
}
