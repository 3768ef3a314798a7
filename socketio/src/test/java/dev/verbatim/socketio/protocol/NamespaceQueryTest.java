package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.socketio.protocol.MalformedPacketException.Reason;
import java.net.URLEncoder;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class NamespaceQueryTest {
  private static final JsonMapper MAPPER = new JsonMapper();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          ~~            | {}
          test=123      | {"test":"123"}
          a=1&b=2       | {"a":"1","b":"2"}
          a=1&a=2       | {"a":"2"}
          a             | {"a":""}
          a=            | {"a":""}
          a=b=c         | {"a":"b=c"}
          a=b;c         | {"a":"b;c"}
          a=b+c%20d     | {"a":"b c d"}
          a=%22%5C%0A   | {"a":"\\"\\\\\\n"}
          a=%C3%A9%2C%26| {"a":"é,&"}
          &&a=1&        | {"a":"1"}
          a=1&b=2&c=3&d=4 | {"a":"1","b":"2","c":"3"}
          """)
  void readsAQueryAsAnObjectOfStrings(String query, String json) throws Exception {
    assertEquals(json, new String(NamespaceQuery.toJson(query, 3), UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a=%", "a=%4", "a=%zz", "%=1"})
  void refusesWhatIsNotEncoded(String query) {
    assertEquals(
        Reason.INVALID_QUERY,
        assertThrows(MalformedPacketException.class, () -> NamespaceQuery.toJson(query, 3))
            .reason());
  }

  @Property(tries = 300, seed = "1")
  void readsWhatClientsEncode(@ForAll Map<String, String> values) throws Exception {
    Map<String, String> sent =
        values.entrySet().stream()
            .filter(entry -> !entry.getKey().isEmpty())
            .collect(
                Collectors.toMap(
                    entry -> wellFormed(entry.getKey()),
                    entry -> wellFormed(entry.getValue()),
                    (_, last) -> last));
    String query =
        sent.entrySet().stream()
            .map(
                entry ->
                    URLEncoder.encode(entry.getKey(), UTF_8)
                        + "="
                        + URLEncoder.encode(entry.getValue(), UTF_8))
            .collect(Collectors.joining("&"));
    assertEquals(
        MAPPER.valueToTree(sent), MAPPER.readTree(NamespaceQuery.toJson(query, sent.size() + 1)));
  }

  @Property(tries = 500, seed = "2")
  void meetsAnyTextWithAnObjectOrARefusal(@ForAll String query) {
    try {
      assertEquals(true, MAPPER.readTree(NamespaceQuery.toJson(query, 64)).isObject());
    } catch (MalformedPacketException refusal) {
      assertEquals(Reason.INVALID_QUERY, refusal.reason());
    }
  }

  /** Half a surrogate pair has no UTF-8, and so no encoding. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
