package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.nor;
import static com.mongodb.client.model.Projections.include;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.storage.mongo.MessageQueries.Newest;
import dev.verbatim.chat.store.GroupStore.Affiliation;
import dev.verbatim.chat.store.GroupStore.Standing;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** Questions about groups and their members. For any thread. */
final class GroupQueries {
  private static final Bson ACTIVE = ne(Fields.IS_ACTIVE, false);
  private static final Bson TIMES = include(Fields.CREATED_AT, Fields.UPDATED_AT);

  private final Collections collections;
  private final GroupExcerpts excerpts;
  private final MessageQueries messages;
  private final ReadQueries reads;

  GroupQueries(Collections collections, MessageQueries messages, ReadQueries reads) {
    this.collections = collections;
    this.excerpts = new GroupExcerpts(collections.groups());
    this.messages = messages;
    this.reads = reads;
  }

  Optional<Group> byId(ObjectId id) throws StoreException {
    return Questions.ask(
        () ->
            Optional.ofNullable(collections.groups().find(isGroup(id)).first())
                .map(GroupDocuments::group));
  }

  /** Those of these groups that exist, with all their members. */
  Map<ObjectId, Group> byIds(Collection<ObjectId> ids) throws StoreException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return Questions.ask(
        () -> {
          Map<ObjectId, Group> groups = HashMap.newHashMap(ids.size());
          for (Document each : collections.groups().find(in(Fields.ID, Values.bson(ids)))) {
            Group group = GroupDocuments.group(each);
            groups.put(group.id(), group);
          }
          return groups;
        });
  }

  /** When each of these groups that exists was changed last. */
  Map<ObjectId, Instant> changedAt(Collection<ObjectId> ids) throws StoreException {
    if (ids.isEmpty()) {
      return Map.of();
    }
    return Questions.ask(
        () -> {
          Map<ObjectId, Instant> changedAt = HashMap.newHashMap(ids.size());
          for (Document each :
              collections.groups().find(in(Fields.ID, Values.bson(ids))).projection(TIMES)) {
            Group group = GroupDocuments.group(each);
            changedAt.put(group.id(), group.updatedAt());
          }
          return changedAt;
        });
  }

  Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws StoreException {
    return Questions.ask(
        () ->
            excerpts.find(isGroup(id), GroupExcerpts.first(membersMax)).stream()
                .map(document -> excerpt(document, membersMax))
                .findFirst());
  }

  private static GroupExcerpt excerpt(Document document, int membersMax) {
    GroupExcerpt told = GroupExcerpt.of(GroupDocuments.group(document), Math.max(0, membersMax));
    return document.containsKey(Fields.MEMBER_COUNT)
        ? new GroupExcerpt(
            told.group(), Math.toIntExact(Values.number(document, Fields.MEMBER_COUNT)))
        : told;
  }

  /** Members of a group; empty if the one behind whom they are to stand is not in it. */
  Optional<List<Member>> members(ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException {
    int count = Math.max(0, limit);
    Document some = after == null ? GroupExcerpts.first(count) : GroupExcerpts.from(after, count);
    List<Document> found = Questions.ask(() -> excerpts.find(isGroup(groupId), some));
    List<Member> members = found.isEmpty() ? List.of() : GroupDocuments.members(found.getFirst());
    int start = 0;
    if (after != null) {
      while (start < members.size() && !members.get(start).userId().equals(after)) {
        start++;
      }
      if (start == members.size()) {
        return Optional.empty();
      }
      start++;
    }
    return Optional.of(List.copyOf(members.subList(start, end(members, start, count))));
  }

  private static int end(List<Member> members, int start, int count) {
    return start + Math.min(count, members.size() - start);
  }

  /** What a user is to a group that is not closed. */
  Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId) throws StoreException {
    return Questions.ask(
        () ->
            excerpts.find(and(isGroup(groupId), ACTIVE), GroupExcerpts.only(userId)).stream()
                .map(
                    group ->
                        new Affiliation(
                            GroupDocuments.isPrivate(group),
                            GroupDocuments.place(group, userId)
                                .map(place -> place.member().role())
                                .orElse(null)))
                .findFirst());
  }

  Map<ObjectId, Role> roles(ObjectId userId) throws StoreException {
    Map<ObjectId, Role> roles = new HashMap<>();
    for (Membership each : memberships(userId, and(isMember(userId), ACTIVE))) {
      roles.put(each.groupId(), each.member().role());
    }
    return roles;
  }

  List<Standing> standings(ObjectId userId) throws StoreException {
    return standings(userId, and(isMember(userId), ACTIVE));
  }

  Optional<Standing> standing(ObjectId userId, ObjectId groupId) throws StoreException {
    return standings(userId, and(isGroup(groupId), isMember(userId), ACTIVE)).stream().findFirst();
  }

  private List<Standing> standings(ObjectId userId, Bson filter) throws StoreException {
    List<Membership> memberships = memberships(userId, filter);
    Map<ObjectId, Long> lastReads =
        reads.lastReads(userId, memberships.stream().map(Membership::groupId).toList());
    List<Standing> standings = new ArrayList<>(memberships.size());
    for (Membership each : memberships) {
      Optional<Newest> newest = Questions.unlessUncounted(() -> messages.newest(each.groupId()));
      standings.add(
          new Standing(
              each.groupId(),
              each.member().role(),
              each.member().joinedAt(),
              newest.map(Newest::seq).orElse(0L),
              newest.map(Newest::createdAt).orElse(null),
              lastReads.getOrDefault(each.groupId(), 0L)));
    }
    return standings;
  }

  /** A user's places in groups, in the order in which the user joined. */
  private List<Membership> memberships(ObjectId userId, Bson filter) throws StoreException {
    List<Document> groups = Questions.ask(() -> excerpts.find(filter, GroupExcerpts.only(userId)));
    List<Membership> memberships = new ArrayList<>(groups.size());
    for (Document group : groups) {
      GroupDocuments.place(group, userId)
          .ifPresent(place -> memberships.add(new Membership(Values.ownId(group), place.member())));
    }
    memberships.sort(
        Comparator.comparing((Membership each) -> each.member().joinedAt())
            .thenComparing(Membership::groupId));
    return memberships;
  }

  private record Membership(ObjectId groupId, Member member) {}

  /** Public, active groups that a user is not in, the highest id first. */
  List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    if (limit <= 0) {
      return List.of();
    }
    // Absent means public and active; these lists leave the order to the index all the same.
    Bson open =
        and(
            in(Fields.IS_PRIVATE, Arrays.asList(false, null)),
            in(Fields.IS_ACTIVE, Arrays.asList(true, null)),
            nor(isMember(userId)));
    Bson filter = after == null ? open : and(open, lt(Fields.ID, Values.bson(after)));
    return Questions.ask(
        () ->
            excerpts.newest(filter, GroupExcerpts.first(0), limit).stream()
                .map(group -> excerpt(group, 0))
                .toList());
  }

  /** The active groups in which at least one of these users is. */
  List<ObjectId> idsOf(Collection<ObjectId> userIds) throws StoreException {
    if (userIds.isEmpty()) {
      return List.of();
    }
    List<Object> shapes =
        userIds.stream().flatMap(userId -> Values.eitherShape(userId).stream()).toList();
    return Questions.ask(
        () ->
            collections
                .groups()
                .find(and(in(Fields.MEMBERS_USER_ID, shapes), ACTIVE))
                .projection(new Document(Fields.ID, 1))
                .map(Values::ownId)
                .into(new ArrayList<>()));
  }

  private static Bson isGroup(ObjectId id) {
    return eq(Fields.ID, Values.bson(id));
  }

  private static Bson isMember(ObjectId userId) {
    return in(Fields.MEMBERS_USER_ID, Values.eitherShape(userId));
  }
}
