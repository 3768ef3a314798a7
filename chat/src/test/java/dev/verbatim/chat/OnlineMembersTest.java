package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnlineMembersTest {
  private final ChatFixture fixture;
  private final OnlineMembers onlineMembers;
  private final User ada;
  private final User bob;
  private final Group group;

  OnlineMembersTest() throws StoreException {
    fixture =
        new ChatFixture(
            ChatSettings.builder()
                .messageRate(0, 0)
                .presenceGroupMax(3)
                .presenceLists(2, 4)
                .build());
    onlineMembers = fixture.chat.onlineMembers();
    ada = fixture.user("ada");
    bob = fixture.user("bob");
    group = fixture.group(ada, bob);
  }

  @AfterEach
  void close() throws StoreException {
    fixture.close();
    assertEquals(List.of(), fixture.listener.faults());
  }

  private void begin(User user) throws StoreException {
    Sessions.Login _ = fixture.begin(user);
  }

  @Test
  void listsAllOfASmallGroupAndAsManyAsTheBoundOfALargeOne() throws Exception {
    User carol = fixture.user("carol");
    User dan = fixture.user("dan");
    Group large = fixture.group(ada, bob, carol, dan);
    for (User each : List.of(ada, bob, carol, dan)) {
      begin(each);
    }
    assertEquals(2, onlineMembers.of(large.id(), ada.id()).size());
    assertEquals(Set.of(ada.id(), bob.id()), Set.copyOf(onlineMembers.of(group.id(), ada.id())));
  }

  @Test
  void listsTheOneWhoAsksHoweverManyOthersThereAre() throws Exception {
    User carol = fixture.user("carol");
    User dan = fixture.user("dan");
    List<User> all = List.of(ada, bob, carol, dan);
    Group large = fixture.group(ada, bob, carol, dan);
    for (User each : all) {
      begin(each);
    }
    begin(fixture.user("stranger"));
    for (User each : all) {
      assertEquals(each.id(), onlineMembers.of(large.id(), each.id()).getFirst());
      assertEquals(2, Set.copyOf(onlineMembers.of(large.id(), each.id())).size());
      assertEquals(each, onlineMembers.entriesOf(large.id(), each.id()).getFirst().user());
    }
    // Fewer are online than are members: they are looked for among those online.
    Group larger =
        fixture.group(
            ada, bob, carol, dan, fixture.user("a"), fixture.user("b"), fixture.user("c"));
    for (User each : all) {
      assertEquals(each.id(), onlineMembers.of(larger.id(), each.id()).getFirst());
      assertEquals(2, Set.copyOf(onlineMembers.of(larger.id(), each.id())).size());
    }
    User stranger = fixture.user("stranger");
    assertFalse(onlineMembers.of(large.id(), stranger.id()).contains(stranger.id()));
  }

  @Test
  void listsThoseWhoShareAGroup() throws Exception {
    User carol = fixture.user("carol");
    User stranger = fixture.user("stranger");
    Group other = fixture.group(ada, carol);
    begin(ada);
    begin(bob);
    begin(carol);
    begin(stranger);
    assertEquals(Set.of(ada.id(), bob.id(), carol.id()), idsOf(onlineMembers.coMembers(ada.id())));
    assertEquals(Set.of(ada.id(), bob.id()), idsOf(onlineMembers.coMembers(bob.id())));
    assertEquals(Set.of(stranger.id()), idsOf(onlineMembers.coMembers(stranger.id())));
    assertEquals(Set.of(ada.id(), carol.id()), Set.copyOf(onlineMembers.of(other.id(), ada.id())));
    assertEquals(List.of(), onlineMembers.of(new ObjectId(9, 9), ada.id()));
    for (int i = 0; i < 4; i++) {
      User more = fixture.user("more" + i);
      fixture.group(ada, more);
      begin(more);
    }
    assertEquals(4, onlineMembers.coMembers(ada.id()).size(), "the bound");
  }

  @Test
  void isQuickForWhoseGroupsHaveNoMoreMembersThanAreListedOfALargeOne() throws Exception {
    User carol = fixture.user("carol");
    User stranger = fixture.user("stranger");
    for (User each : List.of(ada, bob, stranger)) {
      begin(each);
    }
    fixture.group(ada, carol);
    assertTrue(onlineMembers.isQuick(stranger.id()), "no group");
    assertTrue(onlineMembers.isQuick(bob.id()), "one of two");
    assertFalse(onlineMembers.isQuick(ada.id()), "two of two each");
  }

  @Test
  void looksAtABoundedNumberOfMembersForThatList() throws Exception {
    ChatSettings settings =
        ChatSettings.builder().messageRate(0, 0).coMembersLookedAtMax(3).build();
    try (ChatFixture bounded = new ChatFixture(settings)) {
      User owner = bounded.user("owner");
      bounded.begin(owner);
      for (int i = 0; i < 5; i++) {
        User member = bounded.user("member" + i);
        bounded.group(owner, member);
        bounded.begin(member);
      }
      // In each group the owner is looked at first: in one and a half groups there is one other.
      assertEquals(2, bounded.chat.onlineMembers().coMembers(owner.id()).size());
    }
  }

  private static Set<ObjectId> idsOf(List<Presence.Entry> entries) {
    return entries.stream().map(each -> each.user().id()).collect(Collectors.toSet());
  }

  @Test
  void listsAThousandOfALargeGroup() throws Exception {
    try (ChatFixture real = new ChatFixture(ChatSettings.defaults())) {
      List<User> members = new ArrayList<>();
      for (int i = 0; i < 1_003; i++) {
        members.add(real.user("member" + i));
      }
      Group large = real.group(members.getFirst(), members.toArray(User[]::new));
      for (User member : members) {
        real.begin(member);
      }
      ObjectId last = members.getLast().id();
      List<ObjectId> listed = real.chat.onlineMembers().of(large.id(), last);
      assertEquals(1_000, Set.copyOf(listed).size());
      assertEquals(last, listed.getFirst());
      assertEquals(1_000, idsOf(real.chat.onlineMembers().entriesOf(large.id(), last)).size());
      assertEquals(1_000, idsOf(real.chat.onlineMembers().coMembers(last)).size());
    }
  }
}
