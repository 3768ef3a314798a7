package dev.verbatim.socketio.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * How the content of an HTTP answer is compressed: what stands around deflated data.
 *
 * <p>{@link #GZIP} is ten bytes of header, the data, and, low byte first, the CRC-32 and the length
 * of the content. {@link #DEFLATE} is two bytes of header, the data, and, high byte first, the
 * Adler-32 of the content.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-8.4.1">RFC 9110, 8.4.1</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952, gzip</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950, zlib</a>
 */
public enum ContentCoding {
  /** The gzip format. */
  GZIP("gzip"),
  /** The zlib format. */
  DEFLATE("deflate");

  /** Deflated, no flags, no time, made anywhere. */
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /** Deflated with a window of 32 KiB, at the default level. */
  private static final byte[] ZLIB_HEADER = {0x78, (byte) 0x9c};

  private final String text;

  ContentCoding(String text) {
    this.text = text;
  }

  /** The name in {@code Accept-Encoding} and {@code Content-Encoding}. */
  public String text() {
    return text;
  }

  /**
   * Puts deflated data into the format.
   *
   * @param deflated the data, whole (RFC 1951)
   * @param content what they inflate to
   */
  public Bytes wrap(Bytes deflated, Bytes content) {
    return switch (this) {
      case GZIP -> gzip(deflated, content);
      case DEFLATE -> zlib(deflated, content);
    };
  }

  private static Bytes gzip(Bytes deflated, Bytes content) {
    CRC32 crc = new CRC32();
    crc.update(content.array(), content.offset(), content.length());
    return Bytes.of(
        around(GZIP_HEADER, deflated, 8)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt((int) crc.getValue())
            .putInt(content.length())
            .array());
  }

  private static Bytes zlib(Bytes deflated, Bytes content) {
    Adler32 adler = new Adler32();
    adler.update(content.array(), content.offset(), content.length());
    return Bytes.of(around(ZLIB_HEADER, deflated, 4).putInt((int) adler.getValue()).array());
  }

  /** A header and data, at the place behind them. */
  private static ByteBuffer around(byte[] header, Bytes deflated, int trailerLength) {
    return ByteBuffer.allocate(header.length + deflated.length() + trailerLength)
        .put(header)
        .put(deflated.array(), deflated.offset(), deflated.length());
  }
}
