package dev.verbatim.chat.storage.mongo;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who writes to the database, as it stands in what is written.
 *
 * @param name of this process: sessions are its own as long as it is called so
 * @param opening the name, a number sign, and what no other opening of a store has: messages are
 *     told of others' by it
 */
record Writers(String name, String opening) {
  /** A new opening. */
  static Writers open(String name) {
    return new Writers(name, name + "#" + UUID.randomUUID());
  }

  /** Whether this opening of the store has written something. */
  boolean isOpening(@Nullable String writer) {
    return opening.equals(writer);
  }

  /** Whether this process has, now or before a restart. */
  boolean isProcess(@Nullable String writer) {
    return writer != null && writer.startsWith(name + "#");
  }
}
