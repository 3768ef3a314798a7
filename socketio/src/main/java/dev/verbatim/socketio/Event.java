package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Packet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/**
 * An event that a client sent. Its JSON is well-formed, and its bytes are its own: it may be kept.
 */
public final class Event {
  private final String name;
  private final Args args;
  private final Ack ack;

  Event(Socket socket, Packet.Event packet, Args args) {
    this.name = packet.name();
    this.args = args;
    this.ack = packet.wantsAck() ? new Ack(socket, packet.ackId()) : Ack.NOT_WANTED;
  }

  /** The event's name. */
  public String name() {
    return name;
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
    return ack != Ack.NOT_WANTED;
  }

  /**
   * The client's callback; the same one at each call. One that the client did not ask for does
   * nothing.
   */
  public Ack ack() {
    return ack;
  }
}
