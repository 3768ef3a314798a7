package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.util.ArrayList;
import java.util.List;

/** Keeps what it is told, in order. For any thread. */
final class RecordingListener implements ChatListener {
  private final List<Event> events = new ArrayList<>();
  private final List<Throwable> faults = new ArrayList<>();
  private int commitEnds;

  sealed interface Event {
    record MemberAdded(ObjectId groupId, ObjectId userId) implements Event {}

    record UserOnline(ObjectId userId, Status status, List<ObjectId> groupIds) implements Event {}

    record UserOffline(ObjectId userId, List<ObjectId> groupIds) implements Event {}

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

  synchronized int commitEnds() {
    return commitEnds;
  }

  @Override
  public synchronized void onCommitEnd() {
    commitEnds++;
  }

  @Override
  public synchronized void onMemberAdded(Group group, Member member) {
    events.add(new Event.MemberAdded(group.id(), member.userId()));
  }

  @Override
  public synchronized void onUserOnline(User user, Status status, List<ObjectId> groupIds) {
    events.add(new Event.UserOnline(user.id(), status, groupIds));
  }

  @Override
  public synchronized void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {
    events.add(new Event.UserOffline(userId, groupIds));
  }

  @Override
  public synchronized void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {
    events.add(new Event.TypingStopped(groupId, userId, socketId));
  }

  @Override
  public synchronized void onFault(String doing, Throwable cause) {
    faults.add(cause);
  }
}
