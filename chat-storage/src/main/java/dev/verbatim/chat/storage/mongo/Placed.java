package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.Message;
import org.bson.Document;

/** A message's document at its seq, which may not be written in it yet. */
record Placed(long seq, Document document) {
  /** A document that has its seq. */
  static Placed of(Document document) {
    return new Placed(MessageDocuments.seq(document), document);
  }

  Message message() {
    return MessageDocuments.message(document, seq);
  }
}
