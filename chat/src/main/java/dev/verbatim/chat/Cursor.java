package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;

/** Where in a group's history a page lies. What a cursor names is not part of the page. */
public sealed interface Cursor {
  /** The newest messages. */
  record Newest() implements Cursor {}

  /** Those right before a place. */
  record Before(Place place) implements Cursor {}

  /** Those right after a place. */
  record After(Place place) implements Cursor {}

  /** A place in a group's history. */
  sealed interface Place {}

  /** The place of a seq, whether there is a message or not. */
  record Seq(long seq) implements Place {
    public Seq {
      if (seq < 0) {
        throw new IllegalArgumentException("Not a seq: " + seq);
      }
    }
  }

  /** The place of a message. */
  record Id(ObjectId messageId) implements Place {}
}
