package dev.verbatim.chat;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.BusyException;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Looks in the background whether the store is as it was promised: round and round through all
 * groups, a few groups or a page of messages every {@link ChatSettings#auditInterval}, one step at
 * a time on a thread that may block.
 *
 * <p>It asks what everybody may ask, so that it costs no more than a reader of the history does,
 * and takes no lock. Messages are read up to the group's newest of before, so that one which is
 * being committed is no gap. What looks wrong is read again at the next step, no more and no less
 * of it, and is told if it still does: of a store that others write to, two questions may tell of
 * two moments. What the second reading alone finds is new, and waits for the next round.
 *
 * <p>A page that cannot be read while the store answers otherwise is a finding too, unless others
 * write to the store: a database looks after its files itself, and may have reasons of a moment.
 * What stands behind such a page in its group is not looked at in that round. A store that is busy
 * has read nothing, and proves nothing.
 */
public final class StoreAudit {
  /** As many readings of one page fail before it is looked into: one may be a bad moment. */
  private static final int FAILURES_MAX = 3;

  private final ChatStore store;
  private final BrokenPromises promises;
  private final Faults faults;
  private final InstantSource clock;
  private final ChatSettings settings;
  private final PromiseCheck check;
  private final Rounds rounds;

  private volatile State state = new State(0, 0, 0, 0, 0, Duration.ZERO, null);

  // What follows belongs to the one step that runs.

  /** The group that was begun last; null before the first. */
  private @Nullable ObjectId lastGroupId;

  /** The group that is under way, the same as the last; null if that is done. */
  private @Nullable ObjectId groupId;

  private long nextSeq;

  /** How often the place that is next could not be read. */
  private int failuresInARow;

  /** What the reading before found; null if that was nothing. */
  private @Nullable Suspicion suspicion;

  /** The fault that was told last, for it may come again at each step. */
  private @Nullable String toldFault;

  /**
   * What one reading has found.
   *
   * @param newest the seq up to which it was to read, 0 if it was of the members
   * @param limit how many messages it was to read at most
   */
  private record Suspicion(ObjectId groupId, long newest, int limit, Map<String, Kind> found) {
    static Suspicion ofMembers(ObjectId groupId, Map<String, Kind> found) {
      return new Suspicion(groupId, 0, 0, found);
    }
  }

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
    int members;
    int messages;
    boolean hasEndedRound;
    boolean hasFailed;
  }

  StoreAudit(
      ChatStore store,
      BrokenPromises promises,
      Faults faults,
      InstantSource clock,
      Timers timers,
      Executor blocking,
      ChatSettings settings) {
    this.store = store;
    this.promises = promises;
    this.faults = faults;
    this.clock = clock;
    this.settings = settings;
    check = new PromiseCheck(store.others().isPresent());
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
      boolean goesOn = true;
      while (goesOn
          && step.messages < settings.auditMessagesMax()
          && step.groups < settings.auditGroupsMax()
          && step.members < settings.auditMembersMax()
          && !step.hasEndedRound) {
        goesOn = lookAtNext(step);
      }
    } catch (StoreException | RuntimeException e) {
      step.hasFailed = true;
      if (!rounds.isClosed()) {
        onFailed(e, step);
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

  /** Whether to go on; if not, the same is read again at the next step. */
  private boolean lookAtNext(Step step) throws StoreException {
    boolean goesOn = groupId == null ? beginGroup(step) : lookAtPage(groupId, step);
    failuresInARow = 0;
    return goesOn;
  }

  private boolean beginGroup(Step step) throws StoreException {
    List<Group> found = store.groups(lastGroupId, 1);
    if (found.isEmpty()) {
      lastGroupId = null;
      suspicion = null;
      step.hasEndedRound = true;
      return true;
    }
    Group group = found.getFirst();
    if (!isSettled(Suspicion.ofMembers(group.id(), check.findings(group)))) {
      return false;
    }
    lastGroupId = group.id();
    groupId = group.id();
    nextSeq = 1;
    step.groups++;
    step.members += group.members().size();
    return true;
  }

  private boolean lookAtPage(ObjectId id, Step step) throws StoreException {
    long newest = store.newestSeq(id);
    int limit = settings.auditMessagesMax() - step.messages;
    if (suspicion != null) {
      newest = Math.min(newest, suspicion.newest());
      limit = suspicion.limit();
    }
    List<Message> page = store.messagesUpward(id, nextSeq, newest, limit);
    long count = Math.min(limit, newest - nextSeq + 1);
    Map<String, Kind> found = check.findings(id, page, nextSeq, count);
    if (!isSettled(new Suspicion(id, newest, limit, found))) {
      return false;
    }
    step.messages += page.size();
    if (page.isEmpty() || page.getLast().seq() >= newest) {
      groupId = null;
    } else {
      nextSeq = Math.max(nextSeq, page.getLast().seq()) + 1;
    }
    return true;
  }

  /** Whether all is told that this reading has found; if not, it is to be repeated. */
  private boolean isSettled(Suspicion now) throws StoreException {
    Suspicion before = suspicion;
    ObjectId id = now.groupId();
    // A group may be gone by the second reading, and the next one in its place.
    if (before == null || !before.groupId().equals(id)) {
      suspicion = now.found().isEmpty() ? null : now;
      return suspicion == null;
    }
    Map<String, Kind> found = new LinkedHashMap<>(now.found());
    found.keySet().retainAll(before.found().keySet());
    if (!found.isEmpty() && isGone(id)) {
      found.clear();
    }
    suspicion = null;
    found.forEach((words, kind) -> promises.onFound(kind, id, words));
    return true;
  }

  /** Whether others have deleted a group, which they may do message by message. */
  private boolean isGone(ObjectId id) throws StoreException {
    return check.isShared() && store.excerpt(id, 0).isEmpty();
  }

  private void onFailed(Exception cause, Step step) {
    if (cause instanceof BusyException) {
      return;
    }
    tellFault(cause);
    failuresInARow++;
    if (failuresInARow < FAILURES_MAX || !isThere()) {
      return;
    }
    try {
      boolean _ = lookAtNext(step);
    } catch (BusyException _) {
      // The next step tries again.
    } catch (StoreException | RuntimeException e) {
      passOver(e);
    }
  }

  /** That a store fails is counted where it is asked; everything else is nobody's but ours. */
  private void tellFault(Exception cause) {
    String words = cause.toString();
    if (!(cause instanceof StoreException) && !words.equals(toldFault)) {
      toldFault = words;
      faults.report("looking at the store", cause);
    }
  }

  private boolean isThere() {
    try {
      store.ping();
      return true;
    } catch (StoreException | RuntimeException _) {
      return false;
    }
  }

  /** The place that is next cannot be read, though the store answers. */
  private void passOver(Exception cause) {
    failuresInARow = 0;
    suspicion = null;
    if (!check.isShared()) {
      // What else is thrown may quote what stands there.
      String reason =
          cause instanceof StoreException ? cause.getMessage() : cause.getClass().getSimpleName();
      promises.onFound(
          Kind.READABLE,
          groupId,
          groupId == null
              ? "the group behind %s cannot be read: %s".formatted(lastGroupId, reason)
              : "group %s cannot be read from seq %d on: %s".formatted(groupId, nextSeq, reason));
    }
    if (groupId == null) {
      // What its id is, nobody can tell: the round ends here, and is none.
      lastGroupId = null;
    }
    groupId = null;
  }
}
