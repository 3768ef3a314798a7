package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private final HeldTime time = new HeldTime();
  private final List<String> told = new ArrayList<>();
  private final Faults faults =
      new Faults(
          new ChatListener() {
            @Override
            public void onFault(String doing, Throwable cause) {
              told.add(doing + ": " + cause.getMessage());
            }
          },
          time,
          ChatSettings.defaults());

  @Test
  void countsWhatAFailingStoreRepeats() {
    StoreException full = new StoreException("disk full");
    for (int i = 0; i < 5; i++) {
      faults.report("committing", full);
    }
    time.advance(Duration.ofSeconds(59));
    faults.report("asking", full);
    assertEquals(List.of("committing: disk full"), told);
    told.clear();
    time.advance(Duration.ofSeconds(1));
    faults.report("asking", full);
    assertEquals(List.of("asking, and 5 times since the last such line: disk full"), told);
    told.clear();
    time.advance(Duration.ofMinutes(1));
    faults.report("asking", full);
    assertEquals(List.of("asking: disk full"), told);
  }

  @Test
  void tellsEveryBug() {
    faults.guard(
        "telling",
        () -> {
          throw new IllegalStateException("bug");
        });
    faults.report("telling", new IllegalStateException("bug"));
    assertEquals(List.of("telling: bug", "telling: bug"), told);
  }
}
