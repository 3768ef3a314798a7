package dev.verbatim.socketio.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import org.junit.jupiter.api.Test;

class BytesTest {
  @Test
  void keepsOnlyItselfOfAMuchLongerArray() {
    Bytes part = Bytes.of(new byte[1_000_000]).slice(999_000, 999);
    Bytes kept = part.compact();
    assertEquals(part, kept);
    assertEquals(999, kept.array().length);
    assertEquals(0, Bytes.of(new byte[1_000_000]).slice(5, 0).compact().array().length);
  }

  @Test
  void copiesNothingThatIsMostOfItsArray() {
    Bytes most = Bytes.of(new byte[1_000]).from(400);
    assertSame(most, most.compact());
    Bytes short_ = Bytes.of(new byte[100]).from(99);
    assertSame(short_, short_.compact());
    Bytes little = Bytes.of(new byte[1_000]).from(700);
    assertNotSame(little, little.compact());
  }
}
