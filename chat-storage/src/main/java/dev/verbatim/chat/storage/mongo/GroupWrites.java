package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.pullAll;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.storage.mongo.GroupDocuments.Place;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.GroupPut;
import dev.verbatim.chat.store.Write.PutGroup;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Writes of groups and their members. Confined to the writer.
 *
 * <p>A change is decided by the group as it was read, and made only if what it relies on is still
 * so: its one update says so in its filter. Otherwise it is decided anew.
 */
final class GroupWrites {
  private final Collections collections;
  private final UserWrites users;
  private final Limits limits;

  GroupWrites(Collections collections, UserWrites users, Limits limits) {
    this.collections = collections;
    this.users = users;
    this.limits = limits;
  }

  GroupPut put(PutGroup write, Attempts attempts) throws StoreException {
    Group group = write.group();
    Set<ObjectId> userIds = new HashSet<>();
    for (Member member : group.members()) {
      if (!userIds.add(member.userId())) {
        throw new StoreException("User %s is twice in a group".formatted(member.userId()));
      }
    }
    boolean isNew =
        attempts.insert(
            collections.groups(),
            GroupDocuments.document(group),
            eq(Fields.ID, Values.bson(group.id())));
    Optional<Group> stored = byId(group.id(), attempts);
    while (stored.isEmpty()) {
      // Another process has put it there, and a majority may not have it yet.
      attempts.unseen("Group " + group.id() + " is not to be seen");
      stored = byId(group.id(), attempts);
    }
    return new GroupPut(stored.get(), isNew);
  }

  Optional<Group> byId(ObjectId id, Attempts attempts) throws StoreException {
    return Optional.ofNullable(documentOrNull(id, attempts)).map(GroupDocuments::group);
  }

  private @Nullable Document documentOrNull(ObjectId id, Attempts attempts) throws StoreException {
    return attempts.repeat(() -> collections.groups().find(eq(Fields.ID, Values.bson(id))).first());
  }

  /** Whether a user is in a group, which is active. */
  boolean isMember(ObjectId userId, ObjectId groupId, Attempts attempts) throws StoreException {
    Document group =
        attempts.repeat(
            () ->
                collections
                    .groups()
                    .find(
                        new Document(Fields.ID, Values.bson(groupId))
                            .append(
                                Fields.MEMBERS_USER_ID,
                                new Document("$in", Values.eitherShape(userId))))
                    .projection(include(Fields.IS_ACTIVE))
                    .first());
    return group != null && GroupDocuments.isActive(group);
  }

  /** The role of a user in an active group, if there is such a group. */
  Optional<Affiliate> affiliate(ObjectId userId, ObjectId groupId, Attempts attempts)
      throws StoreException {
    Document group = documentOrNull(groupId, attempts);
    if (group == null || !GroupDocuments.isActive(group)) {
      return Optional.empty();
    }
    return Optional.of(
        new Affiliate(
            GroupDocuments.place(group, userId).map(place -> place.member().role()).orElse(null)));
  }

  /** What a user is to an active group. */
  record Affiliate(@Nullable Role role) {}

  GroupChanged change(GroupChange change, Attempts attempts) throws StoreException {
    boolean hasLostAnswer = false;
    for (int i = 0; i < limits.changeAttemptsMax(); i++) {
      Document group = documentOrNull(change.groupId(), attempts);
      if (hasLostAnswer && group != null && isDone(change, group)) {
        return new GroupChanged.Done();
      }
      if (group == null || !GroupDocuments.isActive(group)) {
        return new GroupChanged.NoGroup();
      }
      Place by = placeOrNull(group, change.byId());
      Place member = placeOrNull(group, change.memberId());
      GroupChanged obstacle = change.obstacle(facts(change, group, by, member, attempts));
      if (obstacle != null) {
        return obstacle;
      }
      Bson same = same(change, group, by, member);
      Bson update = combine(update(change, group, by, member), set(Fields.UPDATED_AT, at(change)));
      try {
        boolean isMade = collections.groups().updateOne(same, update).getMatchedCount() == 1;
        attempts.succeeded();
        if (isMade) {
          return new GroupChanged.Done();
        }
      } catch (MongoException e) {
        hasLostAnswer = true;
        attempts.failed(e);
      }
    }
    throw new RejectedException("Others change group " + change.groupId() + " all the time");
  }

  private static java.util.Date at(GroupChange change) {
    return Values.bson(change.at());
  }

  private static @Nullable Place placeOrNull(Document group, @Nullable ObjectId userId) {
    return userId == null ? null : GroupDocuments.place(group, userId).orElse(null);
  }

