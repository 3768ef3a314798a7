package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Appends that are written together, and what has become of each so far. Confined to the writer.
 *
 * <p>It is written as often as it takes: what is left is given seqs ({@link #planned}), and the
 * database takes all of it, or some from the front ({@link #stored}). What the database refuses is
 * there already, or its seq was taken by others meanwhile: {@link #found} says what is there, and
 * the rest is planned anew. What is left keeps its order, and in each group a message is written
 * only when all before it are, or never will be: so no seq is ever left out.
 */
final class AppendRun {
  private final List<AppendMessage> writes;
  private final @Nullable State[] states;

  /** The places of what is not written yet, in the order of the run. */
  private List<Integer> left = new ArrayList<>();

  /** The places of retries, each with that of what it repeats. */
  private final Map<Integer, Integer> retries = new HashMap<>();

  /** What has become of an append. */
  sealed interface State {
    /** There is a message now. */
    sealed interface Named extends State {
      Message message();
    }

    /** It is written. */
    record Stored(Message message) implements Named {}

    /** Its sender's tempId is the name of a message that was there. */
    record Known(Message message) implements Named {}

    /** The database takes others, and not this one. */
    record Rejected(RejectedException cause) implements State {}
  }

  /**
   * A message that is there.
   *
   * @param isOurs whether this opening of the store has put it there
   */
  record There(Message message, boolean isOurs) {}

  AppendRun(List<AppendMessage> writes) {
    this.writes = List.copyOf(writes);
    this.states = new State[writes.size()];
    Map<String, Integer> named = new HashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      String key = sendKeyOrNull(writes.get(i));
      Integer first = key == null ? null : named.putIfAbsent(key, i);
      if (first == null) {
        left.add(i);
      } else {
        retries.put(i, first);
      }
    }
  }

  boolean isDone() {
    return left.isEmpty();
  }

  /** The groups of what is left. */
  Set<ObjectId> groupIds() {
    Set<ObjectId> ids = new LinkedHashSet<>();
    left.forEach(i -> ids.add(writes.get(i).groupId()));
    return ids;
  }

  /** What is left. */
  List<AppendMessage> left() {
    return left.stream().map(writes::get).toList();
  }

  /**
   * What is left with the next seqs of their groups, as it is to be written.
   *
   * @param newest how far a group has grown
   */
  List<Message> planned(ToLongFunction<ObjectId> newest) {
    Map<ObjectId, Long> seqs = new HashMap<>();
    List<Message> planned = new ArrayList<>(left.size());
    for (int i : left) {
      AppendMessage write = writes.get(i);
      ObjectId groupId = write.groupId();
      Long before = seqs.get(groupId);
      long seq = (before != null ? before : newest.applyAsLong(groupId)) + 1;
      seqs.put(groupId, seq);
      planned.add(message(write, seq));
    }
    return planned;
  }

  /** The first of what is left are written, as they were planned. */
  void stored(List<Message> messages) {
    for (int i = 0; i < messages.size(); i++) {
      states[left.get(i)] = new State.Stored(messages.get(i));
    }
    left = new ArrayList<>(left.subList(messages.size(), left.size()));
  }

  /** The first of what is left is refused, which all others would not be. */
  void firstRejected(RejectedException cause) {
    states[left.getFirst()] = new State.Rejected(cause);
    left = new ArrayList<>(left.subList(1, left.size()));
  }

  /** What is left of this group is refused, which other groups' would not be. */
  void rejected(ObjectId groupId, RejectedException cause) {
    List<Integer> still = new ArrayList<>();
    for (int i : left) {
      if (writes.get(i).groupId().equals(groupId)) {
        states[i] = new State.Rejected(cause);
      } else {
        still.add(i);
      }
    }
    left = still;
  }

  /**
   * Of what is left these are there already, by their ids or by the names that their senders have
   * given them.
   *
   * @param hasLostAnswer whether something of this run may be written without our knowing
   * @return whether it is the first of what is left that is there, among others perhaps
   * @throws StoreException if an id is that of another message
   */
  boolean found(Map<ObjectId, There> byId, Map<String, There> bySendKey, boolean hasLostAnswer)
      throws StoreException {
    List<Integer> still = new ArrayList<>();
    boolean isFirstFound = false;
    for (int i : left) {
      State state = stateOrNull(writes.get(i), byId, bySendKey, hasLostAnswer);
      if (state == null) {
        still.add(i);
      } else {
        states[i] = state;
        isFirstFound |= i == left.getFirst();
      }
    }
    left = still;
    return isFirstFound;
  }

  private static @Nullable State stateOrNull(
      AppendMessage write,
      Map<ObjectId, There> byId,
      Map<String, There> bySendKey,
      boolean hasLostAnswer)
      throws StoreException {
    There same = byId.get(write.id());
    if (same != null && hasLostAnswer && same.isOurs() && isOf(write, same.message())) {
      return new State.Stored(same.message());
    }
    String key = sendKeyOrNull(write);
    There named = key == null ? null : bySendKey.get(key);
    if (named != null) {
      return new State.Known(named.message());
    }
    if (same != null) {
      throw new StoreException("Message " + write.id() + " is there already");
    }
    return null;
  }

  private static boolean isOf(AppendMessage write, Message message) {
    return message.groupId().equals(write.groupId()) && message.senderId().equals(write.senderId());
  }

  int size() {
    return writes.size();
  }

  /** What has become of an append, all of which are done; a retry knows what it repeats. */
  State state(int place) {
    Integer repeated = retries.get(place);
    State state = states[repeated == null ? place : repeated];
    if (state == null) {
      throw new IllegalStateException(left.size() + " are left");
    }
    return repeated != null && state instanceof State.Named named
        ? new State.Known(named.message())
        : state;
  }

  /** The places of all appends, by their groups. */
  Map<ObjectId, List<Integer>> placesByGroup() {
    Map<ObjectId, List<Integer>> places = new LinkedHashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      places.computeIfAbsent(writes.get(i).groupId(), _ -> new ArrayList<>()).add(i);
    }
    return places;
  }

  /** The messages that are there, written now or known from before; of each append but retries. */
  List<Message> written() {
    List<Message> written = new ArrayList<>();
    for (int i = 0; i < writes.size(); i++) {
      if (!retries.containsKey(i) && state(i) instanceof State.Named named) {
        written.add(named.message());
      }
    }
    return written;
  }

  /** The messages that are written, by their groups, in the order of their seqs. */
  Map<ObjectId, List<Message>> storedByGroup() {
    Map<ObjectId, List<Message>> stored = new LinkedHashMap<>();
    for (State state : states) {
      if (state instanceof State.Stored(Message message)) {
        stored.computeIfAbsent(message.groupId(), _ -> new ArrayList<>()).add(message);
      }
    }
    return stored;
  }

  static @Nullable String sendKeyOrNull(AppendMessage write) {
    String tempId = write.tempId();
    return tempId == null ? null : MessageKeys.sendKey(write.groupId(), write.senderId(), tempId);
  }

  private static Message message(AppendMessage write, long seq) {
    var createdAt = Values.kept(write.createdAt());
    return new Message(
        write.id(),
        write.groupId(),
        seq,
        write.senderId(),
        write.content(),
        write.type(),
        /* isDeleted= */ false,
        write.tempId(),
        /* editedAt= */ null,
        createdAt,
        createdAt);
  }
}
