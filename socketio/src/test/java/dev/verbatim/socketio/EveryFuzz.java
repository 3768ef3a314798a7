package dev.verbatim.socketio;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.verbatim.socketio.protocol.EnginePacketFuzz;
import dev.verbatim.socketio.protocol.PacketFuzz;
import dev.verbatim.socketio.protocol.PayloadFuzz;
import dev.verbatim.socketio.protocol.Utf8Fuzz;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All fuzz tests in one, for the few seconds that a build has; a JVM fuzzes one test.
 *
 * <p>The input's first byte says which.
 */
final class EveryFuzz {
  private interface Check {
    void check(byte[] data) throws Exception;
  }

  private static final List<Check> CHECKS =
      List.of(
          EnginePacketFuzz::check,
          PayloadFuzz::check,
          PacketFuzz::check,
          Utf8Fuzz::check,
          WebSocketFuzz::check,
          GateFuzz::check,
          HandshakeFuzz::check,
          DeflateFuzz::check);

  static Stream<byte[]> seeds() {
    List<Stream<byte[]>> seeds =
        List.of(
            EnginePacketFuzz.seeds(),
            PayloadFuzz.seeds(),
            PacketFuzz.seeds(),
            Utf8Fuzz.seeds(),
            WebSocketFuzz.seeds(),
            GateFuzz.seeds(),
            HandshakeFuzz.seeds(),
            DeflateFuzz.seeds());
    return IntStream.range(0, seeds.size())
        .boxed()
        .flatMap(index -> seeds.get(index).map(seed -> withFirst(index, seed)));
  }

  private static byte[] withFirst(int index, byte[] seed) {
    ByteArrayOutputStream input = new ByteArrayOutputStream();
    input.write(index);
    input.writeBytes(seed);
    return input.toByteArray();
  }

  @MethodSource("seeds")
  @FuzzTest
  void holds(byte[] data) throws Exception {
    if (data.length > 0 && data[0] >= 0 && data[0] < CHECKS.size()) {
      CHECKS.get(data[0]).check(Arrays.copyOfRange(data, 1, data.length));
    }
  }
}
