package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the writer knows of groups by heart: how far each has grown, and how far it was told here.
 * Confined to the writer.
 *
 * <p>How far a group has grown is an assumption, which the unique index refutes if it is too low.
 * It is never too high: it comes from what a majority of the members has, and it is forgotten
 * whenever a commit fails. How far it was told changes when a commit succeeds, for what comes of a
 * failed one is told to nobody; what was known before it wrote anything stays known.
 */
final class Heads {
  private final int headsMax;
  private final Listening listening;

  /** The least recently used first. */
  private final Map<ObjectId, Head> byGroup = new LinkedHashMap<>(16, 0.75f, true);

  private final Set<Head> used = new HashSet<>();

  /** Into which the commit has put messages, or has tried to. */
  private final Set<ObjectId> appended = new HashSet<>();

  Heads(int headsMax, Listening listening) {
    this.headsMax = headsMax;
    this.listening = listening;
  }

  /** What is known of a group, which may be nothing. It stays in memory until the commit ends. */
  Head of(ObjectId groupId) {
    Head head = byGroup.computeIfAbsent(groupId, _ -> new Head());
    used.add(head);
    return head;
  }

  /** Takes in to which groups somebody has begun to listen, and from where on each is owed. */
  void takeListening() {
    listening.take().forEach((groupId, seq) -> of(groupId).nobodyIsOwed(seq));
  }

  /** Messages are about to be put into a group, of which everything is known. */
  void appending(ObjectId groupId) {
    appended.add(groupId);
  }

  /** The commit is done: its outcomes are told. */
  void committed() {
    used.forEach(head -> head.told = head.toldNow);
    end();
  }

  /**
   * The commit failed: nothing of it is told, and how far groups have grown is open.
   *
   * @return the groups into which it may have put messages, which are owed
   */
  Set<ObjectId> failed() {
    used.forEach(head -> head.toldNow = head.told);
    Set<ObjectId> owed = Set.copyOf(appended);
    forgetNewest();
    end();
    return owed;
  }

  /** Forgets how far groups have grown: the database may be another one than it was. */
  void forgetNewest() {
    byGroup.values().forEach(head -> head.newest = Head.UNKNOWN);
  }

  private void end() {
    used.clear();
    appended.clear();
    Iterator<Head> oldest = byGroup.values().iterator();
    for (int surplus = byGroup.size() - headsMax; surplus > 0; surplus--) {
      oldest.next();
      oldest.remove();
    }
  }

  /** One group. */
  static final class Head {
    private static final long UNKNOWN = -1;

    private long newest = UNKNOWN;
    private long told = UNKNOWN;
    private long toldNow = UNKNOWN;

    private Head() {}

    boolean isNewestKnown() {
      return newest != UNKNOWN;
    }

    /** The highest seq of the group, as far as it is known here; 0 for none. */
    long newest() {
      return known(newest);
    }

    void newestIs(long seq) {
      newest = seq;
    }

    void forgetNewest() {
      newest = UNKNOWN;
    }

    boolean isToldKnown() {
      return toldNow != UNKNOWN;
    }

    /** The highest seq up to which nothing is owed to anybody here; what is above is to be told. */
    long told() {
      return known(toldNow);
    }

    /** The commit tells all up to this seq. */
    void toldIs(long seq) {
      toldNow = Math.max(toldNow, seq);
    }

    /**
     * Nobody was here to be told anything up to this seq. That stays so if the commit fails: what
     * it puts behind is owed.
     */
    void nobodyIsOwed(long seq) {
      told = Math.max(told, seq);
      toldNow = Math.max(toldNow, seq);
    }

    private static long known(long seq) {
      if (seq == UNKNOWN) {
        throw new IllegalStateException("Not known");
      }
      return seq;
    }
  }
}
