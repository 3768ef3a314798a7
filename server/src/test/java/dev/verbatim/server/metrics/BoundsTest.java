package dev.verbatim.server.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class BoundsTest {
  @Test
  void areNearFromFourFifthsOn() {
    try (Metrics metrics = new Metrics()) {
      AtomicLong used = new AtomicLong(79);
      metrics.bounds().add("things", used::get, () -> 100);
      assertFalse(metrics.boundsNow().getLast().isNear());
      used.set(80);
      Bound bound = metrics.boundsNow().getLast();
      assertEquals(new Bound("things", 80, 100), bound);
      assertTrue(bound.isNear());
      String text = metrics.scrape(null).text();
      assertTrue(text.contains("verbatim_bound_used{bound=\"things\"} 80.0\n"), text);
      assertTrue(text.contains("verbatim_bound_max{bound=\"things\"} 100.0\n"), text);
    }
  }

  @Test
  void haveOtherMetricsInBytes() {
    try (Metrics metrics = new Metrics()) {
      metrics.bounds().addBytes("thing_bytes", () -> 79, () -> 100);
      assertEquals(new Bound("thing_bytes", 79, 100), metrics.boundsNow().getLast());
      String text = metrics.scrape(null).text();
      assertTrue(text.contains("verbatim_bound_used_bytes{bound=\"thing_bytes\"} 79.0\n"), text);
      assertTrue(text.contains("verbatim_bound_max_bytes{bound=\"thing_bytes\"} 100.0\n"), text);
      assertFalse(text.contains("verbatim_bound_used{bound=\"thing_bytes\""), text);
    }
  }

  @Test
  void countTheHeapAndTheFilesOfTheProcess() {
    try (Metrics metrics = new Metrics()) {
      for (Bound bound : metrics.boundsNow()) {
        assertTrue(bound.used() >= 0 && bound.used() <= bound.max(), bound::toString);
      }
      assertTrue(
          metrics.boundsNow().stream().map(Bound::name).toList().contains("file_descriptors"));
    }
  }
}
