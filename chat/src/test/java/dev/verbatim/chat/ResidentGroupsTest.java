package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.chat.ResidentGroups.Resident;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.Changes;
import dev.verbatim.chat.store.GroupChange;
import dev.verbatim.chat.store.GroupChanged;
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

  private void change(GroupChange change) throws StoreException {
    assertInstanceOf(GroupChanged.Done.class, store.commit(List.of(change)).getFirst());
    Resident _ = groups.onChanged(change);
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
      change(Changes.join(1, user));
      assertEquals(store.group(ID).orElseThrow(), known());
    }
    assertEquals(Samples.group(1, 1, 2), before, "what was told stays as it was");
  }

  @Test
  void takesInEveryChangeWhileItIsHeld() throws Exception {
    assertNotNull(groups.hold(ID));
    for (GroupChange change :
        List.of(
            Changes.add(1, 3, Role.ADMIN, 1),
            Changes.settings(1, "New name", "", true, 3),
            Changes.role(1, 2, Role.ADMIN, 1),
            Changes.transfer(1, 2, 1),
            Changes.leave(1, 1),
            Changes.add(1, 1, 2),
            Changes.remove(1, 3, 2),
            Changes.close(1, 2))) {
      change(change);
      assertEquals(store.group(ID).orElseThrow(), known(), change::toString);
    }
    assertFalse(known().isActive());
  }

  @Test
  void tellsAGroupThatWasMadeWhileItWasRead() throws Exception {
    ObjectId made = Samples.groupId(2);
    Group group = Samples.group(2, 1);
    store.afterQuestion(() -> groups.release(groups.onMade(group)));
    Resident held = groups.hold(made);
    assertNotNull(held);
    assertEquals(group, groups.group(made));
    Resident _ = groups.onChanged(Changes.join(2, 2));
    assertEquals(2, sizeOf(made));
    groups.release(held);
    assertEquals(0, groups.count());
  }

  private int sizeOf(ObjectId groupId) {
    Group known = groups.group(groupId);
    return known == null ? 0 : known.members().size();
  }

  @Test
  void changesNoGroupThatNobodyHolds() {
    assertThrows(IllegalStateException.class, () -> groups.onChanged(Changes.join(1, 3)));
    assertEquals(0, groups.count());
  }
}