  private GroupChange.Facts facts(
      GroupChange change,
      Document group,
      @Nullable Place by,
      @Nullable Place member,
      Attempts attempts)
      throws StoreException {
    ObjectId memberId = change.memberId();
    return new GroupChange.Facts(
        GroupDocuments.isPrivate(group),
        roleOrNull(by),
        roleOrNull(member),
        memberId != null && users.isActive(memberId, attempts));
  }

  private static @Nullable Role roleOrNull(@Nullable Place place) {
    return place == null ? null : place.member().role();
  }

  /** That the group is as it was read, in all that the change relies on. */
  private static Bson same(
      GroupChange change, Document group, @Nullable Place by, @Nullable Place member) {
    Document same =
        new Document(Fields.ID, Values.bson(change.groupId()))
            .append(Fields.IS_ACTIVE, new Document("$ne", false));
    addSame(same, group, Fields.IS_PRIVATE, "");
    addSame(same, group, Fields.OWNER_ID, "");
    addSame(same, by);
    addSame(same, member);
    ObjectId memberId = change.memberId();
    if (memberId != null && member == null) {
      same.append(Fields.MEMBERS_USER_ID, new Document("$nin", Values.eitherShape(memberId)));
    }
    return same;
  }

  private static void addSame(Document same, @Nullable Place place) {
    if (place != null) {
      String path = Fields.MEMBERS + "." + place.index() + ".";
      addSame(same, place.element(), Fields.USER_ID, path);
      addSame(same, place.element(), Fields.ROLE, path);
    }
  }

  private static void addSame(Document same, Document read, String field, String path) {
    same.append(
        path + field, read.containsKey(field) ? read.get(field) : new Document("$exists", false));
  }

  /** Does what {@link GroupChange#appliedTo} does but for the time. */
  private static Bson update(
      GroupChange change, Document group, @Nullable Place by, @Nullable Place member) {
    return switch (change) {
      case GroupChange.ChangeSettings settings -> settings(settings);
      case GroupChange.AddMember add -> push(Fields.MEMBERS, GroupDocuments.element(add.member()));
      case GroupChange.RemoveMember _ ->
          pullAll(Fields.MEMBERS, GroupDocuments.elements(group, there(member).member().userId()));
      case GroupChange.ChangeRole role -> setRole(there(member), role.role());
      case GroupChange.TransferOwnership transfer ->
          combine(
              setRole(there(by), Role.ADMIN),
              setRole(there(member), Role.OWNER),
              set(Fields.OWNER_ID, Values.bson(transfer.memberId())));
      case GroupChange.CloseGroup _ -> set(Fields.IS_ACTIVE, false);
    };
  }

  private static Place there(@Nullable Place place) {
    if (place == null) {
      throw new IllegalStateException("A change of somebody's place that is not there");
    }
    return place;
  }

  private static Bson setRole(Place place, Role role) {
    return set(Fields.MEMBERS + "." + place.index() + "." + Fields.ROLE, Values.word(role));
  }

  private static Bson settings(GroupChange.ChangeSettings settings) {
    List<Bson> all = new ArrayList<>();
    String name = settings.name();
    String description = settings.description();
    Boolean isPrivate = settings.isPrivate();
    if (name != null) {
      all.add(set(Fields.NAME, name));
    }
    if (description != null) {
      all.add(
          description.isEmpty() ? unset(Fields.DESCRIPTION) : set(Fields.DESCRIPTION, description));
    }
    if (isPrivate != null) {
      all.add(set(Fields.IS_PRIVATE, isPrivate));
    }
    return combine(all);
  }

  /** Whether a change whose answer was lost is there: what it makes, as of its time. */
  private static boolean isDone(GroupChange change, Document document) {
    Group group = GroupDocuments.group(document);
    Instant at = Values.kept(change.at());
    boolean isLast = group.updatedAt().equals(at);
    ObjectId memberId = change.memberId();
    Place member = placeOrNull(document, memberId);
    return switch (change) {
      case GroupChange.AddMember add ->
          member != null
              && member.member().joinedAt().equals(at)
              && member.member().role() == add.member().role();
      case GroupChange.RemoveMember _ -> isLast && member == null;
      case GroupChange.ChangeRole role -> isLast && roleOrNull(member) == role.role();
      case GroupChange.TransferOwnership _ -> isLast && roleOrNull(member) == Role.OWNER;
      case GroupChange.CloseGroup _ -> isLast && !group.isActive();
      case GroupChange.ChangeSettings settings ->
          isLast
              && (settings.name() == null || settings.name().equals(group.name()))
              && (settings.description() == null
                  || settings
                      .description()
                      .equals(Objects.requireNonNullElse(group.description(), "")))
              && (settings.isPrivate() == null || settings.isPrivate() == group.isPrivate());
    };
  }
}
