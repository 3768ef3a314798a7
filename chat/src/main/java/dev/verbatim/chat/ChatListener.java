package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Status;
import dev.verbatim.chat.model.User;
import java.util.List;

/**
 * What the chat tells of its own accord. Every method is called on a thread of the chat or of a
 * caller's, as it says, and must neither block nor throw; what it throws goes to {@link #onFault}.
 */
public interface ChatListener {
  /** Tells nobody. */
  ChatListener NONE = new ChatListener() {};

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
   */
  default void onMemberAdded(Group group, Member member) {}

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

  /** A user's typing on a socket ended because nothing came for a while. On the timers' thread. */
  default void onTypingStopped(ObjectId groupId, ObjectId userId, String socketId) {}

  /**
   * Something failed that nobody is told of otherwise, or not with its cause: a commit, a question
   * to the store, a callback that threw. On the thread where it happened.
   *
   * @param doing what was being done, a clause for the log
   */
  default void onFault(String doing, Throwable cause) {}
}
