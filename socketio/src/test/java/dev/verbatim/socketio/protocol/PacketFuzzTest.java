package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Text that is nearly a packet, against a reader of whole JSON trees. */
class PacketFuzzTest {
  private static final PacketSyntax SYNTAX = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  @Property(tries = 1_500, seed = "1")
  void takesWhatIsWellFormedAndNothingElse(@ForAll("nearlyPackets") String text) {
    check(text);
  }

  @Property(tries = 1_000, seed = "2")
  void meetsAnyTextWithAPacketOrARefusal(@ForAll String text) {
    check(text);
  }

  @Property(tries = 1_000, seed = "3")
  void seesDamageToAnEventsJson(
      @ForAll("events") String json, @ForAll int where, @ForAll("damage") char damage) {
    byte[] bytes = ("2" + json).getBytes(UTF_8);
    bytes[1 + Math.floorMod(where, bytes.length - 1)] = (byte) damage;
    if (Utf8.isValid(Bytes.of(bytes))) {
      check(new String(bytes, UTF_8));
    }
  }

  @Provide
  static Arbitrary<String> events() {
    return JsonValues.any().list().ofMaxSize(4).map(values -> JsonValues.array(withName(values)));
  }

  @Provide
  static Arbitrary<Character> damage() {
    return Arbitraries.of(
        '"', '\\', '[', ']', '{', '}', ',', ':', ' ', '0', '-', '.', 'e', 'u', 't', '\0', '\n');
  }

  @Provide
  static Arbitrary<String> nearlyPackets() {
    Arbitrary<String> pieces =
        Arbitraries.oneOf(
            JsonValues.any(),
            events(),
            Arbitraries.of(
                "",
                "[",
                "]",
                "{",
                "}",
                "\"",
                ",",
                "/a,",
                "/a?b,",
                "1-",
                "12",
                "007",
                "-",
                " ",
                "[\"e\"",
                ",1]",
                "\"connect\""));
    return Combinators.combine(
            Arbitraries.integers().between(0, 8), pieces.list().ofMinSize(0).ofMaxSize(4))
        .as((type, parts) -> type + String.join("", parts));
  }

  private static List<String> withName(List<String> values) {
    List<String> all = new ArrayList<>(values);
    all.addFirst("\"e\"");
    return all;
  }

  private static void check(String text) {
    @Nullable Packet packet;
    try {
      packet = new PacketDecoder(SYNTAX).decodeText(Bytes.utf8(text));
    } catch (MalformedPacketException _) {
      assertRefusedForAReason(text);
      return;
    }
    switch (packet) {
      case Event event -> {
        JsonNode tree = tree(event.arguments().array());
        assertEquals(tree.get(0).asString(), event.name());
        assertSameArguments(tree, 1, event.arguments());
      }
      case Ack ack -> assertSameArguments(tree(ack.arguments().array()), 0, ack.arguments());
      case Connect(String _, String _, Bytes data) -> {
        if (data != null) {
          tree(data);
        }
      }
      case ConnectError(String _, Bytes data) -> tree(data);
      case Disconnect _ -> {}
      case null -> {}
    }
  }

  /** An event without namespace and id is refused only if its JSON is not an event's. */
  private static void assertRefusedForAReason(String text) {
    if (text.startsWith("2[\"e\"")) {
      assertThrows(JacksonException.class, () -> tree(Bytes.utf8(text).from(1)), text);
    }
  }

  private static void assertSameArguments(JsonNode tree, int first, Arguments arguments) {
    assertEquals(tree.size() - first, arguments.count());
    for (int i = 0; i < arguments.count(); i++) {
      assertEquals(tree.get(first + i), tree(arguments.get(i)));
    }
  }

  private static JsonNode tree(Bytes json) {
    return MAPPER.readTree(json.utf8());
  }
}
