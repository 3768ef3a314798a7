package dev.verbatim.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LicencesTest {
  private static final Licences LICENCES =
      Licences.parse(
          List.of(
              "# a comment",
              "allowed: MIT",
              "allowed: GPL-2.0-only WITH Classpath-exception-2.0",
              "allowed: (GPL-3.0-only OR MIT) AND CC0-1.0",
              "",
              "pkg:maven/org.example/odd: MIT",
              "pkg:maven/org.other/*: BSD-2-Clause"));

  @Test
  void takesWhatIsAllowed() {
    assertEquals(List.of(), complaints("MIT"));
    assertEquals(List.of(), complaints("GPL-2.0-only WITH Classpath-exception-2.0"));
  }

  @Test
  void refusesEverythingElse() {
    assertEquals(
        List.of("pkg:maven/a/b@1 is under GPL-3.0-only, which is not allowed"),
        complaints("GPL-3.0-only"));
    assertEquals(1, complaints("GPL-2.0-only").size());
    assertEquals(1, complaints("The MIT licence, more or less").size());
    assertEquals(1, complaints("MIT AND GPL-3.0-only").size());
  }

  @Test
  void choosesOneOfSeveral() {
    assertEquals(List.of(), complaints("GPL-3.0-only OR MIT"));
    assertEquals(List.of("MIT"), LICENCES.taken(part("GPL-3.0-only OR MIT")));
    assertEquals(List.of("MIT", "BSD-2-Clause"), LICENCES.taken(part("MIT AND BSD-2-Clause")));
  }

  @Test
  void takesNoExpressionApartThatHasBoth() {
    assertEquals(1, complaints("MIT AND (GPL-3.0-only OR LGPL-3.0-only)").size());
    assertEquals(1, complaints("GPL-3.0-only AND (MIT OR Apache-2.0)").size());
    assertEquals(1, complaints("MIT OR GPL-3.0-only AND CC0-1.0").size());
    String whole = "(GPL-3.0-only OR MIT) AND CC0-1.0";
    assertEquals(List.of(), complaints(whole));
    assertEquals(List.of("GPL-3.0-only", "MIT", "CC0-1.0"), LICENCES.taken(part(whole)));
  }

  @Test
  void knowsBetterThanTheParts() {
    assertEquals("MIT", LICENCES.of("pkg:maven/org.example/odd@2.1?type=jar", "Odd 1.0"));
    assertEquals("BSD-2-Clause", LICENCES.of("pkg:maven/org.other/any@1", null));
    assertEquals("Odd 1.0", LICENCES.of("pkg:maven/org.example/odder@2.1", "Odd 1.0"));
    assertNull(LICENCES.of("pkg:npm/%40scope/name@1", null));
  }

  @Test
  void refusesALineThatSaysNothing() {
    assertThrows(IllegalArgumentException.class, () -> Licences.parse(List.of("MIT")));
  }

  private static List<String> complaints(String licence) {
    return LICENCES.complaints(List.of(part(licence)));
  }

  private static Part part(String licence) {
    return new Part("pkg:maven/a/b@1", "a:b", "1", licence, "", new LinkedHashMap<>());
  }
}
