package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.Arrays;
import java.util.List;

/**
 * Encodes {@link Packet}s into text, each in one allocation.
 *
 * <p>What is named a message begins with Engine.IO's {@code 4} and is a WebSocket text message as
 * it stands: {@code 42["new_message",{…}]}. Attachments are no part of the text; they follow it as
 * binary messages, {@link Packet#attachments} in their order, with nothing in between.
 */
public final class PacketEncoder {
  private static final Bytes NOTHING = Bytes.EMPTY;

  private PacketEncoder() {}

  /** Encodes a packet, in Socket.IO's own format. */
  static byte[] encode(Packet packet) {
    return encode(packet, false);
  }

  /** Encodes a packet into an Engine.IO message. */
  public static byte[] encodeMessage(Packet packet) {
    return encode(packet, true);
  }

  /** Encodes an event without acknowledgement and attachments into an Engine.IO message. */
  public static byte[] eventMessage(String namespace, String name, Bytes... arguments) {
    return eventMessage(namespace, Packet.NO_ACK, name, 0, Arrays.asList(arguments));
  }

  /**
   * Encodes an event into an Engine.IO message.
   *
   * @param ackId the acknowledgement's id, or {@link Packet#NO_ACK}
   * @param attachments the number of attachments that will follow
   * @param arguments JSON values, each well-formed
   */
  public static byte[] eventMessage(
      String namespace, long ackId, String name, int attachments, List<Bytes> arguments) {
    Header header = new Header(attachments == 0 ? '2' : '5', namespace, ackId, attachments);
    int comma = arguments.isEmpty() ? 0 : 1;
    int length = 1 + JsonText.length(name) + comma + Arguments.joinedLength(arguments);
    byte[] text = header.write(true, length);
    int at = text.length - length;
    text[at++] = '[';
    at = JsonText.write(name, text, at);
    if (comma == 1) {
      text[at++] = ',';
    }
    join(arguments, text, at);
    return text;
  }

  /**
   * Encodes an acknowledgement into an Engine.IO message.
   *
   * @param attachments the number of attachments that will follow
   * @param arguments JSON values, each well-formed
   */
  public static byte[] ackMessage(
      String namespace, long ackId, int attachments, List<Bytes> arguments) {
    Header header = new Header(attachments == 0 ? '3' : '6', namespace, ackId, attachments);
    int length = 1 + Arguments.joinedLength(arguments);
    byte[] text = header.write(true, length);
    int at = text.length - length;
    text[at++] = '[';
    join(arguments, text, at);
    return text;
  }

  private static byte[] encode(Packet packet, boolean message) {
    int attachments = packet.attachments().size();
    return switch (packet) {
      case Connect(String namespace, String query, Bytes data) ->
          plain(
              '0',
              query == null ? namespace : namespace + '?' + query,
              data == null ? NOTHING : data,
              message);
      case Disconnect(String namespace) -> plain('1', namespace, NOTHING, message);
      case ConnectError(String namespace, Bytes data) -> plain('4', namespace, data, message);
      case Event event ->
          withPayload(
              new Header(
                  attachments == 0 ? '2' : '5', event.namespace(), event.ackId(), attachments),
              event.arguments().array(),
              message);
      case Ack ack ->
          withPayload(
              new Header(attachments == 0 ? '3' : '6', ack.namespace(), ack.ackId(), attachments),
              ack.arguments().array(),
              message);
    };
  }

  private static byte[] plain(char type, String namespace, Bytes payload, boolean message) {
    return withPayload(new Header(type, namespace, Packet.NO_ACK, 0), payload, message);
  }

  private static byte[] withPayload(Header header, Bytes payload, boolean message) {
    byte[] text = header.write(message, payload.length());
    payload.copyTo(text, text.length - payload.length());
    return text;
  }

  private static void join(List<Bytes> arguments, byte[] target, int start) {
    int at = start;
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0) {
        target[at++] = ',';
      }
      at = arguments.get(i).copyTo(target, at);
    }
    target[at] = ']';
  }

  /** What stands before the JSON. */
  private record Header(char type, String namespace, long ackId, int attachments) {

    /** A new array with the header at its beginning and room for the payload behind it. */
    byte[] write(boolean message, int payloadLength) {
      byte[] namespaceBytes =
          namespace.equals(Packet.MAIN_NAMESPACE) ? NOTHING.array() : namespace.getBytes(UTF_8);
      int length = message ? 2 : 1;
      length += attachments == 0 ? 0 : digits(attachments) + 1;
      length += namespaceBytes.length == 0 ? 0 : namespaceBytes.length + 1;
      length += ackId == Packet.NO_ACK ? 0 : digits(ackId);
      byte[] text = new byte[Math.addExact(length, payloadLength)];
      int at = 0;
      if (message) {
        text[at++] = EnginePacketCodec.MESSAGE_TYPE;
      }
      text[at++] = (byte) type;
      if (attachments > 0) {
        at = writeNumber(attachments, text, at);
        text[at++] = '-';
      }
      if (namespaceBytes.length > 0) {
        System.arraycopy(namespaceBytes, 0, text, at, namespaceBytes.length);
        at += namespaceBytes.length;
        text[at++] = ',';
      }
      if (ackId != Packet.NO_ACK) {
        writeNumber(ackId, text, at);
      }
      return text;
    }

    private static int digits(long number) {
      int digits = 1;
      for (long rest = number / 10; rest > 0; rest /= 10) {
        digits++;
      }
      return digits;
    }

    private static int writeNumber(long number, byte[] target, int start) {
      int end = start + digits(number);
      long rest = number;
      for (int i = end - 1; i >= start; i--) {
        target[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      return end;
    }
  }
}
