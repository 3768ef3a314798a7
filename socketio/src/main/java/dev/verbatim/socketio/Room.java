package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its event loop, as its {@link LoopRooms} asserts: the members that one room has on
 * this loop, in no order.
 */
final class Room {
  private final String name;
  private @Nullable Membership[] members = new @Nullable Membership[4];
  private int size;

  Room(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  int size() {
    return size;
  }

  Membership member(int index) {
    return Objects.requireNonNull(members[index]);
  }

  /** A copy of the list. */
  List<Membership> members() {
    List<Membership> copy = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      copy.add(member(i));
    }
    return copy;
  }

  void add(Membership member) {
    if (size == members.length) {
      members = Arrays.copyOf(members, 2 * size);
    }
    member.index = size;
    members[size++] = member;
  }

  void remove(Membership member) {
    Membership last = members[--size];
    members[size] = null;
    if (last != null && last != member) {
      members[member.index] = last;
      last.index = member.index;
    }
  }
}
