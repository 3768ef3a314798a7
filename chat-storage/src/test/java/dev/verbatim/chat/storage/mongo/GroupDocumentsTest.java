package dev.verbatim.chat.storage.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.Samples;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GroupDocumentsTest {
  private static final Instant MADE = Instant.parse("2025-01-02T03:04:05Z");

  private static Document group(@Nullable Object ownerId, Object... members) {
    Document document =
        new Document(Fields.ID, Values.bson(Samples.groupId(1)))
            .append(Fields.NAME, "Old")
            .append(Fields.MEMBERS, Arrays.asList(members))
            .append(Fields.CREATED_AT, Date.from(MADE));
    Values.put(document, Fields.OWNER_ID, ownerId);
    return document;
  }

  private static Document member(int user, @Nullable Object role) {
    return new Document(Fields.USER_ID, Values.bson(Samples.userId(user)))
        .append(Fields.ROLE, role);
  }

  private static Object id(int user) {
    return Values.bson(Samples.userId(user));
  }

  private static List<Role> roles(Document document) {
    return GroupDocuments.group(document).members().stream().map(Member::role).toList();
  }

  @Test
  void readsBackWhatItWrites() {
    for (Group group : List.of(Samples.group(1, 2, 3, 4), Samples.group(2, true, false, 1))) {
      assertEquals(group, GroupDocuments.group(GroupDocuments.document(group)));
    }
  }

  @Test
  void readsWhatAnotherPlatformWrites() {
    Document document =
        group(
                Samples.userId(1).toString(),
                new Document(Fields.USER_ID, Samples.userId(1).toString().toUpperCase(Locale.ROOT))
                    .append(Fields.ROLE, "Owner")
                    .append(Fields.JOINED_AT, "2025-02-03T04:05:06.789+01:00")
                    .append("Nickname", "boss"),
                new Document(Fields.USER_ID, Samples.userId(2).toString())
                    .append(Fields.ROLE, "Admin")
                    .append(Fields.JOINED_AT, "2025-02-03T04:05:06.7891234Z"),
                new Document(Fields.USER_ID, id(3))
                    .append(Fields.ROLE, 2)
                    .append(Fields.JOINED_AT, "2025-02-03T04:05:06"))
            .append(Fields.UPDATED_AT, "2025-03-01T00:00:00Z")
            .append("Settings", new Document("theme", "dark"));
    Group group = GroupDocuments.group(document);
    assertEquals(
        List.of(
            new Member(Samples.userId(1), Role.OWNER, Instant.parse("2025-02-03T03:05:06.789Z")),
            new Member(Samples.userId(2), Role.ADMIN, Instant.parse("2025-02-03T04:05:06.789Z")),
            new Member(Samples.userId(3), Role.MEMBER, Instant.parse("2025-02-03T04:05:06Z"))),
        group.members());
    assertEquals(Samples.userId(1), group.ownerId());
    assertFalse(group.isPrivate());
    assertTrue(group.isActive());
    assertNull(group.description());
    assertEquals(Instant.parse("2025-03-01T00:00:00Z"), group.updatedAt());
  }

  @Test
  void makesTheNamedOneTheOwnerIfNoRoleSaysWho() {
    assertEquals(
        List.of(Role.MEMBER, Role.OWNER), roles(group(id(2), member(1, "member"), member(2, 0))));
    assertEquals(
        List.of(Role.ADMIN, Role.OWNER),
        roles(group(id(2), member(1, "admin"), member(2, "member"))));
  }

  @Test
  void hasOneOwnerWhereSeveralRolesSaySo() {
    assertEquals(
        List.of(Role.ADMIN, Role.OWNER),
        roles(group(id(2), member(1, "owner"), member(2, "owner"))));
    assertEquals(
        List.of(Role.OWNER, Role.ADMIN),
        roles(group(id(9), member(1, "owner"), member(2, "owner"))));
  }

  @Test
  void findsAnOwnerWhereNoneIsNamed() {
    Group byRole = GroupDocuments.group(group(null, member(1, "member"), member(2, "OWNER")));
    assertEquals(Samples.userId(2), byRole.ownerId());
    Group byPlace = GroupDocuments.group(group(null, member(1, "member"), member(2, "member")));
    assertEquals(Samples.userId(1), byPlace.ownerId());
    assertEquals(Role.OWNER, byPlace.members().getFirst().role());
    assertEquals(Values.NOBODY, GroupDocuments.group(group(null)).ownerId());
  }

  @Test
  void leavesGroupOfAnOwnerOutsideWithoutOne() {
    Group group = GroupDocuments.group(group(id(9), member(1, "member")));
    assertEquals(Samples.userId(9), group.ownerId());
    assertEquals(Role.MEMBER, group.members().getFirst().role());
  }

  @Test
  void passesOverWhatIsNoMemberAndKeepsThePlacesOfTheOthers() {
    Document document =
        group(
            id(1),
            "nonsense",
            member(1, "owner"),
            new Document(Fields.USER_ID, "not hex"),
            member(2, null),
            member(2, "admin"));
    assertEquals(
        List.of(1, 3),
        GroupDocuments.places(document).stream().map(GroupDocuments.Place::index).toList());
    assertEquals(
        Role.MEMBER,
        GroupDocuments.place(document, Samples.userId(2)).orElseThrow().member().role());
    assertEquals(MADE, GroupDocuments.members(document).getFirst().joinedAt());
  }

  @Test
  void readsGroupWithoutFields() {
    Group group = GroupDocuments.group(new Document(Fields.ID, Values.bson(Samples.groupId(1))));
    assertEquals(List.of(), group.members());
    assertEquals("", group.name());
    assertTrue(group.isActive());
    assertEquals(Values.madeAt(group.id()), group.createdAt());
  }
}
