package dev.verbatim.socketio;

import dev.verbatim.socketio.LoopCounters.Flow;
import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.EngineFormat;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import dev.verbatim.socketio.protocol.WebSocketFrames.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its channel's event loop: what goes out on a WebSocket, in whole frames, and what of
 * it waits while the system takes no more. An idle one holds no buffer.
 */
final class WebSocketOutput {
  private final EngineLoop loop;
  private final Channel channel;
  private final EngineFormat format;
  private final Tally<Flow> traffic;
  private final Listener listener;

  /** What is agreed of compression, or null. */
  private final @Nullable PerMessageDeflate deflate;

  /** Whether what is written is encrypted, so that nothing of it is shared. */
  private final boolean encrypted;

  /** Bytes for this client alone that were written since nothing waited. */
  private long ownBytes;

  /** What waits while the system takes no more. */
  private @Nullable WriteQueue waiting;

  /** Hears of what is written, in the middle of it. */
  interface Listener {
    /** There is something to flush. */
    void onDirty();

    /** More waits than before. */
    void onBacklog();
  }

  WebSocketOutput(
      EngineLoop loop,
      Channel channel,
      EngineFormat format,
      @Nullable PerMessageDeflate deflate,
      Tally<Flow> traffic,
      Listener listener) {
    this.loop = loop;
    this.channel = channel;
    this.format = format;
    this.deflate = deflate;
    this.traffic = traffic;
    this.listener = listener;
    this.encrypted = channel.pipeline().get(SslHandler.class) != null;
  }

  // Writing

  /** Queues a packet of Engine.IO's own. */
  void write(EnginePacket packet) {
    traffic.add(Flow.PACKETS_OUT);
    writePacket(packet, true);
  }

  private void writePacket(EnginePacket packet, boolean compressible) {
    Opcode opcode = format.isBinary(packet) ? Opcode.BINARY : Opcode.TEXT;
    Bytes payload = format.encode(packet);
    writeOwn(compressible ? encodeMessage(opcode, payload) : encode(opcode, payload));
  }

  /** Queues a frame. */
  void write(Frame frame) {
    traffic.add(Flow.PACKETS_OUT);
    if (format != EngineFormat.V4 && frame.hasAttachments()) {
      writePackets(frame);
    } else {
      writeOwn(encode(frame));
    }
  }

  /** Writes a frame whose attachments look other than in the bytes that it is laid out in. */
  private void writePackets(Frame frame) {
    List<EnginePacket> packets = new ArrayList<>();
    frame.addTo(packets);
    for (EnginePacket packet : packets) {
      writePacket(packet, frame.isCompressible());
    }
  }

  /** Queues frames that many connections get; they stay the caller's. */
  void writeShared(Wire wire) {
    if (format != EngineFormat.V4 && Arrays.stream(wire.frames()).anyMatch(Frame::hasAttachments)) {
      for (Frame frame : wire.frames()) {
        write(frame);
      }
      return;
    }
    traffic.add(Flow.PACKETS_OUT, wire.frames().length);
    ByteBuf bytes = deflate == null ? wire.plain() : wire.deflated(deflate.threshold());
    traffic.add(Flow.BYTES_OUT, bytes.readableBytes());
    WriteQueue queue = waiting;
    if (queue == null) {
      writeBehind(bytes.retainedDuplicate());
    } else if (queue.addShared(bytes)) {
      listener.onBacklog();
    }
  }

  /** Writes a pong, which may pass messages that wait (RFC 6455, 5.4). */
  ChannelFuture writePong(Bytes payload) {
    ChannelPromise sent = channel.newPromise();
    writeNow(encode(Opcode.PONG, payload), sent);
    return sent;
  }

  /**
   * Sends the close frame, behind everything that waits.
   *
   * @param code what it says, or -1 for nothing
   * @return done when it has left
   */
  ChannelFuture writeClose(int code) {
    int length = code == -1 ? 0 : Short.BYTES;
    ByteBuf frame = ownBuffer(WebSocketFrames.headerLength(length) + length);
    WebSocketFrames.writeHeader(frame, Opcode.CLOSE, length);
    if (code != -1) {
      frame.writeShort(code);
    }
    WriteQueue queue = waiting;
    if (queue == null) {
      return channel.writeAndFlush(frame);
    }
    queue.addOwn(frame);
    return queue.whenOver();
  }

