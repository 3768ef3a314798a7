package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.ResidentGroups.Resident;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.InMemoryChatStore;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ResidentGroupsTest {
  private static final ObjectId ID = Samples.groupId(1);

  private final InMemoryChatStore store = new InMemoryChatStore();
  private final ResidentGroups groups =
      new ResidentGroups(store, Duration.ofSeconds(30), new Object());

  ResidentGroupsTest() throws StoreException {
    for (int user = 1; user <= 5; user++) {
      store.commit(List.of(new Write.PutUser(Samples.user(user))));
    }
    store.commit(List.of(new Write.PutGroup(Samples.group(1, 1, 2))));
  }

  private static Member member(int user) {
    return Samples.member(user, Role.MEMBER);
  }

  private void join(int user) throws StoreException {
    List<Object> _ = store.commit(List.of(new Write.AddMember(ID, member(user))));
    Resident _ = groups.onJoined(ID, member(user), Samples.NOW);
  }

  private Group known() {
    Group known = groups.group(ID);
    assertNotNull(known);
    return known;
  }

  @Test
  void readsAGroupOnceAndForgetsItWithItsLastHolder() throws Exception {
    AtomicInteger questions = new AtomicInteger();
    store.beforeQuestion(questions::incrementAndGet);
    Resident first = groups.hold(ID);
    Resident second = groups.hold(ID);
    assertNotNull(first);
    assertNotNull(second);
    assertEquals(1, questions.get());
    groups.release(first);
    assertEquals(Samples.group(1, 1, 2), known());
    groups.release(second);
    assertNull(groups.group(ID));
    assertEquals(0, groups.count());
  }

  @Test
  void holdsNoGroupThatIsNotThere() throws Exception {
    assertNull(groups.hold(Samples.groupId(9)));
    assertThrows(StoreException.class, () -> groups.holdAll(List.of(ID, Samples.groupId(9))));
    assertEquals(0, groups.count());
  }

  @Test
  void growsByWhoeverJoinsWhileItIsHeld() throws Exception {
    assertNotNull(groups.hold(ID));
    Group before = known();
    for (int user = 3; user <= 5; user++) {
      join(user);
      assertEquals(store.group(ID).orElseThrow(), known());
    }
    assertEquals(Samples.group(1, 1, 2), before, "what was told stays as it was");
  }

  @Test
  void tellsAGroupThatWasMadeWhileItWasRead() throws Exception {
    ObjectId made = Samples.groupId(2);
    Group group = Samples.group(2, 1);
    store.afterQuestion(() -> groups.release(groups.onMade(group)));
    Resident held = groups.hold(made);
    assertNotNull(held);
    assertEquals(group, groups.group(made));
    Resident _ = groups.onJoined(made, member(2), Samples.NOW);
    assertEquals(2, sizeOf(made));
    groups.release(held);
    assertEquals(0, groups.count());
  }

  private int sizeOf(ObjectId groupId) {
    Group known = groups.group(groupId);
    return known == null ? 0 : known.members().size();
  }

  @Test
  void growsNoGroupThatNobodyHolds() {
    assertThrows(IllegalStateException.class, () -> groups.onJoined(ID, member(3), Samples.NOW));
    assertEquals(0, groups.count());
  }
}
