package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import org.bson.Document;

/**
 * The seqs of messages that others have put there without one: they come first in their group, in
 * the order in which they were made. For any thread.
 */
interface Numbering {
  /** Of a database in which there are none. */
  Numbering NOTHING_OLD =
      new Numbering() {
        @Override
        public long oldCount(ObjectId groupId) {
          return 0;
        }

        @Override
        public long seq(Document message) {
          return MessageDocuments.seq(message);
        }
      };

  /** How many of a group's messages had no seq when the group was first touched here. */
  long oldCount(ObjectId groupId) throws StoreException;

  /** The seq of a message, whether it is written into it already or not. */
  long seq(Document message) throws StoreException;
}
