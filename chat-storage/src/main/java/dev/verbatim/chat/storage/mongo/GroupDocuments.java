package dev.verbatim.chat.storage.mongo;

import static dev.verbatim.chat.storage.mongo.Values.bson;
import static dev.verbatim.chat.storage.mongo.Values.flag;
import static dev.verbatim.chat.storage.mongo.Values.idOrNull;
import static dev.verbatim.chat.storage.mongo.Values.instant;
import static dev.verbatim.chat.storage.mongo.Values.text;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Groups as documents. Others write them too, and not always alike: roles in capitals or as
 * numbers, ids as hex digits, dates as texts, an owner whose role does not say so. Whatever they
 * write, a group that has members has one owner: the one of them whom {@code ownerId} names if that
 * one's role says so or nobody's does, else the first whose role does.
 */
final class GroupDocuments {
  private GroupDocuments() {}

  /**
   * A member as it stands in a document.
   *
   * @param index its place in the array
   * @param element the whole element, which is what a change matches
   */
  record Place(int index, Document element, Member member) {}

  static Group group(Document document) {
    List<Place> places = places(document);
    ObjectId owner = owner(document);
    ObjectId named = idOrNull(document.get(Fields.OWNER_ID));
    ObjectId id = Values.ownId(document);
    Instant createdAt = createdAt(document);
    String description = text(document, Fields.DESCRIPTION);
    return new Group(
        id,
        text(document, Fields.NAME),
        description.isEmpty() ? null : description,
        owner != null ? owner : named != null ? named : Values.NOBODY,
        places.stream().map(Place::member).toList(),
        isPrivate(document),
        isActive(document),
        createdAt,
        instant(document, Fields.UPDATED_AT, createdAt));
  }

  static boolean isPrivate(Document document) {
    return flag(document, Fields.IS_PRIVATE, false);
  }

  static boolean isActive(Document document) {
    return flag(document, Fields.IS_ACTIVE, true);
  }

  static List<Member> members(Document document) {
    return places(document).stream().map(Place::member).toList();
  }

  /** Where a user stands in a group's document; empty for one who is not in the group. */
  static Optional<Place> place(Document document, ObjectId userId) {
    return places(document).stream()
        .filter(place -> place.member().userId().equals(userId))
        .findFirst();
  }

  /** All that stands in a group's document of a user, who may be there twice. */
  static List<Document> elements(Document document, ObjectId userId) {
    List<Document> elements = new ArrayList<>();
    for (Object each : Values.elements(document, Fields.MEMBERS)) {
      if (each instanceof Document element
          && userId.equals(idOrNull(element.get(Fields.USER_ID)))) {
        elements.add(element);
      }
    }
    return elements;
  }

  /** The members as they stand in the document; a user's first element counts. */
  static List<Place> places(Document document) {
    List<Place> places = places(document, Fields.MEMBERS);
    ObjectId owner = owner(document, places);
    places.replaceAll(place -> withOneOwner(place, owner));
    return places;
  }

  /** The members as they say themselves; there may be several owners, or none. */
  private static List<Place> places(Document document, String field) {
    ObjectId named = idOrNull(document.get(Fields.OWNER_ID));
    Instant createdAt = createdAt(document);
    List<Place> places = new ArrayList<>();
    Set<ObjectId> seen = new HashSet<>();
    int index = 0;
    for (Object each : Values.elements(document, field)) {
      ObjectId userId = each instanceof Document of ? idOrNull(of.get(Fields.USER_ID)) : null;
      if (each instanceof Document element && userId != null && seen.add(userId)) {
        Instant joinedAt = instant(element, Fields.JOINED_AT, createdAt);
        Role role = role(element, userId.equals(named));
        places.add(new Place(index, element, new Member(userId, role, joinedAt)));
      }
      index++;
    }
    return places;
  }

  private static Role role(Document element, boolean isNamed) {
    Role absent = isNamed ? Role.OWNER : Role.MEMBER;
    return Values.enumOf(Role.class, element.get(Fields.ROLE), absent);
  }

  /** Who is the owner, null if nobody of the members can be. */
  private static @Nullable ObjectId owner(Document document) {
    return owner(document, places(document, Fields.MEMBERS));
  }

  private static @Nullable ObjectId owner(Document document, List<Place> places) {
    ObjectId named = idOrNull(document.get(Fields.OWNER_ID));
    // Of a group that is told with some of its members those who may be the owner stand apart.
    List<Place> candidates = places(document, Fields.OWNERS);
    candidates.addAll(places);
    ObjectId first = null;
    boolean isNamedIn = false;
    for (Place place : candidates) {
      ObjectId userId = place.member().userId();
      if (place.member().role() == Role.OWNER) {
        if (userId.equals(named)) {
          return named;
        }
        first = first == null ? userId : first;
      }
      isNamedIn |= userId.equals(named);
    }
    if (first != null) {
      return first;
    }
    if (isNamedIn) {
      return named;
    }
    boolean isWhole = !document.containsKey(Fields.OWNERS);
    return named == null && isWhole && !places.isEmpty()
        ? places.getFirst().member().userId()
        : null;
  }

  private static Place withOneOwner(Place place, @Nullable ObjectId owner) {
    Member member = place.member();
    boolean isOwner = member.userId().equals(owner);
    if (isOwner == (member.role() == Role.OWNER)) {
      return place;
    }
    Role role = isOwner ? Role.OWNER : Role.ADMIN;
    return new Place(
        place.index(), place.element(), new Member(member.userId(), role, member.joinedAt()));
  }

  private static Instant createdAt(Document document) {
    return instant(document, Fields.CREATED_AT, Values.madeAt(Values.ownId(document)));
  }

  static Document document(Group group) {
    Document document = new Document(Fields.ID, bson(group.id())).append(Fields.NAME, group.name());
    Values.put(document, Fields.DESCRIPTION, group.description());
    return document
        .append(Fields.OWNER_ID, bson(group.ownerId()))
        .append(Fields.MEMBERS, group.members().stream().map(GroupDocuments::element).toList())
        .append(Fields.IS_PRIVATE, group.isPrivate())
        .append(Fields.IS_ACTIVE, group.isActive())
        .append(Fields.CREATED_AT, bson(group.createdAt()))
        .append(Fields.UPDATED_AT, bson(group.updatedAt()));
  }

  /** A member as an element of the array. */
  static Document element(Member member) {
    return new Document(Fields.USER_ID, bson(member.userId()))
        .append(Fields.ROLE, Values.word(member.role()))
        .append(Fields.JOINED_AT, bson(member.joinedAt()));
  }
}
