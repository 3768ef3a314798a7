package dev.verbatim.bench;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketEncoder;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** From an event's JSON to the bytes for its receivers. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PacketEncoding {
  private static final List<Bytes> OK = List.of(Bytes.utf8("{\"ok\":true}"));

  private final ByteBuf frames = Unpooled.directBuffer(1_024, 1_024);

  /** An Engine.IO message of 427 bytes. */
  @Benchmark
  public byte[] newMessage() {
    return PacketEncoder.eventMessage("/", "new_message", Samples.NEW_MESSAGE);
  }

  /** The same, laid out as a WebSocket frame in native memory. */
  @Benchmark
  public ByteBuf newMessageFrame() {
    frames.clear();
    Bytes message = Bytes.of(PacketEncoder.eventMessage("/", "new_message", Samples.NEW_MESSAGE));
    WebSocketFrames.write(frames, WebSocketFrames.Opcode.TEXT, message);
    return frames;
  }

  /** An acknowledgement with one small object. */
  @Benchmark
  public byte[] acknowledgement() {
    return PacketEncoder.ackMessage("/", 17, 0, OK);
  }

  /** The name of the main namespace is never written, another is. */
  @Benchmark
  public byte[] newMessageOfNamespace() {
    return PacketEncoder.eventMessage(
        "/chat", Packet.NO_ACK, "new_message", 0, List.of(Samples.NEW_MESSAGE));
  }
}