  private void writeOwn(ByteBuf bytes) {
    WriteQueue queue = waiting;
    if (queue == null) {
      writeBehind(bytes);
    } else {
      queue.addOwn(bytes);
      listener.onBacklog();
    }
  }

  /** Writes what is to come behind all that the channel has; a queue begins if it has too much. */
  private void writeBehind(ByteBuf bytes) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    if (buffer == null || buffer.isEmpty()) {
      writeNow(bytes, channel.voidPromise());
    } else {
      // The system has not taken all that was flushed.
      WriteQueue queue = new WriteQueue(channel, listener::onDirty);
      writeNow(bytes, queue.promise());
      waiting = queue;
    }
  }

  private void writeNow(ByteBuf bytes, ChannelPromise promise) {
    channel.write(bytes, promise);
    listener.onDirty();
  }

  // Encoding

  private ByteBuf encodeMessage(Opcode opcode, Bytes payload) {
    boolean isLong = deflate != null && payload.length() >= deflate.threshold();
    Bytes data = isLong ? loop.zlib().deflate(payload) : null;
    if (data == null) {
      return encode(opcode, payload);
    }
    ByteBuf bytes = ownBuffer(WebSocketFrames.headerLength(data.length()) + data.length());
    WebSocketFrames.writeDeflated(bytes, opcode, data);
    return bytes;
  }

  private ByteBuf encode(Opcode opcode, Bytes payload) {
    ByteBuf bytes = ownBuffer(WebSocketFrames.headerLength(payload.length()) + payload.length());
    WebSocketFrames.write(bytes, opcode, payload);
    return bytes;
  }

  private ByteBuf encode(Frame frame) {
    Bytes deflated =
        deflate == null ? Bytes.EMPTY : frame.deflated(loop.zlib(), deflate.threshold());
    if (deflated.isEmpty()) {
      ByteBuf bytes = ownBuffer(frame.wireLength());
      frame.writeTo(bytes);
      return bytes;
    }
    return ownBuffer(deflated.length())
        .writeBytes(deflated.array(), deflated.offset(), deflated.length());
  }

  /**
   * A buffer for just so many bytes that go out to this client alone: no more is counted while they
   * wait.
   */
  private ByteBuf ownBuffer(int length) {
    ownBytes += length;
    traffic.add(Flow.BYTES_OUT, length);
    return channel.alloc().directBuffer(length, length);
  }

  // What waits

  /**
   * Hands the system what is queued, as long as it takes whole runs of it; what then stays is the
   * reader's fault.
   *
   * @return true if a queue has ended by it: the client has read on
   */
  boolean flush() {
    boolean caughtUp = false;
    do {
      if (waiting != null && waiting.advance()) {
        waiting = null;
        caughtUp = true;
      }
      channel.flush();
    } while (waiting != null && waiting.mayAdvance());
    return caughtUp;
  }

  /** Drops what waits and is not the channel's yet. */
  void drop() {
    if (waiting != null) {
      waiting.release();
      waiting = null;
    }
  }

  /** Whether what is written now goes out soon. */
  boolean isWritable() {
    return waiting == null && channel.isWritable();
  }

  /** Bytes that the system has not taken. */
  long queuedBytes() {
    return pendingBytes() + (waiting == null ? 0 : waiting.bytes());
  }

  /** Bytes that the channel has and the system has not taken. */
  private long pendingBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** See {@link Transport#memoryBytes}. */
  long memoryBytes() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    long queued = queuedBytes();
    if (buffer == null || queued == 0) {
      ownBytes = 0;
      return 0;
    }
    long encryptedBytes = encrypted ? pendingBytes() : 0;
    long weight = waiting == null ? 0 : waiting.weight();
    return encryptedBytes
        + Math.min(queued - encryptedBytes, ownBytes)
        + weight
        + (long) Weights.WRITE_BYTES * buffer.size();
  }
}
