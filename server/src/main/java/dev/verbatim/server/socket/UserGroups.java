package dev.verbatim.server.socket;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Membership;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.MessageStore.LastMessage;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The payload of {@code user_groups}: a user's groups in the order in which the user joined, each
 * encoded. What it tells is bounded: beyond {@link Limits#USER_GROUPS_BYTES_MAX} the groups in
 * which nothing was said for longest are told without what is optional. Confined to whoever has it.
 */
final class UserGroups {
  private static final Comparator<Membership> NEWEST_FIRST =
      Comparator.comparing(
              (Membership each) -> each.standing().newestAt(),
              Comparator.nullsFirst(Comparator.<Instant>naturalOrder()))
          .reversed();

  private final Map<ObjectId, byte[]> overviews;

  private UserGroups(Map<ObjectId, byte[]> overviews) {
    this.overviews = overviews;
  }

  /** The groups of a user as they now are. Blocks. */
  static UserGroups read(Chat chat, ObjectId userId) throws StoreException {
    List<Membership> memberships = chat.groups().of(userId);
    Map<ObjectId, byte[]> overviews = LinkedHashMap.newLinkedHashMap(memberships.size());
    for (Membership each : memberships) {
      overviews.put(each.group().id(), GroupJson.briefOverview(each));
    }
    List<Membership> newestFirst = new ArrayList<>(memberships);
    newestFirst.sort(NEWEST_FIRST);
    int bytesLeft = Limits.USER_GROUPS_BYTES_MAX;
    int from = 0;
    while (from < newestFirst.size() && bytesLeft > 0) {
      int to = Math.min(newestFirst.size(), from + Limits.LAST_MESSAGES_READ);
      List<Membership> page = newestFirst.subList(from, to);
      Map<ObjectId, LastMessage> lastMessages =
          chat.messages().lastOf(page.stream().map(each -> each.group().id()).toList());
      for (Membership each : page) {
        if (bytesLeft > 0) {
          ObjectId groupId = each.group().id();
          byte[] overview = GroupJson.overview(each, lastMessages.get(groupId), userId);
          overviews.put(groupId, overview);
          bytesLeft -= overview.length;
        }
      }
      from = to;
    }
    return new UserGroups(overviews);
  }

  /** Which groups they are. */
  Set<ObjectId> ids() {
    return overviews.keySet();
  }

  /** An array of those of them that are among these. */
  byte[] json(Set<ObjectId> among) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    overviews.forEach(
        (groupId, overview) -> {
          if (among.contains(groupId)) {
            json.write(json.size() == 0 ? '[' : ',');
            json.writeBytes(overview);
          }
        });
    if (json.size() == 0) {
      json.write('[');
    }
    json.write(']');
    return json.toByteArray();
  }
}
