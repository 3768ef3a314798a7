package dev.verbatim.server.socket;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashMap;
import java.util.Map;

/**
 * The {@code join_group} events of one socket that are under way, so that the order in which a
 * client joined and left is kept however long each join takes. Confined to the socket's event loop.
 * It holds nothing of a group without a join under way; how many there can be is bounded by the
 * writer's queue and by the chat's questions, in which they wait.
 *
 * <p>Leaving the room ends every join that began before. So does a join that fails, for the socket
 * has to be out of the room then, unless a later join has been answered: that one promised that
 * what is new comes.
 */
final class Joins {
  /** None, most of the time: then it takes no memory. */
  private Map<ObjectId, InGroup> groups = Map.of();

  /** One join; numbers grow with time. */
  record Join(ObjectId groupId, int number) {}

  private static final class InGroup {
    int underWay;
    int newest;

    /** Those up to here are overtaken. */
    int overtaken;

    /** The newest that was answered. */
    int answered;
  }

  Join begin(ObjectId groupId) {
    if (groups.isEmpty()) {
      groups = new HashMap<>();
    }
    InGroup group = groups.computeIfAbsent(groupId, _ -> new InGroup());
    group.underWay++;
    return new Join(groupId, ++group.newest);
  }

  /** Whether the socket has left the room since the join began. */
  boolean isOvertaken(Join join) {
    return join.number() <= group(join).overtaken;
  }

  /** The join is about to be answered. */
  void onJoined(Join join) {
    InGroup group = group(join);
    group.answered = Math.max(group.answered, join.number());
    end(join);
  }

  /** The join is refused, and the room stays as it is for the socket. */
  void onRefused(Join join) {
    end(join);
  }

  /**
   * The join failed on its way.
   *
   * @return whether the socket has to leave the room
   */
  boolean onFailed(Join join) {
    InGroup group = group(join);
    boolean leaves = join.number() > Math.max(group.answered, group.overtaken);
    if (leaves) {
      group.overtaken = group.newest;
    }
    end(join);
    return leaves;
  }

  /** The socket leaves a room. */
  void onLeave(ObjectId groupId) {
    InGroup group = groups.get(groupId);
    if (group != null) {
      group.overtaken = group.newest;
    }
  }

  private void end(Join join) {
    if (--group(join).underWay == 0) {
      groups.remove(join.groupId());
      if (groups.isEmpty()) {
        groups = Map.of();
      }
    }
  }

  private InGroup group(Join join) {
    InGroup group = groups.get(join.groupId());
    if (group == null) {
      throw new IllegalStateException("The join has ended: " + join);
    }
    return group;
  }
}
