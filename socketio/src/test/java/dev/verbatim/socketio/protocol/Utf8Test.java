package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "7f",
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbf",
        "f0908080",
        "f48fbfbf"
      })
  void takesTheEndsOfEachRange(String hex) {
    assertTrue(isValid(hex));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // continuation alone, sequences cut short
        "80",
        "bf",
        "c2",
        "e0a0",
        "f09080",
        "c241",
        "e0a041",
        "f0908041",
        // overlong
        "c080",
        "c1bf",
        "e09fbf",
        "f08fbfbf",
        // surrogates, above U+10FFFF, bytes that never occur
        "eda080",
        "edbfbf",
        "f4908080",
        "f5808080",
        "ff",
        "fe"
      })
  void refusesWhatTheUnicodeStandardDoes(String hex) {
    assertFalse(isValid(hex));
    assertFalse(isValid("61".repeat(9) + hex + "61".repeat(9)));
  }

  @Test
  void looksAtItsViewAlone() {
    Bytes bytes = Bytes.of(HexFormat.of().parseHex("ff61c3a4ff"));
    assertTrue(Utf8.isValid(bytes.slice(1, 3)));
    assertFalse(Utf8.isValid(bytes.slice(1, 2)));
  }

  @Property(seed = "1")
  void agreesWithTheJdkOnAnyBytes(@ForAll @Size(max = 24) byte[] bytes) {
    assertEquals(jdkAccepts(bytes), Utf8.isValid(Bytes.of(bytes)));
  }

  @Property(seed = "2")
  void agreesWithTheJdkOnDamagedText(@ForAll String text, @ForAll int where, @ForAll byte damage) {
    byte[] bytes = (text + "é€😀").getBytes(UTF_8);
    assertEquals(jdkAccepts(bytes), Utf8.isValid(Bytes.of(bytes)));
    bytes[Math.floorMod(where, bytes.length)] = damage;
    assertEquals(jdkAccepts(bytes), Utf8.isValid(Bytes.of(bytes)));
  }

  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "61, 1",
    "61c3, 1",
    "61c3a4, 3",
    "e2, 0",
    "e282, 0",
    "e282ac, 3",
    "61616161616161616161f0, 10",
    "f09f, 0",
    "f09f98, 0",
    "f09f9880f09f98, 4",
    "80, -1",
    "c0, -1",
    "c241, -1",
    "e09f, -1",
    "eda0, -1",
    "e28241, -1",
    "f08f, -1",
    "f490, -1",
    "f09f41, -1",
    "f09f9841, -1",
    "f5, -1"
  })
  void tellsHowMuchIsWholeCharacters(String hex, int length) {
    assertEquals(length, Utf8.wholeLength(Bytes.of(HexFormat.of().parseHex(hex))));
  }

  @Property(seed = "3")
  void takesEveryBeginningOfAText(@ForAll String text, @ForAll int where) {
    byte[] bytes = (text + "é€😀").getBytes(UTF_8);
    int end = Math.floorMod(where, bytes.length + 1);
    Assume.that(jdkAccepts(bytes));
    int whole = Utf8.wholeLength(Bytes.of(bytes).slice(0, end));
    assertTrue(whole >= end - 3 && whole <= end);
    assertTrue(jdkAccepts(Arrays.copyOf(bytes, whole)));
  }

  private static boolean isValid(String hex) {
    return Utf8.isValid(Bytes.of(HexFormat.of().parseHex(hex)));
  }

  private static boolean jdkAccepts(byte[] bytes) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
