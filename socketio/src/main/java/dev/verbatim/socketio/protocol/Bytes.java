package dev.verbatim.socketio.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A view of a part of a byte array.
 *
 * <p>The array is shared, never copied, and must not change while views of it are in use. Two views
 * are equal when they show the same bytes. {@link #toString} tells the length alone, for contents
 * do not belong in logs.
 */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

  /** What an array may be longer than twice its view, for a copy has its own price. */
  private static final int SLACK = 256;

  private final byte[] array;
  private final int offset;
  private final int length;

  /** Views {@code length} bytes of {@code array} from {@code offset}. */
  public Bytes(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /** Views a whole array. */
  public static Bytes of(byte[] array) {
    return new Bytes(array, 0, array.length);
  }

  /** The UTF-8 bytes of a text. */
  public static Bytes utf8(String text) {
    return of(text.getBytes(UTF_8));
  }

  /** Copies what is readable in a buffer, without moving its reader index or releasing it. */
  public static Bytes copyOf(ByteBuf buffer) {
    byte[] copy = new byte[buffer.readableBytes()];
    buffer.getBytes(buffer.readerIndex(), copy);
    return of(copy);
  }

  /** The array behind the view; it may hold more than the view shows. */
  public byte[] array() {
    return array;
  }

  /** The index of the first byte in {@link #array}. */
  public int offset() {
    return offset;
  }

  /** The number of bytes. */
  public int length() {
    return length;
  }

  /** Whether there is nothing to see. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** The byte at an index of the view. */
  public byte at(int index) {
    return array[offset + Objects.checkIndex(index, length)];
  }

  /** The view without its first {@code start} bytes. */
  public Bytes from(int start) {
    return slice(start, length - start);
  }

  /** A part of the view. */
  public Bytes slice(int start, int sliceLength) {
    Objects.checkFromIndexSize(start, sliceLength, length);
    return new Bytes(array, offset + start, sliceLength);
  }

  /**
   * The same bytes for who keeps them: a copy if the array behind them is much longer, so that a
   * small part of a message does not hold all of it in memory.
   */
  public Bytes compact() {
    return isCompact() ? this : of(toByteArray());
  }

  boolean isCompact() {
    return array.length - length <= length + SLACK;
  }

  /** The text that the bytes are in UTF-8. */
  public String utf8() {
    return new String(array, offset, length, UTF_8);
  }

  /** A copy of the bytes. */
  public byte[] toByteArray() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  /** Copies the bytes to a place in another array and returns the index behind them. */
  int copyTo(byte[] target, int at) {
    System.arraycopy(array, offset, target, at, length);
    return at + length;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  @Override
  public String toString() {
    return "Bytes[length=" + length + "]";
  }
}
