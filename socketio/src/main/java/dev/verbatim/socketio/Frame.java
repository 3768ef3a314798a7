package dev.verbatim.socketio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.protocol.Bytes;
import dev.verbatim.socketio.protocol.CodecLimits;
import dev.verbatim.socketio.protocol.EnginePacket;
import dev.verbatim.socketio.protocol.EngineRevision;
import dev.verbatim.socketio.protocol.EventNames;
import dev.verbatim.socketio.protocol.JsonText;
import dev.verbatim.socketio.protocol.MalformedPacketException;
import dev.verbatim.socketio.protocol.Packet;
import dev.verbatim.socketio.protocol.PacketDecoder;
import dev.verbatim.socketio.protocol.PacketEncoder;
import dev.verbatim.socketio.protocol.PacketSyntax;
import dev.verbatim.socketio.protocol.WebSocketFrames;
import dev.verbatim.socketio.protocol.WebSocketFrames.Opcode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO packet, encoded once, for any number of sockets of its namespace. Immutable; it is
 * also compressed once, if any of them needs that.
 *
 * <p>It is the text of one Engine.IO message, {@code 42["new_message",{…}]}, and the packet's
 * attachments.
 */
public final class Frame {
  private static final byte[][] NO_ATTACHMENTS = {};

  /** What this server has encoded is not bounded by what it decodes of others. */
  private static final PacketSyntax OWN =
      new PacketSyntax(
          CodecLimits.builder()
              .attachmentsMax(Integer.MAX_VALUE)
              .namespaceLengthMax(Integer.MAX_VALUE)
              .namespaceQueryLengthMax(Integer.MAX_VALUE)
              .eventNameLengthMax(Integer.MAX_VALUE)
              .argumentsMax(Integer.MAX_VALUE)
              .jsonDepthMax(Integer.MAX_VALUE)
              .jsonNameLengthMax(Integer.MAX_VALUE)
              .jsonNumberLengthMax(Integer.MAX_VALUE)
              .build(),
          Integer.MAX_VALUE);

  private final String namespace;
  private final byte[] text;
  private final byte[][] attachments;
  private final boolean compressible;
  private final WhenBehind whenBehind;
  private final int wireLength;

  /**
   * The frame as compressed WebSocket frames, empty if they are not worth it; made at first use, by
   * whichever loop needs it. Two that do at once make the same.
   */
  private @Nullable Bytes deflated;

  private Frame(String namespace, byte[] text, byte[][] attachments) {
    this(namespace, text, attachments, true, WhenBehind.QUEUED);
  }

  private Frame(
      String namespace,
      byte[] text,
      byte[][] attachments,
      boolean compressible,
      WhenBehind whenBehind) {
    this.namespace = namespace;
    this.text = text;
    this.attachments = attachments;
    this.compressible = compressible;
    this.whenBehind = whenBehind;
    int length = WebSocketFrames.headerLength(text.length) + text.length;
    for (byte[] attachment : attachments) {
      length += WebSocketFrames.headerLength(attachment.length) + attachment.length;
    }
    this.wireLength = length;
  }

  /**
   * An event with one argument, a JSON value in UTF-8, which the frame takes a copy of; that it is
   * one, and well-formed, is the caller's to see to.
   */
  public static Frame event(Namespace namespace, String name, byte[] jsonArgument) {
    return event(namespace, name, jsonArgument, 0, jsonArgument.length);
  }

  /**
   * An event with one argument, a JSON value in a part of an array, as above.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public static Frame event(
      Namespace namespace, String name, byte[] buffer, int offset, int length) {
    mustNotBeReserved(name);
    Bytes argument = new Bytes(buffer, offset, length);
    return new Frame(
        namespace.name(),
        PacketEncoder.eventMessage(namespace.name(), name, argument),
        NO_ATTACHMENTS);
  }

  /**
   * An event whose arguments the server's {@link Mapper} writes.
   *
   * @throws IllegalArgumentException if the name is one of the protocol's own, such as {@code
   *     connect}
   */
  public static Frame event(Namespace namespace, String name, @Nullable Object... args) {
    return eventOf(namespace, Packet.NO_ACK, name, args);
  }

