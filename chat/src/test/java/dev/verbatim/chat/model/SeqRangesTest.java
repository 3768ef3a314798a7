package dev.verbatim.chat.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeqRangesTest {
  @Property(tries = 500)
  void holdsWhatASetHolds(@ForAll @Size(max = 60) List<@IntRange(min = 1, max = 40) Integer> seqs) {
    SeqRanges ranges = SeqRanges.EMPTY;
    TreeSet<Long> model = new TreeSet<>();
    for (int seq : seqs) {
      SeqRanges grown = ranges.with(seq);
      if (!model.add((long) seq)) {
        assertSame(ranges, grown);
      }
      ranges = grown;
      assertEquals(textOf(model), ranges.toString());
    }
    for (long seq = 0; seq <= 42; seq++) {
      assertEquals(model.contains(seq), ranges.contains(seq));
    }
    assertEquals(model.isEmpty() ? 0 : model.last(), ranges.highest());
    assertEquals(model.isEmpty(), ranges.isEmpty());
    assertEquals(ranges, SeqRanges.parse(ranges.toString()));
    assertEquals(ranges.hashCode(), SeqRanges.parse(ranges.toString()).hashCode());
  }

  /** The ranges of a set, found by walking it. */
  private static String textOf(Set<Long> seqs) {
    StringBuilder text = new StringBuilder();
    for (long seq : seqs) {
      if (!seqs.contains(seq - 1)) {
        text.append(text.isEmpty() ? "" : ",").append(seq).append('-');
      }
      if (!seqs.contains(seq + 1)) {
        text.append(seq);
      }
    }
    return text.toString();
  }

  @Test
  void spansFromFirstToLast() {
    SeqRanges ranges = SeqRanges.of(3, 5);
    assertEquals("3-5", ranges.toString());
    assertFalse(ranges.contains(2));
    assertFalse(ranges.contains(6));
    assertSame(ranges, ranges.with(4));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1", "-", "0-1", "2-1", "1-2,", ",", "1-2,3-4", "1-2,2-4", "5-6,1-2", "a-b", " "})
  void refusesTextThatIsNoSet(String text) {
    assertThrows(IllegalArgumentException.class, () -> SeqRanges.parse(text));
  }

  @Test
  void refusesWhatIsNoSeq() {
    assertThrows(IllegalArgumentException.class, () -> SeqRanges.EMPTY.with(0));
    assertThrows(IllegalArgumentException.class, () -> SeqRanges.of(0, 4));
    assertThrows(IllegalArgumentException.class, () -> SeqRanges.of(4, 3));
  }
}
