package dev.verbatim.socketio;

/**
 * A typed key of what a server keeps with a socket. Keys are compared by identity: make each once,
 * in a constant.
 *
 * @param <T> the type of the value
 */
@SuppressWarnings("UnusedTypeParameter") // it pairs the key with its values at compile time
public final class Attribute<T> {
  private final String name;

  private Attribute(String name) {
    this.name = name;
  }

  /** A new key; the name is for people only. */
  public static <T> Attribute<T> of(String name) {
    return new Attribute<>(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
