package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are UTF-8 if the JDK says so. */
public final class Utf8Fuzz {
  /** Where the fuzzer begins. */
  public static Stream<byte[]> seeds() {
    return Stream.of("", "eight by", "é€😀 and so on", "\ufeff\uffff").map(t -> t.getBytes(UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest
  void agreesWithTheJdk(byte[] data) {
    check(data);
  }

  /** Does what the fuzz test does. */
  public static void check(byte[] data) {
    boolean valid;
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(data));
      valid = true;
    } catch (CharacterCodingException _) {
      valid = false;
    }
    assertEquals(valid, Utf8.isValid(Bytes.of(data)));
  }
}
