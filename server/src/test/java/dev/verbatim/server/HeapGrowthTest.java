package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.HeldTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HeapGrowthTest {
  private static final long MIB = 1024 * 1024;

  private final HeldTime time = new HeldTime();
  private long usedMib;
  private long liveMib;
  private boolean isCrowdComing;
  private int collections;

  private void watch() {
    new HeapGrowth(
            time,
            () -> usedMib * MIB,
            () -> isCrowdComing,
            () -> {
              collections++;
              usedMib = liveMib;
            })
        .watch();
  }

  private void use(long mib) {
    usedMib = mib;
    time.advance(Duration.ofSeconds(5));
  }

  @Test
  void leavesASmallHeapAlone() {
    watch();
    use(10);
    use(96);
    assertEquals(0, collections);
  }

  @Test
  void collectsWhatHasDoubled() {
    watch();
    liveMib = 80;
    use(97);
    assertEquals(1, collections);
    use(160);
    assertEquals(1, collections);
    liveMib = 20;
    use(161);
    assertEquals(2, collections);
    use(96);
    assertEquals(2, collections);
    use(97);
    assertEquals(3, collections);
  }

  @Test
  void waitsUntilACrowdIsIn() {
    watch();
    isCrowdComing = true;
    use(97);
    use(200);
    assertEquals(0, collections);
    isCrowdComing = false;
    use(200);
    assertEquals(1, collections);
  }
}
