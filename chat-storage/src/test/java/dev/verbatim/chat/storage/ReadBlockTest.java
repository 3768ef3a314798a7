package dev.verbatim.chat.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReadBlockTest {
  private static ReadBlock block(long... seqs) {
    ReadBlock block = ReadBlock.unread();
    for (long seq : seqs) {
      block.add(seq);
    }
    return block;
  }

  @Test
  void numbersBlocksFromTheFirstSeqOn() {
    assertEquals(0, ReadBlock.number(1));
    assertEquals(0, ReadBlock.number(1_024));
    assertEquals(1, ReadBlock.number(1_025));
    assertEquals(1_025, ReadBlock.first(1));
    assertEquals(127, ReadBlock.byteOf(1_024));
    assertEquals(0, ReadBlock.byteOf(1_025));
    assertEquals(0xffff_fffeL / 1_024, ReadBlock.number(0xffff_ffffL));
  }

  @Test
  void writesTheLowestSeqIntoTheLowestBitAndNoZerosAtTheEnd() {
    assertArrayEquals(new byte[] {0b0000_0101, 1}, block(1, 3, 9).bytes());
    ReadBlock parsed = ReadBlock.parse(new byte[] {0b0000_0101, 1});
    assertTrue(parsed.contains(1) && parsed.contains(3) && parsed.contains(9));
    assertFalse(parsed.contains(2) || parsed.contains(10) || parsed.contains(1_024));
    assertEquals(2_048 + 9, parsed.highest(2));
    assertFalse(parsed.hasChanged());
  }

  @Test
  void writesAFullBlockAsNoBytes() {
    ReadBlock block = ReadBlock.unread();
    for (long seq = 1_025; seq < 2_048; seq++) {
      block.add(seq);
    }
    assertEquals(128, block.bytes().length);
    block.add(2_048);
    assertArrayEquals(new byte[0], block.bytes());
    ReadBlock parsed = ReadBlock.parse(new byte[0]);
    assertTrue(parsed.contains(1_025) && parsed.contains(2_048));
    assertEquals(2_048, parsed.highest(1));
  }

  @Test
  void refusesMoreBytesThanABlockHas() {
    assertThrows(IllegalArgumentException.class, () -> ReadBlock.parse(new byte[129]));
  }
}
