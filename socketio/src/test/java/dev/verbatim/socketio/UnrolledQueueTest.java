package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

final class UnrolledQueueTest {
  /** Runs of so many added, or, below zero, removed. */
  @Property
  void isAQueue(@ForAll @Size(max = 30) List<@IntRange(min = -700, max = 700) Integer> runs) {
    UnrolledQueue<Integer> queue = new UnrolledQueue<>();
    ArrayDeque<Integer> model = new ArrayDeque<>();
    int next = 0;
    for (int run : runs) {
      for (int i = 0; i < run; i++) {
        long before = queue.memoryBytes();
        boolean grows = queue.add(next);
        assertEquals(grows, queue.memoryBytes() > before);
        model.add(next++);
      }
      for (int i = 0; i < -run && !model.isEmpty(); i++) {
        assertEquals(model.remove(), queue.remove());
      }
      assertEquals(model.size(), queue.size());
      assertEquals(model.isEmpty(), queue.isEmpty());
      assertTrue(queue.memoryBytes() >= 8L * model.size());
      // Of two pieces, some may be empty.
      assertTrue(queue.memoryBytes() <= 10L * model.size() + 2 * 8 * 256);
      assertTrue(!model.isEmpty() || queue.memoryBytes() == 0);
    }
  }
}
