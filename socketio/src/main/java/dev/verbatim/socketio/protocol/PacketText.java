package dev.verbatim.socketio.protocol;

import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.AUTH_TOO_LONG;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.EMPTY_PACKET;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_ACK_ID;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_ATTACHMENT_COUNT;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_JSON;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.INVALID_PAYLOAD;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.NAMESPACE_TOO_LONG;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.TOO_MANY_ATTACHMENTS;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNEXPECTED_PAYLOAD;
import static dev.verbatim.socketio.protocol.MalformedPacketException.Reason.UNKNOWN_TYPE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.verbatim.socketio.protocol.Packet.Ack;
import dev.verbatim.socketio.protocol.Packet.Connect;
import dev.verbatim.socketio.protocol.Packet.ConnectError;
import dev.verbatim.socketio.protocol.Packet.Disconnect;
import dev.verbatim.socketio.protocol.Packet.Event;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/** Reads the text of one packet from its beginning to its end. Used once, by one thread. */
final class PacketText {
  /** Counts and ids have no more digits than the highest id has. */
  private static final int DIGITS_MAX = 16;

  private final PacketSyntax syntax;
  private final byte[] array;
  private final int end;
  private int at;
  private int attachments;

  /** Where the namespace's query stands in the array; before its first byte stands another. */
  private int queryStart;

  private int queryEnd;

  PacketText(Bytes text, PacketSyntax syntax) {
    this.syntax = syntax;
    this.array = text.array();
    this.at = text.offset();
    this.end = text.offset() + text.length();
  }

  /** The number of attachments that the packet read announces. */
  int attachments() {
    return attachments;
  }

  /** Reads the packet, as yet without attachments. */
  Packet read() throws MalformedPacketException {
    if (at == end) {
      throw EMPTY_PACKET.exception();
    }
    byte type = array[at++];
    try {
      return switch (type) {
        case '0' -> readConnect();
        case '1' -> readDisconnect();
        case '2' -> readEvent();
        case '3' -> readAck();
        case '4' -> readConnectError();
        case '5' -> {
          readAttachments();
          yield readEvent();
        }
        case '6' -> {
          readAttachments();
          yield readAck();
        }
        default -> throw UNKNOWN_TYPE.exception();
      };
    } catch (JacksonException _) {
      throw INVALID_JSON.exception();
    }
  }

  private Connect readConnect() throws MalformedPacketException {
    String namespace = readNamespace();
    if (end - at > syntax.limits().authLengthMax()) {
      throw AUTH_TOO_LONG.exception();
    }
    return new Connect(namespace, query(), at == end ? null : readObject(UNEXPECTED_PAYLOAD));
  }

  private Disconnect readDisconnect() throws MalformedPacketException {
    String namespace = readNamespace();
    if (at != end) {
      throw UNEXPECTED_PAYLOAD.exception();
    }
    return new Disconnect(namespace);
  }

  private Event readEvent() throws MalformedPacketException {
    String namespace = readNamespace();
    long ackId = readAckId();
    Bytes json = readArray();
    try (ArrayScan scan = new ArrayScan(json, attachments, syntax)) {
      String name = scan.readName();
      return new Event(namespace, ackId, name, scan.readArguments(), List.of());
    }
  }

  private Ack readAck() throws MalformedPacketException {
    String namespace = readNamespace();
    long ackId = readAckId();
    if (ackId == Packet.NO_ACK) {
      throw INVALID_ACK_ID.exception();
    }
    Bytes json = readArray();
    try (ArrayScan scan = new ArrayScan(json, attachments, syntax)) {
      return new Ack(namespace, ackId, scan.readArguments(), List.of());
    }
  }

  private ConnectError readConnectError() throws MalformedPacketException {
    String namespace = readNamespace();
    if (at < end && array[at] == '"') {
      return new ConnectError(namespace, readValue());
    }
    return new ConnectError(namespace, readObject(INVALID_PAYLOAD));
  }

  private void readAttachments() throws MalformedPacketException {
    long count = readNumber(INVALID_ATTACHMENT_COUNT);
    if (count < 1 || at == end || array[at] != '-') {
      throw INVALID_ATTACHMENT_COUNT.exception();
    }
    at++;
    if (count > syntax.limits().attachmentsMax()) {
      throw TOO_MANY_ATTACHMENTS.exception();
    }
    attachments = (int) count;
  }

  /** Reads a namespace up to the comma or, as some clients leave that out, the text's end. */
  private String readNamespace() throws MalformedPacketException {
    if (at == end || array[at] != '/') {
      return Packet.MAIN_NAMESPACE;
    }
    int start = at;
    int nameEnd = readUntil('?', syntax.limits().namespaceLengthMax());
    if (at < end && array[at] == '?') {
      queryStart = ++at;
      queryEnd = readUntil(',', syntax.limits().namespaceQueryLengthMax());
    }
    if (at < end) {
      at++;
    }
    return syntax.names().of(array, start, nameEnd - start);
  }

  /** Goes on to a comma, another byte that ends what is read, or the end of the text. */
  private int readUntil(char last, int lengthMax) throws MalformedPacketException {
    int start = at;
    while (at < end && array[at] != ',' && array[at] != last) {
      at++;
      if (at - start > lengthMax) {
        throw NAMESPACE_TOO_LONG.exception();
      }
    }
    return at;
  }

  /** The query behind the namespace that was read, or null. */
  private @Nullable String query() {
    return queryStart == 0 ? null : new String(array, queryStart, queryEnd - queryStart, UTF_8);
  }

  private long readAckId() throws MalformedPacketException {
    long id = readNumber(INVALID_ACK_ID);
    if (id > Packet.ACK_ID_MAX) {
      throw INVALID_ACK_ID.exception();
    }
    return id;
  }

  /** Reads decimal digits, without a zero before others, if there are any; else gives −1. */
  private long readNumber(MalformedPacketException.Reason otherwise)
      throws MalformedPacketException {
    int start = at;
    long number = 0;
    while (at < end && array[at] >= '0' && array[at] <= '9') {
      number = number * 10 + array[at++] - '0';
      if (at - start > DIGITS_MAX) {
        throw otherwise.exception();
      }
    }
    if (at - start > 1 && array[start] == '0') {
      throw otherwise.exception();
    }
    return at == start ? -1 : number;
  }

  private Bytes readArray() throws MalformedPacketException {
    if (at == end || array[at] != '[') {
      throw INVALID_PAYLOAD.exception();
    }
    Bytes json = new Bytes(array, at, end - at);
    // What waits for its attachments may wait long.
    return attachments == 0 ? json : json.compact();
  }

  private Bytes readObject(MalformedPacketException.Reason otherwise)
      throws MalformedPacketException {
    if (at == end || array[at] != '{') {
      throw otherwise.exception();
    }
    return readValue();
  }

  private Bytes readValue() throws MalformedPacketException {
    Bytes json = new Bytes(array, at, end - at);
    try (var parser = syntax.parser(json)) {
      parser.nextToken();
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw INVALID_JSON.exception();
      }
    }
    return json;
  }
}
