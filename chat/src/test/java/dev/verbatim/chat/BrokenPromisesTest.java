package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.BrokenPromises.Finding;
import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BrokenPromisesTest {
  private static final ObjectId GROUP = new ObjectId(1, 1);
  private static final ObjectId OTHER = new ObjectId(1, 2);

  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();
  private final ChatSettings settings = ChatSettings.defaults();
  private final BrokenPromises promises = promises();
  private boolean isBroken;

  private BrokenPromises promises() {
    ChatListener listener =
        new ChatListener() {
          @Override
          public void onBrokenPromise(Kind kind, String words) {
            if (isBroken) {
              throw new IllegalStateException("as is to be tested");
            }
            told.add(words);
          }

          @Override
          public void onFault(String doing, Throwable cause) {
            faults.add(doing);
          }
        };
    return new BrokenPromises(listener, new Faults(listener, time, settings), time, settings);
  }

  @Test
  void countsEachKindOnceInEachGroup() {
    promises.onFound(Kind.ORDER, GROUP, "one");
    promises.onFound(Kind.ORDER, GROUP, "the same from another seq on");
    promises.onFound(Kind.ORDER, OTHER, "two");
    promises.onFound(Kind.READABLE, GROUP, "three");
    promises.onFound(Kind.READABLE, null, "four");
    promises.onFound(Kind.READABLE, null, "the same for another cause");
    assertEquals(List.of("one", "two", "three", "four"), told);
    assertEquals(told, promises.first().stream().map(Finding::words).toList());
    assertEquals(2, promises.counts().get(Kind.ORDER));
    assertEquals(2, promises.counts().get(Kind.READABLE));
    assertEquals(0, promises.counts().get(Kind.OWNER));
  }

  @Test
  void knowsNoMoreThanItMayAndKeepsTheFirst() {
    int most = settings.findingsMax();
    for (int i = 1; i <= most + 1; i++) {
      promises.onFound(Kind.ORDER, new ObjectId(1, i), "no. " + i);
    }
    assertEquals(most, promises.counts().get(Kind.ORDER));
    assertEquals(most, told.size());
    assertEquals(
        told.subList(0, settings.findingsKeptMax()),
        promises.first().stream().map(Finding::words).toList());
  }

  @Test
  void countsAlsoWhatCannotBeTold() {
    isBroken = true;
    promises.onFound(Kind.OWNER, GROUP, "one");
    assertEquals(1, promises.counts().get(Kind.OWNER));
    assertEquals(List.of("telling a broken promise"), faults);
  }
}
