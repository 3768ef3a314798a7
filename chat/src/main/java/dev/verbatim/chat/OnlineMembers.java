package dev.verbatim.chat;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who of a group is online, and who of all groups of a user. Stateless: it looks at {@link
 * Presence} and the {@link Directory} as they are, which may change meanwhile. For any thread;
 * never blocks, but looks at many where groups are large.
 */
public final class OnlineMembers {
  private final Presence presence;
  private final Directory directory;
  private final int groupMax;
  private final int listMax;
  private final int coMembersListMax;
  private final int coMembersLookedAtMax;

  OnlineMembers(Presence presence, Directory directory, ChatSettings settings) {
    this.presence = presence;
    this.directory = directory;
    groupMax = settings.presenceGroupMax();
    listMax = settings.presenceListMax();
    coMembersListMax = settings.coMembersListMax();
    coMembersLookedAtMax = settings.coMembersLookedAtMax();
  }

  /**
   * The members of a group who are online, the one who asks first if that is one of them; at most
   * {@link ChatSettings#presenceListMax} in a group that is not told who comes and goes.
   */
  public List<ObjectId> of(ObjectId groupId, ObjectId askerId) {
    Group group = directory.group(groupId);
    if (group == null) {
      return List.of();
    }
    List<ObjectId> found = new ArrayList<>();
    if (presence.isOnline(askerId) && directory.role(askerId, groupId) != null) {
      found.add(askerId);
    }
    int _ = look(group, askerId, listMax(group) - found.size(), Integer.MAX_VALUE, found);
    return found;
  }

  /** How many of a group are listed. */
  private int listMax(Group group) {
    return group.members().size() <= groupMax ? Integer.MAX_VALUE : listMax;
  }

  /**
   * Looks for members of a group who are online, among the fewer: its members, or those online.
   *
   * @param askerId who is passed over
   * @param foundMax of whom so many are found
   * @param lookedAtMax of these
   * @param found gets them
   * @return at how many it looked
   */
  private int look(
      Group group, ObjectId askerId, int foundMax, int lookedAtMax, Collection<ObjectId> found) {
    int left = foundMax;
    int lookedAt = 0;
    boolean byMember = group.members().size() <= presence.onlineCount();
    Iterator<ObjectId> candidates =
        byMember ? group.members().stream().map(Member::userId).iterator() : presence.onlineIds();
    while (left > 0 && lookedAt < lookedAtMax && candidates.hasNext()) {
      ObjectId userId = candidates.next();
      lookedAt++;
      if (!userId.equals(askerId)
          && presence.isOnline(userId)
          && (byMember || directory.role(userId, group.id()) != null)) {
        found.add(userId);
        left--;
      }
    }
    return lookedAt;
  }

  /** Those of {@link #of}, with their values. */
  public List<Presence.Entry> entriesOf(ObjectId groupId, ObjectId askerId) {
    return entriesOf(of(groupId, askerId));
  }

  /**
   * Everybody online who shares a group with a user who is here, that user first; at most {@link
   * ChatSettings#coMembersListMax}, found among {@link ChatSettings#coMembersLookedAtMax}, and of
   * each group as many as {@link #of} tells.
   */
  public List<Presence.Entry> coMembers(ObjectId userId) {
    Set<ObjectId> found = new LinkedHashSet<>();
    if (presence.isOnline(userId)) {
      found.add(userId);
    }
    int self = found.size();
    int lookedAtMax = coMembersLookedAtMax;
    for (ObjectId groupId : directory.groupIds(userId)) {
      Group group = directory.group(groupId);
      if (group != null) {
        lookedAtMax -= look(group, userId, listMax(group) - self, lookedAtMax, found);
      }
      if (found.size() >= coMembersListMax) {
        return entriesOf(found.stream().limit(coMembersListMax).toList());
      }
    }
    return entriesOf(found);
  }

  /**
   * Whether {@link #coMembers} has no more to look at than it lists of one large group: then it
   * takes less than a millisecond.
   */
  public boolean isQuick(ObjectId userId) {
    int left = listMax;
    for (ObjectId groupId : directory.groupIds(userId)) {
      left -= directory.memberCount(groupId);
      if (left < 0) {
        return false;
      }
    }
    return true;
  }

  private List<Presence.Entry> entriesOf(Iterable<ObjectId> userIds) {
    List<Presence.Entry> entries = new ArrayList<>();
    for (ObjectId userId : userIds) {
      Presence.Entry entry = presence.entry(userId);
      if (entry != null) {
        entries.add(entry);
      }
    }
    return entries;
  }
}
