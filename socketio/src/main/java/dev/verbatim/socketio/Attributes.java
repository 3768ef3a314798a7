package dev.verbatim.socketio;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a server keeps with one socket. Safe for all threads; read without a lock. */
final class Attributes {
  /** Keys and values by turns, never changed once they stand here. */
  private volatile Object[] pairs = {};

  synchronized <T> void set(Attribute<T> key, T value) {
    Object[] old = pairs;
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] == key) {
        Object[] changed = old.clone();
        changed[i + 1] = value;
        pairs = changed;
        return;
      }
    }
    Object[] longer = Arrays.copyOf(old, old.length + 2);
    longer[old.length] = key;
    longer[old.length + 1] = value;
    pairs = longer;
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // set() pairs key and value
  <T> @Nullable T get(Attribute<T> key) {
    Object[] all = pairs;
    for (int i = 0; i < all.length; i += 2) {
      if (all[i] == key) {
        return (T) all[i + 1];
      }
    }
    return null;
  }
}
