package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HexFormat;

/**
 * The keys by which messages are found and kept unique, each in one text: what they stand for could
 * be an index of several fields too, but not a sparse one on every server.
 */
final class MessageKeys {
  private MessageKeys() {}

  /**
   * Where a message stands: its group and its seq, 24 and 16 hex digits. In the order of these
   * texts messages stand by group and seq. Seqs below 0 count as 0.
   */
  static String seqKey(ObjectId groupId, long seq) {
    return groupId + HexFormat.of().toHexDigits(Math.max(0, seq));
  }

  static ObjectId groupId(String seqKey) {
    return ObjectId.parse(seqKey.substring(0, ObjectId.HEX_LENGTH));
  }

  static long seq(String seqKey) {
    return HexFormat.fromHexDigitsToLong(seqKey, ObjectId.HEX_LENGTH, seqKey.length());
  }

  /** The name that a sender has given to a message, for good. */
  static String sendKey(ObjectId groupId, ObjectId senderId, String tempId) {
    return groupId.toString() + senderId + tempId;
  }
}
