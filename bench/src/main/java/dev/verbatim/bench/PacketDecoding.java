package dev.verbatim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.CodecLimits;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.EnginePacketCodec;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketDecoder;
import dev.verbatim.socketio.protocol.PacketSyntax;
import dev.verbatim.socketio.protocol.PayloadCodec;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From the bytes of a client to a packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PacketDecoding {
  private static final Bytes PONG = Bytes.utf8("3");
  private static final int PAYLOAD_PACKETS = 10;

  private final PacketSyntax syntax = new PacketSyntax(CodecLimits.DEFAULT, 1_000_000);
  private final PacketDecoder decoder = new PacketDecoder(syntax);
  private final Bytes payload =
      Bytes.of(
          PayloadCodec.encode(
              Collections.nCopies(
                  PAYLOAD_PACKETS, new EnginePacket.Message(Samples.SEND_MESSAGE.from(1)))));
  private final byte[] freshName = "42[\"move\",{\"k0000000\":1}]".getBytes(UTF_8);
  private final int freshNameDigits = new String(freshName, UTF_8).indexOf('k') + 1;
  private int count;

  /** One WebSocket text message, an event with one object and an acknowledgement. */
  @Benchmark
  public @Nullable Packet sendMessage() throws MalformedPacketException {
    return decode(Samples.SEND_MESSAGE);
  }

  /** The heartbeat's answer. */
  @Benchmark
  public EnginePacket pong() throws MalformedPacketException {
    return EnginePacketCodec.decodeText(PONG);
  }

  /** A polling payload of ten such events, without what is in them. */
  @Benchmark
  public List<EnginePacket> payload() throws MalformedPacketException {
    return PayloadCodec.decode(payload, syntax);
  }

  /** An event whose object has a property that no event had before: the parser's worst case. */
  @Benchmark
  public @Nullable Packet freshPropertyName() throws MalformedPacketException {
    int number = count++;
    for (int i = freshNameDigits + 6; i >= freshNameDigits; i--) {
      freshName[i] = (byte) ('0' + number % 10);
      number /= 10;
    }
    return decode(Bytes.of(freshName));
  }

  private @Nullable Packet decode(Bytes frame) throws MalformedPacketException {
    EnginePacket packet = EnginePacketCodec.decodeText(frame);
    return packet instanceof EnginePacket.Message(Bytes text) ? decoder.decodeText(text) : null;
  }
}
