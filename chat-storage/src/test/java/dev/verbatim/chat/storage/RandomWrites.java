package dev.verbatim.chat.storage;

import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Batches of writes by few users about few groups and messages, so that they meet. */
public final class RandomWrites {
  /** Users have the numbers from 1 to this one. */
  public static final int USERS = 7;

  /** Groups have the numbers from 1 to this one. */
  public static final int GROUPS = 3;

  /** Messages have the numbers below this one. */
  public static final int MESSAGES = 60;

  /** Users 1 to 4, the barred 5, and groups of some of them; the second is private. */
  public static final List<Write<?>> BEGINNING =
      List.of(
          new Write.PutUser(Samples.user(1)),
          new Write.PutUser(Samples.user(2)),
          new Write.PutUser(Samples.user(3)),
          new Write.PutUser(Samples.user(4)),
          new Write.PutUser(Samples.barredUser(5)),
          new Write.PutGroup(Samples.group(1, 1, 2, 3)),
          new Write.PutGroup(Samples.group(2, true, true, 2, 1)),
          new Write.PutGroup(Samples.group(3, 1, 5)));

  private final Random random;

  /** The writes of this seed. */
  public RandomWrites(long seed) {
    random = new Random(seed);
  }

  /** The next batch, which now and then is one that no store takes. */
  public List<Write<?>> batchOrRefused() {
    List<Write<?>> writes = batch();
    if (random.nextInt(15) == 0) {
      writes.add(Samples.refused());
    }
    return writes;
  }

  /** The next batch. */
  public List<Write<?>> batch() {
    List<Write<?>> writes = new ArrayList<>();
    int size = 1 + random.nextInt(6);
    for (int i = 0; i < size; i++) {
      writes.add(write());
    }
    return writes;
  }

  private Write<?> write() {
    return switch (random.nextInt(17)) {
      case 0, 1 -> append(random.nextInt(MESSAGES));
      case 2 -> appendIfMember(random.nextInt(MESSAGES));
      case 3, 4 -> edit(random.nextInt(MESSAGES));
      case 5 -> delete(random.nextInt(MESSAGES));
      case 6 -> Samples.markRead(group(), 1 + random.nextInt(5), ids());
      case 7 -> new Write.PutUser(Samples.user(6 + random.nextInt(2)), Samples.groupId(group()));
      case 8 -> Changes.join(group(), user());
      case 9 -> Changes.add(group(), user(), role(), inCharge());
      case 10 -> Changes.leave(group(), user());
      case 11 -> Changes.remove(group(), user(), inCharge());
      case 12, 13 -> Changes.role(group(), user(), role(), inCharge());
      case 14 -> Changes.transfer(group(), user(), inCharge());
      case 15 -> findSent(random.nextInt(MESSAGES));
      default ->
          random.nextInt(8) == 0
              ? Changes.close(group(), inCharge())
              : Changes.settings(group(), text(), text(), flagOrNull(), inCharge());
    };
  }

  private int user() {
    return 1 + random.nextInt(USERS);
  }

  /** Mostly one of those who own the groups to begin with. */
  private int inCharge() {
    return random.nextInt(3) == 0 ? user() : 1 + random.nextInt(2);
  }

  private int group() {
    return 1 + random.nextInt(GROUPS);
  }

  private Role role() {
    return random.nextBoolean() ? Role.ADMIN : Role.MEMBER;
  }

  private @Nullable String text() {
    return switch (random.nextInt(4)) {
      case 0 -> null;
      case 1 -> "";
      case 2 -> "b\0";
      default -> "\ud83d\ude00" + random.nextInt(100);
    };
  }

  private @Nullable Boolean flagOrNull() {
    return random.nextInt(3) == 0 ? random.nextBoolean() : null;
  }

  private int[] ids() {
    return IntStream.range(0, random.nextInt(10)).map(_ -> random.nextInt(MESSAGES)).toArray();
  }

  // Two ids that follow each other are of one group, sender and tempId: one is the other's retry.

  private static int groupOf(int id) {
    return 1 + id / 2 % GROUPS;
  }

  private static int senderOf(int id) {
    return 1 + id / 2 % 4;
  }

  private static Write<?> append(int id) {
    return Samples.append(id, groupOf(id), senderOf(id), "t" + id / 2, "message " + id);
  }

  private static Write<?> findSent(int id) {
    return Samples.findSent(groupOf(id), senderOf(id), "t" + id / 2);
  }

  private static Write<?> appendIfMember(int id) {
    return Samples.ifMember(groupOf(id), senderOf(id), append(id));
  }

  private Write<?> edit(int id) {
    int group = random.nextInt(8) == 0 ? group() : groupOf(id);
    int by = random.nextInt(4) == 0 ? user() : senderOf(id);
    return Changes.edit(id, group, by, "edited " + random.nextInt(100));
  }

  private Write<?> delete(int id) {
    return Changes.delete(id, random.nextInt(8) == 0 ? group() : groupOf(id), inCharge());
  }
}