  /** The answer to an event; its arguments are JSON, separated by commas, without the brackets. */
  public static Frame ack(Namespace namespace, long ackId, byte[] args) {
    List<Bytes> joined = args.length == 0 ? List.of() : List.of(Bytes.of(args));
    return new Frame(
        namespace.name(),
        PacketEncoder.ackMessage(namespace.name(), ackId, 0, joined),
        NO_ATTACHMENTS);
  }

  static Frame ackOf(Namespace namespace, long ackId, @Nullable Object[] args) {
    List<byte[]> binary = new ArrayList<>(0);
    List<Bytes> json = json(namespace, args, binary);
    return new Frame(
        namespace.name(),
        PacketEncoder.ackMessage(namespace.name(), ackId, binary.size(), json),
        binary.toArray(NO_ATTACHMENTS));
  }

  static Frame eventOf(Namespace namespace, long ackId, String name, @Nullable Object[] args) {
    mustNotBeReserved(name);
    List<byte[]> binary = new ArrayList<>(0);
    List<Bytes> json = json(namespace, args, binary);
    return new Frame(
        namespace.name(),
        PacketEncoder.eventMessage(namespace.name(), ackId, name, binary.size(), json),
        binary.toArray(NO_ATTACHMENTS));
  }

  private static void mustNotBeReserved(String name) {
    if (EventNames.isReserved(name)) {
      throw new IllegalArgumentException("\"" + name + "\" is a reserved event name");
    }
  }

  static Frame of(Packet packet) {
    return new Frame(packet.namespace(), PacketEncoder.encodeMessage(packet), NO_ATTACHMENTS);
  }

  /**
   * Tells a client that it is not let in: in revision 4 by an object of message and data, in
   * revision 3 by the data itself or, without any, the message.
   */
  static Frame connectError(
      EngineRevision revision, String namespace, String message, byte @Nullable [] data) {
    Bytes error =
        switch (revision) {
          case V4 -> errorObject(message, data);
          case V3 -> Bytes.of(data == null ? JsonText.of(message) : data);
        };
    return of(new Packet.ConnectError(namespace, error));
  }

