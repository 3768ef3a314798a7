package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupsTest {
  private static final ObjectId UNKNOWN = new ObjectId(9, 9);

  private final ChatFixture fixture;
  private final Groups groups;
  private final User ada;
  private final User bob;

  GroupsTest() throws StoreException {
    fixture = new ChatFixture(ChatSettings.builder().messageRate(0, 0).memberships(3, 5).build());
    groups = fixture.chat.groups();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  @Test
  void makesAGroupThatItsMakerOwns() throws Exception {
    Groups.Created created = groups.create(ada.id(), " Tea \n", " about tea ", true);
    Group group = assertInstanceOf(Groups.Created.Done.class, created).group();
    assertEquals("Tea", group.name());
    assertEquals("about tea", group.description());
    assertEquals(ada.id(), group.ownerId());
    assertEquals(List.of(new Member(ada.id(), Role.OWNER, HeldTime.START)), group.members());
    assertEquals(group, fixture.store.group(group.id()).orElseThrow());
    assertEquals(
        List.of(new RecordingListener.Event.MemberAdded(group.id(), ada.id())),
        fixture.listener.events());
  }

  private String invalidField(String name, String description) throws StoreException {
    Groups.Created created = groups.create(ada.id(), name, description, false);
    return assertInstanceOf(Refused.InvalidField.class, created).field();
  }

  @Test
  void namesTheFieldThatCannotBe() throws Exception {
    assertEquals("name", invalidField(" ", ""));
    assertEquals("name", invalidField("n".repeat(101), ""));
    assertEquals("name", invalidField("\ud83d", ""));
    assertEquals("description", invalidField("n", "d".repeat(501)));
    assertEquals("description", invalidField("n", "\ude00"));
    Groups.Created longest = groups.create(ada.id(), "n".repeat(100), "d".repeat(500), false);
    assertInstanceOf(Groups.Created.Done.class, longest);
    Groups.Created bare = groups.create(ada.id(), "n", " ", false);
    assertNull(assertInstanceOf(Groups.Created.Done.class, bare).group().description());
  }

  @Test
  void hidesPrivateGroupsFromOutsiders() throws Exception {
    Group hidden = fixture.group(ada, true);
    assertEquals(new Access.Hidden(), groups.get(bob.id(), hidden.id()));
    assertEquals(new Access.Hidden(), groups.get(bob.id(), UNKNOWN));
    assertEquals(new Access.Member(hidden, Role.OWNER), groups.get(ada.id(), hidden.id()));
    Group open = fixture.group(ada);
    assertEquals(new Access.Outsider(open), groups.get(bob.id(), open.id()));
    fixture.begin(ada);
    assertEquals(new Access.Outsider(open), groups.get(bob.id(), open.id()));
    assertEquals(new Access.Member(open, Role.OWNER), groups.get(ada.id(), open.id()));
  }

  @Test
  void tellsAUserHowEachGroupStands() throws Exception {
    Group first = fixture.group(ada, bob);
    Group second = fixture.group(bob, true);
    for (int i = 1; i <= 3; i++) {
      fixture.send(ada.id(), first.id(), "m" + i, null).join();
    }
    List<Membership> memberships = groups.of(bob.id());
    assertEquals(
        List.of(first.id(), second.id()),
        memberships.stream().map(each -> each.group().id()).toList());
    assertEquals(2, memberships.getFirst().memberCount());
    assertEquals(3, memberships.getFirst().unreadCount());
    assertEquals(0, memberships.getFirst().lastReadSeq());
    fixture.send(bob.id(), first.id(), "mine", null).join();
    assertEquals(0, groups.of(bob.id()).getFirst().unreadCount());
    assertEquals(4, groups.of(bob.id()).getFirst().lastReadSeq());
    assertEquals(memberships.getLast(), groups.of(bob.id()).getLast());
    assertEquals(groups.of(bob.id()), fixture.begin(bob).memberships());
  }

  @Test
  void showsOthersPublicGroupsNewestFirst() throws Exception {
    List<ObjectId> made = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      made.add(fixture.group(ada).id());
      fixture.time.advance(Duration.ofSeconds(1));
    }
    fixture.group(ada, true);
    fixture.group(bob);
    List<Group> found = groups.discover(bob.id(), null, 10);
    assertEquals(made.reversed(), found.stream().map(Group::id).toList());
    assertEquals(found.subList(1, 2), groups.discover(bob.id(), made.getLast(), 1));
    assertEquals(found.subList(0, 1), groups.discover(bob.id(), null, -1));
  }

  @Test
  void failsWhenTheStoreDoes() {
    fixture.store.failCommits(true);
    assertThrows(StoreException.class, () -> groups.create(ada.id(), "x", null, false));
    fixture.store.failCommits(false);
    fixture.listener.forgetFaults();
  }
}
