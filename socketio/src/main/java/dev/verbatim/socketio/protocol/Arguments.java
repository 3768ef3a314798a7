package dev.verbatim.socketio.protocol;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event or an acknowledgement: a JSON array known to be well-formed, and where
 * in it each argument stands, so that nobody has to look for them again.
 */
public final class Arguments {
  private final Bytes array;
  private final int[] starts;

  /**
   * Views an array that has been checked.
   *
   * @param array the array, brackets included; an event's begins with its name
   * @param starts the indices in it of the arguments' first bytes, then that of the closing bracket
   */
  Arguments(Bytes array, int[] starts) {
    this.array = array;
    this.starts = starts;
  }

  /** Arguments that are well-formed JSON values each. */
  public static Arguments of(List<Bytes> arguments) {
    return join(0, new byte[1 + joinedLength(arguments)], 1, arguments);
  }

  static Arguments ofEvent(String name, List<Bytes> arguments) {
    int nameLength = JsonText.length(name);
    byte[] json = new byte[1 + nameLength + 1 + joinedLength(arguments)];
    int at = JsonText.write(name, json, 1);
    if (arguments.isEmpty()) {
      return join(0, Arrays.copyOf(json, json.length - 1), at, arguments);
    }
    json[at++] = ',';
    return join(0, json, at, arguments);
  }

  /** The number of arguments; an event's name is none. */
  public int count() {
    return starts.length - 1;
  }

  /** The JSON value of an argument, without white space around it. */
  public Bytes get(int index) {
    int start = starts[index];
    int end = endOfValue(starts[index + 1]);
    if (index < count() - 1) {
      end = endOfValue(end - 1);
    }
    return array.slice(start, end - start);
  }

  /** The same arguments for who keeps them, as {@link Bytes#compact} says. */
  public Arguments compact() {
    return array.isCompact() ? this : new Arguments(array.compact(), starts);
  }

  /** The whole JSON array; an event's begins with its name. */
  public Bytes array() {
    return array;
  }

  /** The index behind the last byte before {@code end} that is not white space. */
  private int endOfValue(int end) {
    int at = end;
    while (isWhitespace(array.at(at - 1))) {
      at--;
    }
    return at;
  }

  private static boolean isWhitespace(byte value) {
    return value == ' ' || value == '\n' || value == '\r' || value == '\t';
  }

  /** The length of the arguments, the commas between them and the closing bracket. */
  static int joinedLength(List<Bytes> arguments) {
    int length = Math.max(1, arguments.size());
    for (Bytes argument : arguments) {
      length = Math.addExact(length, argument.length());
    }
    return length;
  }

  private static Arguments join(int open, byte[] json, int first, List<Bytes> arguments) {
    json[open] = '[';
    int[] starts = new int[arguments.size() + 1];
    int at = first;
    for (int i = 0; i < arguments.size(); i++) {
      if (i > 0) {
        json[at++] = ',';
      }
      starts[i] = at;
      at = arguments.get(i).copyTo(json, at);
    }
    starts[arguments.size()] = at;
    json[at] = ']';
    return new Arguments(Bytes.of(json), starts);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Arguments that
        && array.equals(that.array)
        && Arrays.equals(starts, that.starts);
  }

  @Override
  public int hashCode() {
    return array.hashCode();
  }

  @Override
  public String toString() {
    return "Arguments[count=" + count() + "]";
  }
}