  private static Bytes errorObject(String message, byte @Nullable [] data) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes("{\"message\":".getBytes(UTF_8));
    json.writeBytes(JsonText.of(message));
    if (data != null) {
      json.writeBytes(",\"data\":".getBytes(UTF_8));
      json.writeBytes(data);
    }
    json.write('}');
    return Bytes.of(json.toByteArray());
  }

  private static List<Bytes> json(
      Namespace namespace, @Nullable Object[] args, List<byte[]> binary) {
    Mapper mapper = namespace.server().options().mapper();
    List<Bytes> json = new ArrayList<>(args.length);
    for (Object arg : args) {
      json.add(Bytes.of(mapper.write(arg, binary)));
    }
    return json;
  }

  /** The same frame, sent as it is even where the connection could compress it. */
  public Frame uncompressed() {
    return compressible ? new Frame(namespace, text, attachments, false, whenBehind) : this;
  }

  /**
   * The same, droppable: while the reader is behind, it waits beside the queue, lets all frames
   * without such a mark pass, and is dropped first, the oldest before others, if more waits so than
   * {@link Limits#yieldedBytesMax} or {@link Limits#yieldedFramesMax} or the server needs the
   * memory. When the reader has caught up it is sent, behind what has passed it. Marked frames keep
   * their order among themselves. To a reader who keeps up it goes out in its place, like any
   * other.
   *
   * <p>A WebSocket's reader is behind from the first frame that has to wait for the system to take
   * earlier ones, until nothing waits, or while more than 64 KiB are to be sent at once; one that
   * polls, while no poll waits and more than {@link Limits#betweenPollsBytesMax} does. Who holds a
   * room back ({@link Socket#joinHolding}) gets the room's marked frames held in their place; of
   * those a droppable one is dropped that comes when {@link Limits#yieldedBytesMax} is held
   * already.
   */
  public Frame droppable() {
    return withWhenBehind(WhenBehind.DROPPABLE);
  }

  /**
   * The same, conflated by a key: while the reader is behind, only the latest frame of a key waits,
   * beside the queue like a {@link #droppable} one, at the place of the latest. It is never dropped
   * but for a newer one: if more waits so than may, and nothing droppable does, the oldest takes
   * its place in the ordinary queue. So the client gets the latest frame of each key, or its
   * connection is closed; but frames without a mark, and older ones of other keys, may overtake it.
   *
   * @param key what the frame is the latest about, such as {@code presence:} and a user's id; keys
   *     of other namespaces are others
   */
  public Frame conflate(String key) {
    return withWhenBehind(new WhenBehind.Conflated(key));
  }

  Frame withWhenBehind(WhenBehind other) {
    return whenBehind.equals(other)
        ? this
        : new Frame(namespace, text, attachments, compressible, other);
  }

  WhenBehind whenBehind() {
    return whenBehind;
  }

  /** Whether it lets others pass while its reader is behind. */
  boolean yields() {
    return !(whenBehind instanceof WhenBehind.Queued);
  }

  /** The name of its namespace. */
  String namespace() {
    return namespace;
  }

  /** Whether it may be compressed. */
  boolean isCompressible() {
    return compressible;
  }

  /**
   * Checks that it is for a namespace's sockets.
   *
   * @throws IllegalArgumentException if it is for another's
   */
  void mustBeOf(Namespace other) {
    if (!namespace.equals(other.name())) {
      throw new IllegalArgumentException("a frame of " + namespace + " for " + other.name());
    }
  }

  /** The event that it is, decoded; null if it is none, or was made of what is no JSON. */
  Packet.@Nullable Event toEvent() {
    PacketDecoder decoder = new PacketDecoder(OWN);
    try {
      Packet packet = decoder.decodeText(new Bytes(text, 1, text.length - 1));
      for (byte[] attachment : attachments) {
        packet = decoder.decodeBinary(Bytes.of(attachment));
      }
      return packet instanceof Packet.Event event ? event : null;
    } catch (MalformedPacketException _) {
      return null;
    }
  }

  /** Whether binary messages follow its text. */
  boolean hasAttachments() {
    return attachments.length > 0;
  }

  /** The bytes that the frame takes in a WebSocket of revision 4, headers included. */
  int wireLength() {
    return wireLength;
  }

  /** Writes the frame as WebSocket frames of revision 4. */
  void writeTo(ByteBuf out) {
    WebSocketFrames.writeHeader(out, Opcode.TEXT, text.length);
    out.writeBytes(text);
    for (byte[] attachment : attachments) {
      WebSocketFrames.write(out, Opcode.BINARY, Bytes.of(attachment));
    }
  }

  /**
   * The frame as WebSocket frames, those compressed for which it pays; empty if there are none.
   *
   * @param threshold bytes from which on a message is compressed
   */
  Bytes deflated(Zlib zlib, int threshold) {
    Bytes known = deflated;
    if (known == null) {
      known = compressible ? deflate(zlib, threshold) : Bytes.EMPTY;
      deflated = known;
    }
    return known;
  }

  private Bytes deflate(Zlib zlib, int threshold) {
    ByteBuf wire = Unpooled.buffer(wireLength, wireLength);
    boolean some = zlib.write(wire, Opcode.TEXT, Bytes.of(text), threshold);
    for (byte[] attachment : attachments) {
      some |= zlib.write(wire, Opcode.BINARY, Bytes.of(attachment), threshold);
    }
    return some ? Bytes.copyOf(wire) : Bytes.EMPTY;
  }

  /** Writes the frame as WebSocket frames, those compressed for which it pays. */
  void writeDeflatedTo(ByteBuf out, Zlib zlib, int threshold) {
    Bytes wire = deflated(zlib, threshold);
    if (wire.isEmpty()) {
      writeTo(out);
    } else {
      out.writeBytes(wire.array(), wire.offset(), wire.length());
    }
  }

  /** Adds the frame to a polling payload. */
  void addTo(List<EnginePacket> packets) {
    // The text carries the message's type already, for the sake of WebSockets.
    packets.add(new EnginePacket.Message(new Bytes(text, 1, text.length - 1)));
    for (byte[] attachment : attachments) {
      packets.add(new EnginePacket.Binary(Bytes.of(attachment)));
    }
  }
}
