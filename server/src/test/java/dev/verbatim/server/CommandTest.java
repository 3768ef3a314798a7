package dev.verbatim.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandTest {
  @Test
  void servesByDefault() throws Exception {
    assertInstanceOf(Command.Serve.class, Command.parse());
    assertInstanceOf(Command.Serve.class, Command.parse("serve"));
  }

  @Test
  void readsEveryCommand() throws Exception {
    assertEquals(new Command.Token("al-1_x"), Command.parse("token", "al-1_x"));
    assertInstanceOf(Command.CheckConfig.class, Command.parse("check-config"));
    assertInstanceOf(Command.Help.class, Command.parse("--help"));
    assertInstanceOf(Command.Version.class, Command.parse("--version"));
    assertEquals(
        new Command.Seed(3, 2, 1, Path.of("t.tsv")),
        Command.parse(
            "seed", "--groups", "2", "--users", "3", "--tokens", "t.tsv", "--members", "1"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "serve now",
        "check-config now",
        "--version --help",
        "token",
        "token A",
        "token a b",
        "token abcdefghijklmnopqrstuvwxyzabcdefg",
        "seed",
        "seed --users 1 --groups 1 --members 1",
        "seed --users 1 --groups 1 --members 1 --tokens",
        "seed --users 1 --groups 1 --members 1 --members 1",
        "seed --users 1 --groups 1 --members 1 --tokens f --tokens f",
        "seed --users x --groups 1 --members 1 --tokens f",
        "seed --users 0 --groups 1 --members 1 --tokens f",
        "seed --users -1 --groups 1 --members 1 --tokens f",
        "seed --users 1 --groups 1 --members 2 --tokens f",
        "seed --users 99999999999 --groups 1 --members 1 --tokens f",
      })
  void refusesInOneLine(String line) {
    UsageException refusal =
        assertThrows(UsageException.class, () -> Command.parse(Arrays.asList(line.split(" ", -1))));
    assertEquals(1, String.valueOf(refusal.getMessage()).lines().count());
  }
}
