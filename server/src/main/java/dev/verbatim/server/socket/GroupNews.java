package dev.verbatim.server.socket;

import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.Timers;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import dev.verbatim.socketio.Frame;
import dev.verbatim.socketio.Namespace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells sockets what becomes of their groups. Guarded by its own lock, held while it tells, so that
 * the last that anybody is told of a group is the newest: the writer's thread brings the news in
 * commit order, and the timers' thread tells what was kept back.
 *
 * <p>{@code group_updated} holds the group with its first members, some 90 KB for a thousand, so
 * that telling all of a group that grows one by one costs the square of its size. Up to {@link
 * ChatSettings#presenceGroupMax} members all are told at once. In a larger group those are whom a
 * change is about and who made it; the others are if nothing was told lately, and else get the
 * newest once the interval behind the last telling is over. How long that is {@link
 * Limits#GROUP_NEWS_BYTES_PER_SECOND_MAX} says. What is kept here is of groups within their
 * interval alone.
 *
 * <p>A client that is behind gets the latest of each group, be it that it is out.
 */
final class GroupNews {
  private final Namespace namespace;
  private final Timers timers;
  private final int toldAtOnceMax;
  private final Map<ObjectId, Interval> intervals = new HashMap<>();

  /** The last that was encoded, until the commit ends: all of one commit tells the same group. */
  private @Nullable Encoded encoded;

  /**
   * For the sockets of a namespace.
   *
   * @param presenceGroupMax members up to which all are told at once
   */
  GroupNews(Namespace namespace, Timers timers, int presenceGroupMax) {
    this.namespace = namespace;
    this.timers = timers;
    this.toldAtOnceMax = presenceGroupMax;
  }

  /** The time behind news that all were told. */
  private static final class Interval {
    /** The group as it is since, if anything has come. */
    private @Nullable Group newest;
  }

  private record Encoded(Group group, Frame updated, int bytes) {}

  /** Somebody is a member: the user's sockets enter the group's room before anybody is told. */
  synchronized void onAdded(Group group, ObjectId userId, ObjectId byId) {
    namespace.in(Rooms.user(userId)).socketsJoin(Rooms.group(group.id()));
    tell(group, Rooms.user(userId), Rooms.user(byId));
  }

  /** A group is not as it was. */
  synchronized void onChanged(Group group, Set<ObjectId> concernedIds) {
    tell(group, concernedIds.stream().map(Rooms::user).toArray(String[]::new));
  }

  /**
   * Somebody is a member no more: nothing of the group reaches the user's sockets any more but that
   * they are out.
   */
  synchronized void onRemoved(Group group, ObjectId userId, ObjectId byId) {
    String ofUser = Rooms.user(userId);
    namespace.in(ofUser).socketsLeave(Rooms.ofMembers(group.id()));
    namespace.in(ofUser).send(removed(group.id()));
    if (byId.equals(userId)) {
      tell(group);
    } else {
      tell(group, Rooms.user(byId));
    }
  }

  /** Nobody is a member any more, for good. */
  synchronized void onClosed(ObjectId groupId) {
    intervals.remove(groupId);
    String[] ofMembers = Rooms.ofMembers(groupId);
    namespace.in(ofMembers).send(removed(groupId));
    namespace.in(ofMembers).socketsLeave(ofMembers);
  }

  /** What the next commit brings is another group. */
  synchronized void onCommitEnd() {
    encoded = null;
  }

  /**
   * Tells a group as it now is.
   *
   * @param concerned rooms of those who are to know at once; none for everybody else to
   */
  private void tell(Group group, String... concerned) {
    if (group.members().size() <= toldAtOnceMax) {
      intervals.remove(group.id());
      tellAll(encoded(group));
      return;
    }
    Interval running = intervals.get(group.id());
    if (running == null) {
      tellAllFromTimeToTime(group);
      return;
    }
    running.newest = group;
    if (concerned.length > 0) {
      namespace.in(concerned).send(encoded(group).updated);
    }
  }

  private void tellAllFromTimeToTime(Group group) {
    Encoded news = encoded(group);
    tellAll(news);
    ObjectId groupId = group.id();
    Interval begun = new Interval();
    intervals.put(groupId, begun);
    timers.after(
        interval((long) group.members().size() * news.bytes), () -> onOver(groupId, begun));
  }

  private void tellAll(Encoded news) {
    namespace.in(Rooms.ofMembers(news.group.id())).send(news.updated);
  }

  /** How long it has to be until what costs so many bytes may be told again. */
  private static Duration interval(long bytes) {
    Duration needed =
        Duration.ofMillis(Math.ceilDiv(1_000 * bytes, Limits.GROUP_NEWS_BYTES_PER_SECOND_MAX));
    return needed.compareTo(Limits.GROUP_NEWS_INTERVAL_MIN) < 0
        ? Limits.GROUP_NEWS_INTERVAL_MIN
        : needed;
  }

  private synchronized void onOver(ObjectId groupId, Interval over) {
    // The group may have been closed, or told to all for it had become small enough.
    if (intervals.remove(groupId, over) && over.newest != null) {
      tellAllFromTimeToTime(over.newest);
      encoded = null;
    }
  }

  @SuppressWarnings("ReferenceEquality") // whether it equals would cost a look at all members
  private Encoded encoded(Group group) {
    Encoded known = encoded;
    if (known != null && known.group == group) {
      return known;
    }
    byte[] payload = JsonBytes.ofObject(json -> GroupJson.updated(json, group));
    Frame updated = Frame.event(namespace, "group_updated", payload).conflate(key(group.id()));
    Encoded made = new Encoded(group, updated, payload.length);
    encoded = made;
    return made;
  }

  private Frame removed(ObjectId groupId) {
    return Frames.of(namespace, "group_removed", json -> WireJson.id(json, "groupId", groupId))
        .conflate(key(groupId));
  }

  /** Of a client that is behind: what is newer of a group takes the place of what is older. */
  private static String key(ObjectId groupId) {
    return "group:" + groupId;
  }
}
