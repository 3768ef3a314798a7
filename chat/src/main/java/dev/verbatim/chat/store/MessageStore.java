package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.ReadState;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the store tells of messages. */
public interface MessageStore {
  /** The message with this id, in whatever group. */
  Optional<Message> message(ObjectId id) throws StoreException;

  /** The message that this sender named so in this group. */
  Optional<Message> messageByTempId(ObjectId groupId, ObjectId senderId, String tempId)
      throws StoreException;

  /** The messages with first &lt;= seq &lt;= last, at most {@code limit}, lowest seq first. */
  List<Message> messagesUpward(ObjectId groupId, long first, long last, int limit)
      throws StoreException;

  /**
   * The messages with seq &lt;= last, at most {@code limit}, the highest of them, highest first.
   */
  List<Message> messagesDownward(ObjectId groupId, long last, int limit) throws StoreException;

  /** The group's newest seq, 0 for none. */
  long newestSeq(ObjectId groupId) throws StoreException;

  /** What each member who has read or sent anything has read of the group, oldest member first. */
  Map<ObjectId, ReadState> readStates(ObjectId groupId) throws StoreException;
}
