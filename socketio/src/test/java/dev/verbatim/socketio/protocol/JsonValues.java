package dev.verbatim.socketio.protocol;

import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Well-formed JSON values of all kinds, with white space where it may stand. */
final class JsonValues {
  private JsonValues() {}

  /** Any value. */
  static Arbitrary<String> any() {
    return Arbitraries.lazyOf(
        JsonValues::scalars, JsonValues::scalars, JsonValues::arrays, JsonValues::objects);
  }

  /** Strings as JSON. */
  static Arbitrary<String> strings() {
    return Arbitraries.strings().ofMaxLength(12).map(JsonValues::quoted);
  }

  /** An object. */
  static Arbitrary<String> objects() {
    Arbitrary<String> members =
        Combinators.combine(strings(), spaces(), any())
            .as((name, space, value) -> name + space + ":" + space + value);
    return joined(members, '{', '}');
  }

  private static Arbitrary<String> arrays() {
    return joined(any(), '[', ']');
  }

  private static Arbitrary<String> scalars() {
    return Arbitraries.oneOf(
        strings(),
        Arbitraries.integers().map(String::valueOf),
        Arbitraries.of(
            "0", "-0", "1.5", "-2e10", "3.25E-7", "true", "false", "null", "\"\\u00e9\\n\""));
  }

  private static Arbitrary<String> joined(Arbitrary<String> values, char open, char close) {
    return Combinators.combine(values.list().ofMaxSize(3), spaces())
        .as(
            (parts, space) ->
                open + space + String.join(space + "," + space, parts) + space + close);
  }

  private static Arbitrary<String> spaces() {
    return Arbitraries.of("", "", "", " ", "\n", "\t \r\n");
  }

  private static String quoted(String text) {
    byte[] json = new byte[JsonText.length(text)];
    JsonText.write(text, json, 0);
    return Bytes.of(json).utf8();
  }

  /** The array of some values, the first of them a string. */
  static String array(List<String> values) {
    return values.stream().collect(Collectors.joining(",", "[", "]"));
  }
}
