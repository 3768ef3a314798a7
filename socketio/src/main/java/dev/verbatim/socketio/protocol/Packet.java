package dev.verbatim.socketio.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO v5 packet.
 *
 * <table>
 * <caption>The packets as the protocol's page lists them</caption>
 * <tr><th>type</th><th>packet</th><th>payload</th><th>acknowledgement id</th></tr>
 * <tr><td>{@code 0} CONNECT</td><td>{@link Connect}</td><td>an object or none</td><td>none</td></tr>
 * <tr><td>{@code 1} DISCONNECT</td><td>{@link Disconnect}</td><td>none</td><td>none</td></tr>
 * <tr><td>{@code 2} EVENT</td><td>{@link Event}</td><td>an array, the name first</td><td>may be</td></tr>
 * <tr><td>{@code 3} ACK</td><td>{@link Ack}</td><td>an array</td><td>must be</td></tr>
 * <tr><td>{@code 4} CONNECT_ERROR</td><td>{@link ConnectError}</td><td>an object or a string</td><td>none</td></tr>
 * <tr><td>{@code 5} BINARY_EVENT</td><td>{@link Event} with attachments</td><td>as EVENT</td><td>may be</td></tr>
 * <tr><td>{@code 6} BINARY_ACK</td><td>{@link Ack} with attachments</td><td>as ACK</td><td>must be</td></tr>
 * </table>
 *
 * <p>On the wire a packet is {@code <type>[<attachments>-][<namespace>,][<ack id>][<JSON>]}, where
 * the main namespace is left out. Where binary data belongs in the JSON stands a {@link
 * Placeholder}; the data follows in as many Engine.IO binary packets as the header says.
 *
 * @see <a href="https://socket.io/docs/v4/socket-io-protocol/">The Socket.IO protocol</a>
 */
public sealed interface Packet {
  /** The main namespace. */
  String MAIN_NAMESPACE = "/";

  /** The {@link Event#ackId} of an event that asks for no acknowledgement. */
  long NO_ACK = -1;

  /** The highest acknowledgement id, the highest integer that every client can count to. */
  long ACK_ID_MAX = (1L << 53) - 1;

  /** The namespace, which begins with a slash; its query is dropped in decoding, CONNECT apart. */
  String namespace();

  /** The binary data that the payload's placeholders stand for, in their order. */
  default List<Bytes> attachments() {
    return List.of();
  }

  /**
   * A client asks to be let into a namespace, or the server lets it in.
   *
   * @param query what stands behind the namespace's name and a question mark, as sent, or null; the
   *     {@code auth} of clients of Socket.IO 1 and 2
   * @param data a JSON object, the client's {@code auth} or the server's {@code {"sid": …}}, or
   *     null
   */
  record Connect(String namespace, @Nullable String query, @Nullable Bytes data) implements Packet {

    /** One without a query. */
    public Connect(String namespace, @Nullable Bytes data) {
      this(namespace, null, data);
    }
  }

  /** Either side leaves a namespace. */
  record Disconnect(String namespace) implements Packet {}

  /**
   * An event.
   *
   * @param ackId what an acknowledgement must name, 0 to {@link #ACK_ID_MAX}, or {@link #NO_ACK}
   * @param name the event's name, never a {@linkplain EventNames#isReserved reserved} one; a number
   *     in its place is kept as it was written
   * @param arguments what follows the name
   */
  record Event(
      String namespace, long ackId, String name, Arguments arguments, List<Bytes> attachments)
      implements Packet {

    /** An event of arguments that are JSON values each. */
    public static Event of(String namespace, long ackId, String name, List<Bytes> arguments) {
      return new Event(namespace, ackId, name, Arguments.ofEvent(name, arguments), List.of());
    }

    /** The same event with attachments, which its arguments' placeholders number. */
    public Event withAttachments(List<Bytes> others) {
      return new Event(namespace, ackId, name, arguments, List.copyOf(others));
    }

    /** Whether the sender waits for an {@link Ack}. */
    public boolean wantsAck() {
      return ackId != NO_ACK;
    }
  }

  /**
   * The answer to an event.
   *
   * @param ackId the id of the {@link Event}
   */
  record Ack(String namespace, long ackId, Arguments arguments, List<Bytes> attachments)
      implements Packet {

    /** An acknowledgement of arguments that are JSON values each. */
    public static Ack of(String namespace, long ackId, List<Bytes> arguments) {
      return new Ack(namespace, ackId, Arguments.of(arguments), List.of());
    }

    /** The same acknowledgement with attachments, which its arguments' placeholders number. */
    public Ack withAttachments(List<Bytes> others) {
      return new Ack(namespace, ackId, arguments, List.copyOf(others));
    }
  }

  /**
   * The server refuses a client.
   *
   * @param data a JSON object, {@code {"message": …, "data": …}}, or a string
   */
  record ConnectError(String namespace, Bytes data) implements Packet {}
}
