package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Packet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * An event that a client sent. Its JSON is well-formed, and its bytes are its own: it may be kept.
 */
public final class Event {
  private final Socket socket;
  private final Packet.Event packet;
  private final Args args;
  private @Nullable Ack ack;

  Event(Socket socket, Packet.Event packet, Args args) {
    this.socket = socket;
    this.packet = packet;
    this.args = args;
  }

  /** The event's name. */
  public String name() {
    return packet.name();
  }

  /** The number of arguments, the name not counted. */
  public int argumentCount() {
    return args.count();
  }

  /** The arguments. */
  public Args args() {
    return args;
  }

  /**
   * The array that holds the event's JSON text, {@code ["name",argument,…]}, from {@link #offset}
   * on for {@link #length} bytes. Not to be written to.
   */
  public byte[] buffer() {
    return args.array().array();
  }

  /** Where the JSON text begins in {@link #buffer}. */
  public int offset() {
    return args.array().offset();
  }

  /** The bytes of the JSON text. */
  public int length() {
    return args.array().length();
  }

  /**
   * A streaming parser that stands before an argument's first token.
   *
   * @throws IndexOutOfBoundsException if there is no such argument
   */
  public JsonParser parser(int argument) {
    return args.parser(argument);
  }

  /**
   * An argument as an object; binary data may be asked for as {@code byte[].class}.
   *
   * @throws tools.jackson.core.JacksonException if the JSON is not of that type
   * @throws IndexOutOfBoundsException if there is no such argument
   */
  public <T> @Nullable T argument(int argument, Class<T> type) {
    return args.argument(argument, type);
  }

  /** The binary data that the arguments' placeholders stand for. */
  public List<byte[]> attachments() {
    return args.attachments();
  }

  /** Whether the client waits for an acknowledgement. */
  public boolean wantsAck() {
    return packet.wantsAck();
  }

  /**
   * The client's callback; the same one at each call. One that the client did not ask for does
   * nothing.
   */
  public Ack ack() {
    if (ack == null) {
      ack = new Ack(socket, packet.ackId());
    }
    return ack;
  }
}
