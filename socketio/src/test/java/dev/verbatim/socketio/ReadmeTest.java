package dev.verbatim.socketio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.socketio.protocol.CodecLimits;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for users say what is so. */
final class ReadmeTest {
  private static final Path README = Path.of("README.md");

  /** What is compiled and run, by the conformance tests or by this module's. */
  private static final List<Path> SOURCES =
      List.of(
          Path.of("../examples/netty/src"),
          Path.of("../examples/micronaut/src"),
          Path.of("../examples/webflux/src"),
          Path.of("src/test/java"));

  private static final Pattern JAVA = Pattern.compile("(?ms)^```java\n(.*?)^```$");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([a-z][A-Za-z0-9]*)` \\| ([^|]*) \\|");

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/from-node.md", "docs/from-netty-socketio.md"})
  void showsCodeThatIsCompiled(String page) throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path root : SOURCES) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
          sources.add(unindented(Files.readString(file)));
        }
      }
    }
    for (String code : codeOf(Path.of(page))) {
      assertTrue(
          sources.stream().anyMatch(source -> source.contains(unindented(code))),
          () -> page + " shows what no source has:\n" + code);
    }
  }

  @Test
  void hasAChatInTwentyLines() throws IOException {
    long lines = codeOf(README).getFirst().lines().filter(line -> !line.isBlank()).count();
    assertTrue(lines <= 20, () -> lines + " lines");
  }

  @Test
  void listsEachOptionWithItsDefault() throws IOException, ReflectiveOperationException {
    listsEachComponent("## Options", SocketIoOptions.class, SocketIoOptions.defaults());
  }

  @Test
  void listsEachBoundWithItsDefault() throws IOException, ReflectiveOperationException {
    listsEachComponent("## Bounds", Limits.class, Limits.DEFAULT);
    listsEachComponent("And these are `Limits.codec`", CodecLimits.class, CodecLimits.DEFAULT);
  }

  /** The first table behind a place has a row for each component, in their order. */
  private static <R extends Record> void listsEachComponent(String place, Class<R> type, R defaults)
      throws IOException, ReflectiveOperationException {
    String text = Files.readString(README);
    int begin = text.indexOf("|---", text.indexOf(place));
    String table = text.substring(begin, text.indexOf("\n\n", begin));
    List<String> names = new ArrayList<>();
    List<String> values = new ArrayList<>();
    Matcher rows = ROW.matcher(table);
    while (rows.find()) {
      names.add(rows.group(1));
      values.add(rows.group(2));
    }
    RecordComponent[] components = type.getRecordComponents();
    assertEquals(Arrays.stream(components).map(RecordComponent::getName).toList(), names);
    for (int i = 0; i < components.length; i++) {
      Object value = components[i].getAccessor().invoke(defaults);
      assertEquals(words(value, values.get(i)), values.get(i), names.get(i));
    }
  }

  /** How a page says a value; as it likes where there is no one way. */
  private static String words(Object value, String asItLikes) {
    return switch (value) {
      case null -> "none";
      case Duration duration -> duration.toSeconds() + " s";
      case Integer number -> String.format(Locale.ROOT, "%,d", number);
      case Boolean bool -> bool.toString();
      default -> asItLikes;
    };
  }

  private static List<String> codeOf(Path page) throws IOException {
    return JAVA.matcher(Files.readString(page)).results().map(found -> found.group(1)).toList();
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).reduce("", (all, line) -> all + line + "\n");
  }
}
