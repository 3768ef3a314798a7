package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.Writer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

final class PulseTest {
  private final Queue<Runnable> first = new ArrayDeque<>();
  private final Queue<Runnable> second = new ArrayDeque<>();
  private Writer.Progress progress = new Writer.Progress(0, true);
  private final Pulse pulse = new Pulse(List.<Executor>of(first::add, second::add), () -> progress);

  @Test
  void stopsWhileALoopDoesNotAnswer() {
    assertTrue(pulse.beats());
    assertFalse(pulse.beats());
    first.remove().run();
    assertFalse(pulse.beats());
    second.remove().run();
    assertTrue(pulse.beats());
    // Each beat asks again.
    assertFalse(pulse.beats());
  }

  @Test
  void stopsWhileTheWriterNeitherWaitsNorGoesOn() {
    progress = new Writer.Progress(7, false);
    assertTrue(beats());
    assertFalse(beats());
    progress = new Writer.Progress(8, false);
    assertTrue(beats());
    assertFalse(beats());
    progress = new Writer.Progress(8, true);
    assertTrue(beats());
  }

  @Test
  void goesOnWhileTheWriterWaitsForTheStore() {
    for (int i = 0; i < 10; i++) {
      assertTrue(beats());
    }
  }

  /** With loops that answer at once. */
  private boolean beats() {
    boolean beats = pulse.beats();
    for (Queue<Runnable> loop : List.of(first, second)) {
      loop.forEach(Runnable::run);
      loop.clear();
    }
    return beats;
  }
}
