package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import dev.verbatim.chat.model.ObjectId;

/** A group's old messages are being counted: until then nothing is known of its order. */
final class UncountedException extends MongoException {
  private static final long serialVersionUID = 1;

  UncountedException(ObjectId groupId) {
    super("the old messages of group " + groupId + " are being counted");
  }
}
