package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.Zlib.Inflated;
import dev.verbatim.socketio.protocol.Bytes;
import java.util.HexFormat;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ZlibTest {
  private static final Zlib zlib = new Zlib();

  private static Inflated inflate(String hex, int bytesMax) {
    return zlib.inflate(Bytes.of(HexFormat.of().parseHex(hex)), bytesMax);
  }

  /** The examples of RFC 7692, 7.2.3: one block, stored, said to be the last, and two blocks. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "f248cdc9c90700",
        "000500faff48656c6c6f00",
        "f348cdc9c9070000",
        "f348cdc9c90700",
        "f24805000000ffffcac9c90700"
      })
  void inflatesTheExamplesOfTheRfc(String hex) {
    Inflated inflated = inflate(hex, 5);
    assertEquals("Hello", assertInstanceOf(Inflated.Message.class, inflated).bytes().utf8());
    assertInstanceOf(Inflated.TooBig.class, inflate(hex, 4));
  }

  @Test
  void inflatesNothing() {
    Inflated inflated = inflate("00", 1);
    assertEquals(Bytes.EMPTY, assertInstanceOf(Inflated.Message.class, inflated).bytes());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ffff",
        "48656c6c6f",
        // Cut short, in a block and in the head of one.
        "f248cd",
        "000500faff4865",
        // Another message behind the last block.
        "f348cdc9c90700f248cdc9c90700"
      })
  void refusesWhatIsNotDeflatedOrNotWhole(String hex) {
    assertInstanceOf(Inflated.Malformed.class, inflate(hex, 1_000));
  }

  @Test
  void stopsInflatingAtTheBound() {
    Bytes zeros = Bytes.of(new byte[10_000_000]);
    Bytes bomb = zlib.deflate(zeros);
    assertNotNull(bomb);
    assertInstanceOf(Inflated.TooBig.class, zlib.inflate(bomb, 9_999_999));
    assertInstanceOf(Inflated.Message.class, zlib.inflate(bomb, 10_000_000));
    assertInstanceOf(Inflated.Message.class, zlib.inflate(bomb, Integer.MAX_VALUE));
  }

  @Test
  void leavesWhatWouldNotBecomeShorter() {
    byte[] noise = new byte[5_000];
    new Random(1).nextBytes(noise);
    assertNull(zlib.deflate(Bytes.of(noise)));
    assertNull(zlib.deflate(Bytes.EMPTY));
    assertNull(zlib.deflate(Bytes.utf8("4")));
  }

  @Property(seed = "1")
  void inflatesWhatItDeflates(@ForAll byte[] bytes, @ForAll String text) {
    for (Bytes message : new Bytes[] {Bytes.of(bytes), Bytes.utf8(text.repeat(20))}) {
      Bytes data = zlib.deflate(message);
      if (data != null) {
        Inflated inflated = zlib.inflate(data, message.length());
        assertArrayEquals(
            message.toByteArray(),
            assertInstanceOf(Inflated.Message.class, inflated).bytes().toByteArray());
      }
    }
  }

  @Property(seed = "2")
  void survivesAnyData(@ForAll byte[] data) {
    switch (zlib.inflate(Bytes.of(data), 1_000)) {
      case Inflated.Message(Bytes message) -> assertTrue(message.length() <= 1_000);
      case Inflated.TooBig(), Inflated.Malformed() -> {}
    }
  }
}
