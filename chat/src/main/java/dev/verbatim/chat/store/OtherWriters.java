package dev.verbatim.chat.store;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * What others than this process have put into a store that they share. Asked from time to time by
 * one thread at a time, but for {@link #listen}; all methods block.
 */
public interface OtherWriters {
  /** Those of these groups that exist, with all their members, closed ones too. */
  Map<ObjectId, Group> groups(Collection<ObjectId> ids) throws StoreException;

  /**
   * When each of these groups that exists was changed last, as far as whoever changed it has said
   * so.
   */
  Map<ObjectId, Instant> changedAt(Collection<ObjectId> groupIds) throws StoreException;

  /** The active groups in which at least one of these users is. */
  Set<ObjectId> groupIdsOf(Collection<ObjectId> userIds) throws StoreException;

  /**
   * Somebody here begins to listen to these groups, to which nobody has: what others put there from
   * now on is to be told ({@link Write.CatchUp}), and nothing of what is there. For any thread.
   */
  void listen(Collection<ObjectId> groupIds) throws StoreException;

  /**
   * The groups into which others have put messages since the last call, or since the store was
   * opened; perhaps some more. It may miss some that were long on their way, or whose writer's
   * clock is wrong.
   */
  Set<ObjectId> newMessages() throws StoreException;

  /**
   * Those of these groups whose newest message is of others and was not there when this was asked
   * of the group before, however it came there. A question for each.
   */
  Set<ObjectId> grown(Collection<ObjectId> groupIds) throws StoreException;
}
