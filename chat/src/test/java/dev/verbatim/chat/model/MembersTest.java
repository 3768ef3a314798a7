package dev.verbatim.chat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {
  private static Member member(int number) {
    return new Member(new ObjectId(number, number), Role.MEMBER, Instant.EPOCH);
  }

  private static List<Member> members(int count) {
    List<Member> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      members.add(member(i));
    }
    return members;
  }

  @Test
  void growsWithoutChangingWhatItGrewFrom() {
    List<Members> grown = new ArrayList<>(List.of(Members.copyOf(List.of())));
    for (int i = 0; i < 100; i++) {
      grown.add(grown.getLast().with(member(i)));
    }
    for (int size = 0; size <= 100; size++) {
      assertEquals(members(size), grown.get(size));
    }
  }

  @Test
  void keepsApartWhatGrewFromTheSame() {
    Members same = Members.copyOf(members(3)).with(member(3));
    Members one = same.with(member(10)).with(member(11));
    Members other = same.with(member(20)).with(member(21)).with(member(22));
    assertEquals(members(4), same);
    assertEquals(List.of(member(10), member(11)), one.subList(4, 6));
    assertEquals(List.of(member(20), member(21), member(22)), other.subList(4, 7));
  }

  @Test
  void isAListLikeAnyOther() {
    List<Member> source = members(2);
    Members copy = Members.copyOf(source);
    source.clear();
    assertEquals(members(2), copy);
    assertEquals(members(2).hashCode(), copy.hashCode());
    assertSame(copy, Members.copyOf(copy));
    assertThrows(IndexOutOfBoundsException.class, () -> copy.with(member(2)).get(3));
    assertThrows(IndexOutOfBoundsException.class, () -> copy.get(2));
    assertThrows(UnsupportedOperationException.class, () -> copy.add(member(2)));
  }
}
