package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.store.StoreException;
import java.time.Instant;
import java.util.HexFormat;
import org.bson.Document;
import org.bson.types.Binary;

/**
 * What members have read as documents: up to where ({@code verbatim_reads}), and what of it for
 * which there was no room in the messages' own arrays ({@code verbatim_read_blocks}). Their ids are
 * texts in whose order the members of a group, and those of a block, stand side by side.
 */
final class ReadDocuments {
  private ReadDocuments() {}

  /** Of what a member has read of a group. */
  static String stateId(ObjectId groupId, ObjectId userId) {
    return groupId + ":" + userId;
  }

  /** What the ids of a group's members begin with; they are below {@link #groupEnd}. */
  static String groupStart(ObjectId groupId) {
    return groupId + ":";
  }

  /** The least text above all ids of a group's members: the colon's successor is the semicolon. */
  static String groupEnd(ObjectId groupId) {
    return groupId + ";";
  }

  /** Whose such an id is. */
  static ObjectId userId(String id) {
    return ObjectId.parse(id.substring(id.length() - ObjectId.HEX_LENGTH));
  }

  /** Of which group such an id is. */
  static ObjectId groupId(String id) {
    return ObjectId.parse(id.substring(0, ObjectId.HEX_LENGTH));
  }

  static long lastRead(Document state) {
    return Values.number(state, Fields.LAST_READ);
  }

  /** Of what a member has read of a block of a group's messages. */
  static String blockId(ObjectId groupId, long block, ObjectId userId) {
    return blockStart(groupId, block) + userId;
  }

  /** What the ids of a block begin with; they are below {@link #blockEnd}. */
  static String blockStart(ObjectId groupId, long block) {
    return groupId + ":" + HexFormat.of().toHexDigits(block, 8) + ":";
  }

  /** The least text above all ids of a block: the colon's successor is the semicolon. */
  static String blockEnd(ObjectId groupId, long block) {
    return groupId + ":" + HexFormat.of().toHexDigits(block, 8) + ";";
  }

  /** The number of the block of such an id. */
  static long block(String id) {
    int start = ObjectId.HEX_LENGTH + 1;
    return HexFormat.fromHexDigitsToLong(id, start, start + 8);
  }

  /**
   * What is read of the block.
   *
   * @throws StoreException if its bytes are none of a block's
   */
  static ReadBlock bits(Document block) throws StoreException {
    Object bits = block.get(Fields.BITS);
    try {
      return switch (bits) {
        case Binary binary -> ReadBlock.parse(binary.getData());
        case byte[] bytes -> ReadBlock.parse(bytes);
        case null, default -> throw new IllegalArgumentException("damaged: a block without bits");
      };
    } catch (IllegalArgumentException e) {
      throw new StoreException("What was read is " + e.getMessage(), e);
    }
  }

  static Instant readAt(Document block) {
    return Values.instant(block, Fields.READ_AT, Instant.EPOCH);
  }

  /** A block as it is written: all fields but the id. */
  static Document block(ReadBlock block, Instant readAt) {
    return new Document(Fields.READ_AT, Values.bson(readAt))
        .append(Fields.BITS, new Binary(block.bytes()));
  }
}
