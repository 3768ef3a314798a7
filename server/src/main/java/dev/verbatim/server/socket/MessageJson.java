package dev.verbatim.server.socket;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.User;
import dev.verbatim.server.wire.JsonBytes;
import dev.verbatim.server.wire.WireJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * One message written once and laid out in all the payloads that it goes into. What others see
 * stands without its tempId, what its sender sees with it.
 */
final class MessageJson {
  private static final byte[] MESSAGE = ascii("{\"message\":");
  private static final byte[] SENDER = ascii(",\"sender\":");
  private static final byte[] TEMP_ID = ascii(",\"tempId\":");
  private static final byte[] END = ascii("}");

  private final byte[] message;
  private final byte @Nullable [] tempId;

  /** Of a message that nobody has read yet. */
  MessageJson(Message message) {
    this(message, List.of());
  }

  MessageJson(Message message, List<Readers.Reader> readers) {
    this.message = JsonBytes.of(json -> WireJson.message(json, message, readers, false));
    this.tempId = message.tempId() == null ? null : quoted(message.tempId());
  }

  /** {@code {message, sender}}, the payload of {@code new_message}. */
  byte[] forOthers(User sender) {
    return join(
        MESSAGE, message, SENDER, JsonBytes.of(json -> WireJson.userSummary(json, sender)), END);
  }

  /** {@code {message, tempId?}}: of {@code message_sent}, and what the sender's callback gets. */
  byte[] forSender() {
    if (tempId == null) {
      return alone();
    }
    return join(MESSAGE, open(), TEMP_ID, tempId, END, TEMP_ID, tempId, END);
  }

  /** {@code {message}}, as others see it. */
  byte[] alone() {
    return join(MESSAGE, message, END);
  }

  /** {@code {message}}, as its sender sees it. */
  byte[] aloneForSender() {
    return tempId == null ? alone() : join(MESSAGE, open(), TEMP_ID, tempId, END, END);
  }

  /** The message without its closing brace. */
  private byte[] open() {
    byte[] open = message.clone();
    open[open.length - 1] = ' ';
    return open;
  }

  private static byte[] quoted(String text) {
    byte[] body = JsonStringEncoder.getInstance().quoteAsUTF8(text);
    byte[] quoted = new byte[body.length + 2];
    quoted[0] = quoted[quoted.length - 1] = '"';
    System.arraycopy(body, 0, quoted, 1, body.length);
    return quoted;
  }

  private static byte[] join(byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    byte[] joined = new byte[length];
    int at = 0;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, joined, at, part.length);
      at += part.length;
    }
    return joined;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
