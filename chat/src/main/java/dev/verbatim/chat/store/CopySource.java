package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a store tells to whoever copies it, beside what everybody may ask. */
public interface CopySource {
  /**
   * Brings in order what others have put there and nobody has looked at yet, so that a copy finds
   * all there is. Blocks, perhaps for hours; nobody else may write meanwhile.
   *
   * @throws StoreException if something cannot be brought in order
   */
  void settle() throws StoreException;

  /**
   * All users, lowest id first, at most {@code limit}.
   *
   * @param after only those with a higher id, null for the first
   */
  List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws StoreException;

  /** All groups with all their members, closed ones too; as {@link #accounts}. */
  List<Group> groups(@Nullable ObjectId after, int limit) throws StoreException;

  /** The highest seqs that users have read or sent in a group, of those that have any. */
  Map<ObjectId, Long> lastReads(ObjectId groupId) throws StoreException;
}
