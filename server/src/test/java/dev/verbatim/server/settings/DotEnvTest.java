package dev.verbatim.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DotEnvTest {
  @Test
  void readsWhatTheSyntaxKnows() {
    DotEnv file =
        DotEnv.parse(
            ".env",
            """
            \uFEFF# a comment

              BARE = some words  # not this
            HASH=a#b
            EMPTY=
            export EXPORTED=yes
            SINGLE='a \\n "b" # c'  # not this
            DOUBLE="a\\nb \\"c\\" \\d"
            LINES="-----BEGIN
            x=y
            -----END"
            TWICE=1
            TWICE=2
            LAST=end\
            """);
    assertEquals(List.of(), file.mistakes());
    assertEquals(
        Map.of(
            "BARE", "some words",
            "HASH", "a#b",
            "EMPTY", "",
            "EXPORTED", "yes",
            "SINGLE", "a \\n \"b\" # c",
            "DOUBLE", "a\nb \"c\" \\d",
            "LINES", "-----BEGIN\nx=y\n-----END",
            "TWICE", "2",
            "LAST", "end"),
        file.values());
  }

  @Test
  void readsWindowsLineEnds() {
    assertEquals(Map.of("A", "1", "B", "2"), DotEnv.parse(".env", "A=1\r\nB='2'\r\n").values());
  }

  @Test
  void namesTheLinesThatAreWrong() {
    DotEnv file = DotEnv.parse("/etc/v.env", "A=1\nsecret\nB=\"x\ny\" z\n1C=2\nD='open\n");
    assertEquals(Map.of("A", "1", "B", "x\ny", "D", ""), file.values());
    assertEquals(
        List.of(
            "/etc/v.env, line 2 is not NAME=value",
            "/etc/v.env, line 4 has text after the closing quote",
            "/etc/v.env, line 5: the name before = is none",
            "/etc/v.env, line 6: the quote is not closed"),
        file.mistakes());
  }
}
