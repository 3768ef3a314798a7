package dev.verbatim.chat;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Looks in the background whether the store is as it was promised: round and round through all
 * groups, a few groups or a page of messages every {@link ChatSettings#auditInterval}, one step at
 * a time on a thread that may block.
 *
 * <p>It asks what everybody may ask, so that it costs no more than a reader of the history does,
 * and takes no lock. Messages are read up to the group's newest of before, so that one which is
 * being committed is no gap. What looks wrong is read again at the next step, and is told if it
 * still does: of a store that others write to, two questions may tell of two moments.
 *
 * <p>A page that cannot be read while the store answers otherwise is a finding too, unless others
 * write to the store: a database looks after its files itself, and may have reasons of a moment.
 * What stands behind such a page in its group is not looked at in that round.
 */
public final class StoreAudit {
  /** As many readings of one page fail before that is told: one may be a bad moment. */
  private static final int FAILURES_MAX = 3;

  private final ChatStore store;
  private final BrokenPromises promises;
  private final InstantSource clock;
  private final ChatSettings settings;
  private final boolean isShared;

  private final Rounds rounds;

  private volatile State state = new State(0, 0, 0, 0, 0, Duration.ZERO, null);

  // What follows belongs to the one step that runs.

  /** The group that was begun last; null before the first. */
  private @Nullable ObjectId lastGroupId;

  /** The group that is under way, the same as the last; null if that is done. */
  private @Nullable ObjectId groupId;

  private long nextSeq;
  private int failuresInARow;

  /** What the reading before found at this place. */
  private Map<String, Kind> suspected = Map.of();

  /**
   * What was looked at since the start.
   *
   * @param steps that were done
   * @param groups and {@code messages} that were looked at, again in each round
   * @param rounds through the whole store
   * @param failures readings that failed
   * @param busy how long all steps took together
   * @param roundEndedAt when the last round ended; null before
   */
  public record State(
      long steps,
      long groups,
      long messages,
      long rounds,
      long failures,
      Duration busy,
      @Nullable Instant roundEndedAt) {}

  /** What one step has done. */
  private static final class Step {
    int groups;
    int messages;
    boolean hasEndedRound;
    boolean hasFailed;
  }

  StoreAudit(
      ChatStore store,
      BrokenPromises promises,
      InstantSource clock,
      Timers timers,
      Executor blocking,
      ChatSettings settings) {
    this.store = store;
    this.promises = promises;
    this.clock = clock;
    this.settings = settings;
    isShared = store.others().isPresent();
    rounds = new Rounds(this::look, settings.auditInterval(), timers, blocking);
  }

  /** What was looked at so far. For any thread. */
  public State state() {
    return state;
  }

  /** Looks until it is closed. Once. */
  public void start() {
    rounds.start();
  }

  void close() {
    rounds.close();
  }

  /** One step. Blocks. */
  void look() {
    long began = System.nanoTime();
    Step step = new Step();
    try {
      while (step.messages < settings.auditMessagesMax()
          && step.groups < settings.auditGroupsMax()
          && !step.hasEndedRound) {
        if (groupId == null) {
          beginGroup(step);
        } else if (!lookAtPage(groupId, step)) {
          break;
        }
      }
      failuresInARow = 0;
    } catch (StoreException | RuntimeException e) {
      step.hasFailed = true;
      if (!rounds.isClosed()) {
        onFailed(e);
      }
    }
    count(step, Duration.ofNanos(System.nanoTime() - began));
  }

  private void count(Step step, Duration took) {
    State before = state;
    state =
        new State(
            before.steps + (step.hasFailed ? 0 : 1),
            before.groups + step.groups,
            before.messages + step.messages,
            before.rounds + (step.hasEndedRound ? 1 : 0),
            before.failures + (step.hasFailed ? 1 : 0),
            before.busy.plus(took),
            step.hasEndedRound ? clock.instant() : before.roundEndedAt);
  }

  private void beginGroup(Step step) throws StoreException {
    List<Group> found = store.groups(lastGroupId, 1);
    if (found.isEmpty()) {
      lastGroupId = null;
      step.hasEndedRound = true;
      return;
    }
    Group group = found.getFirst();
    lookAtMembers(group);
    lastGroupId = group.id();
    groupId = group.id();
    nextSeq = 1;
    step.groups++;
  }

  /** They are of one moment, and need no second look. */
  private void lookAtMembers(Group group) {
    Set<ObjectId> userIds = new HashSet<>();
    int owners = 0;
    boolean isNamed = false;
    for (Member member : group.members()) {
      if (!userIds.add(member.userId())) {
        promises.onFound(
            Kind.DUPLICATE,
            group.id(),
            "user %s is in group %s more than once".formatted(member.userId(), group.id()));
      }
      if (member.role() == Role.OWNER) {
        owners++;
        isNamed |= member.userId().equals(group.ownerId());
      }
    }
    // Everybody in a closed group may have gone.
    if (group.isActive() && (owners != 1 || !isNamed)) {
      promises.onFound(
          Kind.OWNER,
          group.id(),
          "group %s has %d owners among its members, and names %s"
              .formatted(group.id(), owners, isNamed ? "one of them" : "another"));
    }
  }

  /** Whether to go on; if not, the same page is read again at the next step. */
  private boolean lookAtPage(ObjectId id, Step step) throws StoreException {
    long newest = store.newestSeq(id);
    int limit = settings.auditMessagesMax() - step.messages;
    List<Message> page = store.messagesUpward(id, nextSeq, newest, limit);
    Map<String, Kind> found = findings(id, page, Math.min(limit, newest - nextSeq + 1));
    if (!found.isEmpty() && suspected.isEmpty()) {
      suspected = found;
      return false;
    }
    found.forEach(
        (words, kind) -> {
          if (suspected.containsKey(words)) {
            promises.onFound(kind, id, words);
          }
        });
    suspected = Map.of();
    step.messages += page.size();
    if (page.isEmpty() || page.getLast().seq() >= newest) {
      groupId = null;
    } else {
      nextSeq = page.getLast().seq() + 1;
    }
    return true;
  }

  /**
   * What is wrong with a page, by words that stay the same while messages come.
   *
   * @param expected how many messages it should have
   */
  private Map<String, Kind> findings(ObjectId id, List<Message> page, long expected) {
    Map<String, Kind> found = new LinkedHashMap<>();
    Set<ObjectId> ids = new HashSet<>();
    Set<String> sendings = new HashSet<>();
    long seq = nextSeq - 1;
    for (Message message : page) {
      if (message.seq() == seq) {
        found.put("group %s has seq %d more than once".formatted(id, seq), Kind.ORDER);
      } else if (message.seq() != seq + 1) {
        found.put(
            "group %s has no seqs %d to %d".formatted(id, seq + 1, message.seq() - 1), Kind.ORDER);
      }
      seq = message.seq();
      if (!ids.add(message.id())) {
        found.put("message %s is there more than once".formatted(message.id()), Kind.DUPLICATE);
      }
      // What another service calls tempId is no name of ours.
      if (!isShared
          && message.tempId() != null
          && !sendings.add(message.senderId() + " " + message.tempId())) {
        found.put(
            "message %s has the tempId of another of its sender's".formatted(message.id()),
            Kind.DUPLICATE);
      }
    }
    if (found.isEmpty() && page.size() < expected) {
      found.put("group %s has no seq %d".formatted(id, seq + 1), Kind.ORDER);
    }
    return found;
  }

  private void onFailed(Exception cause) {
    failuresInARow++;
    if (failuresInARow < FAILURES_MAX || !isThere()) {
      return;
    }
    failuresInARow = 0;
    suspected = Map.of();
    if (!isShared) {
      promises.onFound(
          Kind.READABLE,
          groupId,
          groupId == null
              ? "the group behind %s cannot be read: %s".formatted(lastGroupId, cause.getMessage())
              : "group %s cannot be read from seq %d on: %s"
                  .formatted(groupId, nextSeq, cause.getMessage()));
    }
    if (groupId == null) {
      // What its id is, nobody can tell: the round ends here, and is none.
      lastGroupId = null;
    }
    groupId = null;
  }

  private boolean isThere() {
    try {
      store.ping();
      return true;
    } catch (StoreException | RuntimeException _) {
      return false;
    }
  }
}
