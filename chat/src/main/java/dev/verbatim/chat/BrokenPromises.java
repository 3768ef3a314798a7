package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was found that must not be: each kind is counted, told and kept once for each group, however
 * often it is met there. Guarded by its own lock, for any thread.
 */
public final class BrokenPromises {
  private final ChatListener listener;
  private final Faults faults;
  private final InstantSource clock;
  private final int knownMax;
  private final int keptMax;
  private final Set<Place> known = new HashSet<>();
  private final List<Finding> first = new ArrayList<>();
  private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);

  /** What was promised. */
  public enum Kind {
    /** A group's seqs are 1, 2, 3 … without a gap. */
    ORDER,
    /** Nothing is there twice. */
    DUPLICATE,
    /** A group has one owner, who is a member. */
    OWNER,
    /** A replay is complete or refused; what was not complete was refused. */
    REPLAY,
    /** What is stored can be read: it cannot, while the store answers otherwise. */
    READABLE
  }

  /**
   * One of them.
   *
   * @param words a line that names the place, and holds nothing that somebody wrote
   */
  public record Finding(Kind kind, String words, Instant at) {}

  /** What counts once; the words may tell of another seq or another cause the next time. */
  private record Place(Kind kind, @Nullable ObjectId groupId) {}

  BrokenPromises(ChatListener listener, Faults faults, InstantSource clock, ChatSettings settings) {
    this.listener = listener;
    this.faults = faults;
    this.clock = clock;
    knownMax = settings.findingsMax();
    keptMax = settings.findingsKeptMax();
    for (Kind kind : Kind.values()) {
      counts.put(kind, 0L);
    }
  }

  /**
   * This was found.
   *
   * @param groupId of the group in which it was; null if that is not to be read
   */
  void onFound(Kind kind, @Nullable ObjectId groupId, String words) {
    synchronized (this) {
      if (known.size() >= knownMax || !known.add(new Place(kind, groupId))) {
        return;
      }
      counts.merge(kind, 1L, Long::sum);
      if (first.size() < keptMax) {
        first.add(new Finding(kind, words, clock.instant()));
      }
    }
    faults.guard("telling a broken promise", () -> listener.onBrokenPromise(kind, words));
  }

  /** How many were found of each kind; all kinds are there. */
  public synchronized Map<Kind, Long> counts() {
    return Collections.unmodifiableMap(new EnumMap<>(counts));
  }

  /** The first ones, as many as are kept. */
  public synchronized List<Finding> first() {
    return List.copyOf(first);
  }
}
