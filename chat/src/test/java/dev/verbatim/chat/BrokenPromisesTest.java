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
  private final BrokenPromises promises = promises();

  private BrokenPromises promises() {
    ChatListener listener =
        new ChatListener() {
          @Override
          public void onBrokenPromise(Kind kind, String words) {
            told.add(words);
          }
        };
    ChatSettings settings = ChatSettings.defaults();
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
}
