package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the store tells of messages. */
public interface MessageStore {
  /** The message with this id, in whatever group. */
  Optional<Message> message(ObjectId id) throws StoreException;

  /** The groups of those of these messages that exist, by the messages' ids. */
  Map<ObjectId, ObjectId> groupsOf(Collection<ObjectId> messageIds) throws StoreException;

  /** The messages with first &lt;= seq &lt;= last, at most {@code limit}, lowest seq first. */
  List<Message> messagesUpward(ObjectId groupId, long first, long last, int limit)
      throws StoreException;

  /**
   * The messages with seq &lt;= last, at most {@code limit}, the highest of them, highest first.
   */
  List<Message> messagesDownward(ObjectId groupId, long last, int limit) throws StoreException;

  /**
   * The last messages of groups, by the groups' ids: of each the newest that is not deleted, looked
   * for among the newest {@code seqsMax}, with its readers as {@link #readers} tells them. A group
   * that has none there is left out.
   */
  Map<ObjectId, LastMessage> lastMessages(
      Collection<ObjectId> groupIds, int seqsMax, int readersMax) throws StoreException;

  /** A group's last message and who has read it. */
  record LastMessage(Message message, List<Readers.Reader> readers) {
    public LastMessage {
      readers = List.copyOf(readers);
    }
  }

  /** The group's newest seq, 0 for none. */
  long newestSeq(ObjectId groupId) throws StoreException;

  /**
   * Who has read the group's messages with first &lt;= seq &lt;= last: members who have it among
   * their read messages, never its sender, and at most {@code limit} of each message. Which ones
   * are told where there are more, and in which order, is the store's own choice. {@code readAt}
   * may be that of a later reading by the same member.
   *
   * <p>Its cost is that of the readers looked at until each message has enough of them, whatever
   * else they have read, and however many messages the group has.
   */
  Readers readers(ObjectId groupId, long first, long last, int limit) throws StoreException;
}
