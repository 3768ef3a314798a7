package dev.verbatim.socketio.protocol;

import dev.verbatim.socketio.protocol.EnginePacket.Binary;
import java.util.List;

/**
 * How the Engine.IO packets of one transport are written: by its session's revision of the
 * protocol, and in revision 3 by what the client takes.
 */
public enum EngineFormat {
  /** Revision 4. */
  V4(EngineRevision.V4),
  /** Revision 3, for a client that takes bytes. */
  V3(EngineRevision.V3),
  /** Revision 3, for a client that takes text alone and has said so by {@code b64}. */
  V3_BASE64(EngineRevision.V3);

  private final EngineRevision revision;

  EngineFormat(EngineRevision revision) {
    this.revision = revision;
  }

  /** The revision of the protocol. */
  public EngineRevision revision() {
    return revision;
  }

  /**
   * A polling body.
   *
   * @param isBinary whether it is an {@code application/octet-stream}, else it is UTF-8 text
   */
  public record Payload(Bytes body, boolean isBinary) {}

  /**
   * Decodes a WebSocket text message, and sees to it that it is UTF-8.
   *
   * @throws MalformedPacketException if it is no packet
   */
  public EnginePacket decodeText(Bytes message) throws MalformedPacketException {
    return switch (revision) {
      case V4 -> EnginePacketCodec.decodeText(message);
      case V3 -> V3PacketCodec.decodeText(message);
    };
  }

  /**
   * Decodes a WebSocket binary message.
   *
   * @throws MalformedPacketException if it is no packet; in revision 4 it always is one
   */
  public EnginePacket decodeBinary(Bytes message) throws MalformedPacketException {
    return switch (revision) {
      case V4 -> EnginePacketCodec.decodeBinary(message);
      case V3 -> V3PacketCodec.decodeBinary(message);
    };
  }

  /** Whether a packet's WebSocket message is a binary one. */
  public boolean isBinary(EnginePacket packet) {
    return packet instanceof Binary && this != V3_BASE64;
  }

  /** Encodes a packet into a WebSocket message. */
  public Bytes encode(EnginePacket packet) {
    return switch (this) {
      case V4 -> EnginePacketCodec.encode(packet);
      case V3 -> V3PacketCodec.encode(packet);
      case V3_BASE64 -> V3PacketCodec.encodeText(packet);
    };
  }

  /**
   * Decodes the text of a POST into its packets, at least one.
   *
   * @throws MalformedPacketException if it passes a bound, is not UTF-8, or is no payload
   */
  public List<EnginePacket> decodePayload(Bytes body, PacketSyntax syntax)
      throws MalformedPacketException {
    return switch (revision) {
      case V4 -> PayloadCodec.decode(body, syntax);
      case V3 -> V3PayloadCodec.decodeText(body, syntax);
    };
  }

  /** Whether a POST may be an {@code application/octet-stream}. */
  public boolean takesBinaryPayloads() {
    return revision == EngineRevision.V3;
  }

  /**
   * Decodes the bytes of a POST into its packets, at least one.
   *
   * @throws MalformedPacketException if it passes a bound or is no payload
   * @throws IllegalStateException unless the format {@linkplain #takesBinaryPayloads takes} such
   */
  public List<EnginePacket> decodeBinaryPayload(Bytes body, PacketSyntax syntax)
      throws MalformedPacketException {
    return switch (revision) {
      case V4 -> throw new IllegalStateException("revision 4 has no binary payloads");
      case V3 -> V3PayloadCodec.decodeBinary(body, syntax);
    };
  }

  /** Encodes packets, at least one, into the answer to a poll. */
  public Payload encodePayload(List<? extends EnginePacket> packets) {
    return switch (this) {
      case V4 -> new Payload(Bytes.of(PayloadCodec.encode(packets)), false);
      case V3 ->
          packets.stream().anyMatch(Binary.class::isInstance)
              ? new Payload(Bytes.of(V3PayloadCodec.encodeBinary(packets)), true)
              : new Payload(Bytes.of(V3PayloadCodec.encodeText(packets)), false);
      case V3_BASE64 -> new Payload(Bytes.of(V3PayloadCodec.encodeText(packets)), false);
    };
  }
}
