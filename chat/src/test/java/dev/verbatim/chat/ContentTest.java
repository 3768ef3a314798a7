package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
  /** Every character that {@code c.trim() === ""} holds for in JavaScript. */
  private static final String JAVASCRIPT_WHITE_SPACE =
      "\t\n\u000b\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
          + "\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

  @Test
  void trimsExactlyWhatJavaScriptTrims() {
    for (int c = 0; c <= 0xffff; c++) {
      String one = String.valueOf((char) c);
      boolean isTrimmed = Content.trim(one).isEmpty();
      assertEquals(
          JAVASCRIPT_WHITE_SPACE.contains(one),
          isTrimmed,
          () -> "U+" + Integer.toHexString(one.charAt(0)));
    }
  }

  @Test
  void trimsBothEndsAndNothingBetween() {
    assertEquals("a \ufeff b", Content.trim(JAVASCRIPT_WHITE_SPACE + "a \ufeff b\u2029\n"));
    assertEquals("", Content.trim(JAVASCRIPT_WHITE_SPACE));
    assertEquals("", Content.trim(""));
    assertEquals("\0", Content.trim("\0"));
  }

  @Test
  void keepsWhatOtherTrimsWouldTake() {
    // Mongolian vowel separator, zero width space, next line: white space elsewhere.
    for (String kept : new String[] {"\u180e", "\u200b", "\u0085", "\u001f", "\0"}) {
      assertEquals(new Content.Valid(kept), Content.parse(kept));
    }
  }

  @Test
  void countsUtf16UnitsOnceTrimmed() {
    String longest = "\ud83d\ude00".repeat(2_000);
    assertEquals(new Content.Valid(longest), Content.parse("  " + longest + "\n"));
    assertEquals(new Content.TooLong(), Content.parse(longest + "x"));
    assertInstanceOf(Content.Invalid.class, Content.parse(" \n "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\ud83d", "\ude00", "a\ud83d", "\ude00\ud83d", "\ud83d\ud83d\ude00", "\ud83dx"})
  void refusesAnUnpairedSurrogate(String text) {
    assertTrue(Content.hasUnpairedSurrogate(text));
    assertInstanceOf(Content.Invalid.class, Content.parse(text));
  }

  @Test
  void takesPairedSurrogates() {
    assertFalse(Content.hasUnpairedSurrogate("a\ud83d\ude00\udbff\udfffz"));
    assertFalse(Content.hasUnpairedSurrogate(""));
  }
}
