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
import java.util.List;
import java.util.Set;

/**
 * What the chat tells of its own accord. Every method is called on a thread of the chat or of a
 * caller's, as it says, and must neither block nor throw; what it throws goes to {@link #onFault}.
 */
public interface ChatListener {
  /** Tells nobody. */
  ChatListener NONE = new ChatListener() {};

  /**
   * A commit is durable. On the writer's thread, before its outcomes are told.
   *
   * @param writes how many of it were written; 0 if all only read, so that nothing was synced
   * @param took from handing it to the store on
   */
  default void onCommitted(int writes, Duration took) {}

  /**
   * One commit is over and all its outcomes are told: what they brought can go out as one. On the
   * writer's thread, after a failed commit too.
   */
  default void onCommitEnd() {}

  /**
   * A user became a member, or a group was made with this member in it. On the writer's thread, in
   * commit order, before the one who asked is answered; {@link Directory} knows it already.
   *
   * @param group as it now is
   * @param byId who did it, the member itself for one who joined
   */
  default void onMemberAdded(Group group, Member member, ObjectId byId) {}

  /**
   * A group has another name, description or privacy, another owner, or a member another role. On
   * the writer's thread, in commit order, before the one who asked is answered.
   *
   * @param group as it now is
   * @param concernedIds who did it, and the members who have another role
   */
  default void onGroupChanged(Group group, Set<ObjectId> concernedIds) {}

  /**
   * A user is no member any more, removed or gone. On the writer's thread, in commit order, before
   * the one who asked is answered; {@link Directory} knows it already.
   *
   * @param group as it now is
   * @param byId who did it, the user itself for one who left
   */
  default void onMemberRemoved(Group group, ObjectId userId, ObjectId byId) {}

  /**
   * A group is closed: nobody is a member any more. On the writer's thread, in commit order, before
   * the one who asked is answered; {@link Directory} knows it already.
   */
  default void onGroupClosed(ObjectId groupId) {}

  /**
   * A message was sent by way of {@link Postbox}, or by another process that shares the store. On
   * the writer's thread, in commit order, before the sender is answered.
   */
  default void onMessagePosted(Message message, User sender) {}

  /**
   * A message was edited by way of {@link Postbox}; as {@link #onMessagePosted}. Also of one that
   * was refused and made all the same, once that is found out.
   *
   * @param readers of it, as many as are shown
   */
  default void onMessageEdited(Message message, List<Readers.Reader> readers) {}

  /** A message was deleted by way of {@link Postbox}; as {@link #onMessageEdited}. */
  default void onMessageDeleted(Message message, ObjectId deletedBy) {}

  /**
   * Messages of one group were marked as read by way of {@link Postbox}; as {@link
   * #onMessagePosted}.
   *
   * @param messageIds those that are newly read, at least one
   */
  default void onMessagesRead(
      ObjectId groupId, ObjectId userId, List<ObjectId> messageIds, Instant readAt) {}

  /**
   * A user has other names, another image, or is barred or let in again, which {@link
   * User#isActive} says; by the identity provider or another writer of the store. On the writer's
   * thread; {@link Directory} knows it already.
   */
  default void onUserChanged(User user) {}

  /**
   * A user's first session began. For one user this and {@link #onUserOffline} come one at a time
   * and in order, each with that user's lock held; on the thread of {@link Sessions#begin}.
   *
   * @param groupIds the user's groups that are told: those up to {@link
   *     ChatSettings#presenceGroupMax}
   */
  default void onUserOnline(User user, Status status, List<ObjectId> groupIds) {}

  /**
   * A user has been without a session for the grace time. On the timers' thread; order as in {@link
   * #onUserOnline}.
   *
   * @param groupIds the user's groups that are told
   */
  default void onUserOffline(ObjectId userId, List<ObjectId> groupIds) {}

  /**
   * A user who is online became a member of a group that is told. On the writer's thread, right
   * behind {@link #onMemberAdded}; order as in {@link #onUserOnline}, which may have told the group
   * already if the user came at the same moment.
   */
  default void onMemberOnline(User user, Status status, ObjectId groupId) {}

  /**
   * A user who is online has another status, on all devices. On the writer's thread; order as in
   * {@link #onUserOnline}.
   *
   * @param lastSeen when the user said so
   * @param groupIds the user's groups that are told
   * @param socketId the socket by which the user said so, which is not to be told
   */
  default void onStatusChanged(
      ObjectId userId, Status status, Instant lastSeen, List<ObjectId> groupIds, String socketId) {}

  /**
   * A user types in a group, on one or more sockets. This and {@link #onTypingStopped} are called
   * by the timers' thread alone and without a lock, for one user and group in turn, and some time
   * after the fact: what began and ended before its turn is told to nobody. Who is no member by
   * then is not told of; of one who is removed at that moment the end follows.
   *
   * @param socketId the socket on which it began, which is not to be told
   */
  default void onTypingStarted(ObjectId groupId, User user, String socketId) {}

  /**
   * A user types in a group no more, on no socket; not told of a group that was closed. It may come
   * behind the message or the removal that ended it.
   *
   * @param socketId the socket that was not told that it began, and is not to be told of the end
   */
  default void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {}

  /**
   * Something was found that must not be, for the first time. On the thread that has found it.
   *
   * @param words a line that names the place, and holds nothing that somebody wrote
   */
  default void onBrokenPromise(BrokenPromises.Kind kind, String words) {}

  /**
   * Something failed that nobody is told of otherwise, or not with its cause: a commit, a question
   * to the store, a callback that threw. On the thread where it happened.
   *
   * @param doing what was being done, a clause for the log
   */
  default void onFault(String doing, Throwable cause) {}
}
