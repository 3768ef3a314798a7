package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.ATTACHMENTS_TOO_LARGE;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.TEXT_INSTEAD_OF_ATTACHMENT;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNANNOUNCED_ATTACHMENT;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Confined to its connection's event loop: decodes the {@link Packet}s of one connection from its
 * Engine.IO messages, and holds one that waits for its attachments.
 *
 * <p>Attachments follow their packet at once, so there is at most one that waits, and what it holds
 * is bounded by {@link CodecLimits#attachmentsMax} and {@link PacketSyntax#messageBytesMax}; none
 * of it holds a longer message that it came in. After an exception the connection is to be closed,
 * and the decoder is of no more use.
 */
public final class PacketDecoder {
  private final PacketSyntax syntax;
  private @Nullable Packet waiting;
  private List<Bytes> attachments = List.of();
  private int missing;
  private int bytesLeft;

  /** A decoder that waits for nothing. */
  public PacketDecoder(PacketSyntax syntax) {
    this.syntax = syntax;
  }

  /**
   * Decodes the text of an {@link EnginePacket.Message}.
   *
   * @param text UTF-8, as the codecs of Engine.IO packets have checked
   * @return the packet, or null if it still waits for its attachments
   * @throws MalformedPacketException if it is malformed or an attachment was due
   */
  public @Nullable Packet decodeText(Bytes text) throws MalformedPacketException {
    if (waiting != null) {
      throw TEXT_INSTEAD_OF_ATTACHMENT.exception();
    }
    PacketText reader = new PacketText(text, syntax);
    Packet packet = reader.read();
    if (reader.attachments() == 0) {
      return packet;
    }
    waiting = packet;
    missing = reader.attachments();
    attachments = new ArrayList<>(missing);
    bytesLeft = syntax.messageBytesMax();
    return null;
  }

  /**
   * Takes the data of an {@link EnginePacket.Binary} as the next attachment.
   *
   * @return the packet that waited, if this was its last attachment, else null
   * @throws MalformedPacketException if no packet waits, or its attachments grow too large
   */
  public @Nullable Packet decodeBinary(Bytes data) throws MalformedPacketException {
    Packet packet = waiting;
    if (packet == null) {
      throw UNANNOUNCED_ATTACHMENT.exception();
    }
    if (data.length() > bytesLeft) {
      throw ATTACHMENTS_TOO_LARGE.exception();
    }
    bytesLeft -= data.length();
    attachments.add(data.compact());
    if (--missing > 0) {
      return null;
    }
    List<Bytes> complete = attachments;
    waiting = null;
    attachments = List.of();
    return switch (packet) {
      case Event event -> event.withAttachments(complete);
      case Ack ack -> ack.withAttachments(complete);
      case Connect _, Disconnect _, ConnectError _ ->
          throw new IllegalStateException("no packet for attachments");
    };
  }

  /** Whether the next thing to come must be an attachment. */
  public boolean awaitsAttachment() {
    return waiting != null;
  }
}
