package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FairQueueTest {
  private final FairQueue<String> queue = new FairQueue<>(6);

  private void fill(String... waiting) {
    for (String each : waiting) {
      assertNull(queue.add(each.charAt(0), each));
    }
  }

  private List<String> rest() {
    List<String> rest = new ArrayList<>();
    while (!queue.isEmpty()) {
      String first = queue.first();
      assertEquals(first, queue.poll());
      rest.add(first);
    }
    return rest;
  }

  @Test
  void keepsTheOrderOfOneLine() {
    fill("a1", "a2", "a3");
    assertEquals(3, queue.size());
    assertEquals(List.of("a1", "a2", "a3"), rest());
    assertEquals(0, queue.size());
  }

  @Test
  void servesLinesInTurn() {
    fill("a1", "a2", "a3", "b1", "c1", "b2");
    assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "a3"), rest());
  }

  @Test
  void givesALineThatComesItsTurnBehindThoseThatAreThere() {
    fill("a1", "a2", "b1");
    assertEquals("a1", queue.poll());
    fill("c1");
    assertEquals(List.of("b1", "a2", "c1"), rest());
  }

  @Test
  void takesTheLongestLinesLastForOneWhoHasNoPlace() {
    fill("a1", "a2", "a3", "b1", "b2", "c1");
    assertEquals("a3", queue.add('d', "d1"));
    assertEquals("b2", queue.add('e', "e1"));
    assertEquals("a2", queue.add('f', "f1"));
    assertEquals(List.of("a1", "b1", "c1", "d1", "e1", "f1"), rest());
  }

  @Test
  void refusesWhoeverComesToALineThatIsAsLongAsTheOthers() {
    fill("a1", "a2", "a3", "b1", "b2", "b3");
    assertEquals("a4", queue.add('a', "a4"));
    assertEquals("b4", queue.add('b', "b4"));
    assertEquals(6, queue.size());
    assertEquals(List.of("a1", "b1", "a2", "b2", "a3", "b3"), rest());
  }

  @Test
  void refusesWhoeverComesWhenEachHasOne() {
    fill("a1", "b1", "c1", "d1", "e1", "f1");
    assertEquals("g1", queue.add('g', "g1"));
  }

  @Test
  void takesOutWhereverOneStands() {
    fill("a1", "a2", "a3", "b1");
    queue.remove('a', "a2");
    queue.remove('a', "a2");
    queue.remove('b', "b1");
    queue.remove('b', "b1");
    queue.remove('c', "c1");
    assertEquals(2, queue.size());
    assertEquals(List.of("a1", "a3"), rest());
    assertTrue(queue.isEmpty());
  }
}
