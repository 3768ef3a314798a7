package dev.verbatim.socketio;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rooms of one socket. Changed on its event loop alone; read from any thread, which is why both
 * hold its monitor. Broadcasts do not come here, they walk the rooms' own lists.
 */
final class Memberships {
  private static final Membership[] NONE = {};

  private @Nullable Membership[] memberships = NONE;
  private int size;

  synchronized int size() {
    return size;
  }

  synchronized @Nullable Membership of(Room room) {
    for (int i = 0; i < size; i++) {
      Membership membership = memberships[i];
      if (membership != null && membership.room == room) {
        return membership;
      }
    }
    return null;
  }

  synchronized void add(Membership membership) {
    if (size == memberships.length) {
      memberships = Arrays.copyOf(memberships, Math.max(2, size + (size >> 1)));
    }
    memberships[size++] = membership;
  }

  synchronized void remove(Membership membership) {
    for (int i = 0; i < size; i++) {
      if (memberships[i] == membership) {
        memberships[i] = memberships[--size];
        memberships[size] = null;
        return;
      }
    }
  }

  /** Takes out the last one, until there is none. */
  synchronized @Nullable Membership removeLast() {
    if (size == 0) {
      return null;
    }
    Membership last = memberships[--size];
    memberships[size] = null;
    return last;
  }

  synchronized Set<String> names() {
    Set<String> names = LinkedHashSet.newLinkedHashSet(size + 1);
    for (int i = 0; i < size; i++) {
      Membership membership = memberships[i];
      if (membership != null) {
        names.add(membership.room.name());
      }
    }
    return names;
  }
}
