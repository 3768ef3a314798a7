package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the writer knows of groups by heart: how far each has grown, and which of its messages were
 * told here. Confined to the writer.
 *
 * <p>How far a group has grown is an assumption, which the unique index refutes if it is too low.
 * It is never too high: it comes from what a majority of the members has, and it is forgotten
 * whenever a commit fails. Which messages were told changes when a commit succeeds, for what comes
 * of a failed one is told to nobody; what was known before it wrote anything stays known.
 */
final class Heads {
  private final int headsMax;

  /** The least recently used first. */
  private final Map<ObjectId, Head> byGroup = new LinkedHashMap<>(16, 0.75f, true);

  private final Set<Head> used = new HashSet<>();

  /** Into which the commit has put messages, or has tried to. */
  private final Set<ObjectId> appended = new HashSet<>();

  Heads(int headsMax) {
    this.headsMax = headsMax;
  }

  /** What is known of a group, which may be nothing. It stays in memory until the commit ends. */
  Head of(ObjectId groupId) {
    Head head = byGroup.computeIfAbsent(groupId, _ -> new Head());
    used.add(head);
    return head;
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
   * @return the groups into which it may have put messages, each with the first seq that is owed
   */
  Map<ObjectId, Long> failed() {
    used.forEach(head -> head.toldNow = head.told);
    Map<ObjectId, Long> owed = HashMap.newHashMap(appended.size());
    for (ObjectId groupId : appended) {
      Told told = of(groupId).told();
      if (told != null) {
        owed.put(groupId, told.last() + 1);
      }
    }
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
    private @Nullable Told told;
    private @Nullable Told toldNow;

    private Head() {}

    boolean isNewestKnown() {
      return newest != UNKNOWN;
    }

    /** The highest seq of the group, as far as it is known here; 0 for none. */
    long newest() {
      if (newest == UNKNOWN) {
        throw new IllegalStateException("Not known");
      }
      return newest;
    }

    void newestIs(long seq) {
      newest = seq;
    }

    void forgetNewest() {
      newest = UNKNOWN;
    }

    /** Which messages were told here, null if that is not known. */
    @Nullable Told told() {
      return toldNow;
    }

    void toldIs(Told seqs) {
      toldNow = seqs;
    }

    /**
     * Which messages are owed was not known, and was found before anything is written. So it stays
     * if the commit fails: what that has written by then is owed too.
     */
    void foundTold(Told seqs) {
      told = seqs;
      toldNow = seqs;
    }

    /** Nobody here has waited for what came since: it is not owed any more, whatever it is. */
    void forgetTold() {
      told = null;
      toldNow = null;
    }
  }

  /**
   * The seqs of a group that were told here, or that nobody here waits for.
   *
   * @param first those below it came before anybody here listened, as it seemed
   * @param last those above it are owed
   */
  record Told(long first, long last) {
    /** Nothing was told yet, and what stands above this seq is owed. */
    static Told nothingAbove(long seq) {
      return new Told(seq + 1, seq);
    }

    long size() {
      return last - first + 1;
    }

    Told upTo(long seq) {
      return new Told(first, Math.max(last, seq));
    }
  }
}
