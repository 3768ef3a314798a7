package dev.verbatim.chat.storage.sqlite;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the writer knows by heart: the keys of users, and the keys and newest seqs of groups. Those
 * longest unused are forgotten beyond the bound and read again. Confined to the writer; thrown away
 * with it when a commit fails, so that it never knows more than the file.
 */
final class Keys {
  private final Queries queries;
  private final Map<ObjectId, Long> users;
  private final Map<ObjectId, Head> heads;

  Keys(Queries queries, Limits limits) {
    this.queries = queries;
    this.users = new Recent<>(limits.userKeysMax());
    this.heads = new Recent<>(limits.headsMax());
  }

  /**
   * The key of a user.
   *
   * @throws StoreException if there is no such user
   */
  long user(ObjectId id) throws SQLException, StoreException {
    Long known = users.get(id);
    if (known != null) {
      return known;
    }
    long key = queries.users().key(id);
    if (key == 0) {
      throw new StoreException("There is no user " + id);
    }
    users.put(id, key);
    return key;
  }

  /**
   * The head of a group.
   *
   * @throws StoreException if there is no such group
   */
  Head head(ObjectId groupId) throws SQLException, StoreException {
    Head head = headOrNull(groupId);
    if (head == null) {
      throw new StoreException("There is no group " + groupId);
    }
    return head;
  }

  /** The head of a group, null if there is no such group. */
  @Nullable Head headOrNull(ObjectId groupId) throws SQLException {
    Head known = heads.get(groupId);
    if (known != null) {
      return known;
    }
    long key = queries.groups().key(groupId);
    if (key == 0) {
      return null;
    }
    Head head = new Head(key, queries.messages().newestSeq(key));
    heads.put(groupId, head);
    return head;
  }

  /** A group's key and newest seq, which moves with each message. */
  static final class Head {
    final long groupKey;
    long newestSeq;

    private Head(long groupKey, long newestSeq) {
      this.groupKey = groupKey;
      this.newestSeq = newestSeq;
    }
  }

  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    private final int sizeMax;

    Recent(int sizeMax) {
      super(16, 0.75f, true);
      this.sizeMax = sizeMax;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > sizeMax;
    }
  }
}
