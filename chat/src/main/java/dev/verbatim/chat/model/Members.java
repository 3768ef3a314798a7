package dev.verbatim.chat.model;

import java.util.AbstractList;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group in the order in which they joined. Immutable, and grown by one at the cost
 * of one: lists that grew from each other share an array, of which each sees as many members as it
 * has. The longest of them may append in place; whoever else grows copies.
 *
 * <p>Why it is safe to read without a lock: a slot is written once, before the list that sees it is
 * made, and everything behind the final fields of a list is visible to whoever sees the list.
 */
public final class Members extends AbstractList<Member> implements RandomAccess {
  private static final int SLOTS_MIN = 8;

  private final Shared shared;
  private final int size;

  private Members(Shared shared, int size) {
    this.shared = shared;
    this.size = size;
  }

  /** These members; the list itself if it is one of this kind. */
  public static Members copyOf(List<Member> members) {
    if (members instanceof Members same) {
      return same;
    }
    @Nullable Member[] slots = List.copyOf(members).toArray(new Member[0]);
    return new Members(new Shared(slots, slots.length), slots.length);
  }

  /** These members and one more. */
  public Members with(Member last) {
    Objects.requireNonNull(last);
    if (size < shared.slots.length && shared.used.compareAndSet(size, size + 1)) {
      shared.slots[size] = last;
      return new Members(shared, size + 1);
    }
    @Nullable Member[] slots = new Member[Math.max(SLOTS_MIN, size * 2)];
    System.arraycopy(shared.slots, 0, slots, 0, size);
    slots[size] = last;
    return new Members(new Shared(slots, size + 1), size + 1);
  }

  /** These members but one, at the cost of all; the list itself if that one is not among them. */
  public Members without(ObjectId userId) {
    if (stream().noneMatch(member -> member.userId().equals(userId))) {
      return this;
    }
    return copyOf(stream().filter(member -> !member.userId().equals(userId)).toList());
  }

  /** These members, of whom one has another role, at the cost of all. */
  public Members withRole(ObjectId userId, Role role) {
    return copyOf(
        stream()
            .map(
                member ->
                    member.userId().equals(userId)
                        ? new Member(userId, role, member.joinedAt())
                        : member)
            .toList());
  }

  @Override
  public Member get(int index) {
    return Objects.requireNonNull(shared.slots[Objects.checkIndex(index, size)]);
  }

  @Override
  public int size() {
    return size;
  }

  /** Slots, of which those below {@code used} are written for good. */
  private static final class Shared {
    final @Nullable Member[] slots;
    final AtomicInteger used;

    Shared(@Nullable Member[] slots, int used) {
      this.slots = slots;
      this.used = new AtomicInteger(used);
    }
  }
}
