package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.client.model.InsertManyOptions;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.RejectedException;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.CaughtUp;
import dev.verbatim.chat.store.Write.Newest;
import dev.verbatim.chat.store.Write.Posted;
import dev.verbatim.chat.store.Write.Rejected;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Writes of new messages, and what is told of those of others. Confined to the writer.
 *
 * <p>Several processes write into one group without knowing of each other. Each gives a message the
 * next seq as far as it knows; the unique index lets one of two have it, and the other asks again
 * how far the group has grown. An insert whose answer was lost is repeated as it was: what was
 * written is refused then, and recognised by its id.
 */
final class AppendWrites {
  private static final InsertManyOptions ORDERED = new InsertManyOptions().ordered(true);

  private final Collections collections;
  private final Heads heads;
  private final HeadQueries headQueries;
  private final ReadWrites reads;
  private final UserWrites users;
  private final Writers writers;
  private final Limits limits;

  AppendWrites(
      Collections collections,
      Heads heads,
      HeadQueries headQueries,
      ReadWrites reads,
      UserWrites users,
      Writers writers,
      Limits limits) {
    this.collections = collections;
    this.heads = heads;
    this.headQueries = headQueries;
    this.reads = reads;
    this.users = users;
    this.writers = writers;
    this.limits = limits;
  }

  /**
   * Writes messages; of those that are known the readers are left to be asked for.
   *
   * @return an {@link Appended} of each, or {@link Rejected}
   */
  List<Object> append(List<AppendMessage> writes, Attempts attempts) throws StoreException {
    AppendRun run = new AppendRun(writes);
    write(run, attempts);
    reads.sent(run.written(), attempts);
    return outcomes(run, posted(before(run, attempts), attempts));
  }

  /** Writes all of a run that is not there yet. */
  private void write(AppendRun run, Attempts attempts) throws StoreException {
    boolean hasLostAnswer = false;
    Refused refused = null;
    while (!run.isDone()) {
      if (refused != null || hasLostAnswer) {
        boolean isExplained = look(run, hasLostAnswer, attempts);
        if (refused != null && !isExplained) {
          explain(refused, run, attempts);
        }
        refused = null;
      }
      for (ObjectId groupId : run.groupIds()) {
        try {
          headQueries.load(groupId, attempts);
        } catch (RejectedException e) {
          run.rejected(groupId, e);
        }
      }
      List<Message> planned = run.planned(groupId -> heads.of(groupId).newest());
      if (planned.isEmpty()) {
        return;
      }
      attempts.check();
      run.groupIds().forEach(heads::appending);
      try {
        insert(planned);
        stored(run, planned);
        attempts.succeeded();
      } catch (MongoException e) {
        int refusedAt = refusedAt(e);
        if (refusedAt < 0) {
          hasLostAnswer = true;
          run.groupIds().forEach(groupId -> heads.of(groupId).forgetNewest());
          attempts.failed(e);
        } else {
          stored(run, planned.subList(0, refusedAt));
          if (Failures.isDuplicateKey(e)) {
            refused = new Refused(planned.get(refusedAt), e);
          } else {
            run.firstRejected(Failures.rejected(e));
          }
        }
      }
    }
  }

  /** Rejects the first of what is left, unless others have taken its seq. */
  private void explain(Refused refused, AppendRun run, Attempts attempts) throws StoreException {
    try {
      if (!isBehind(refused.message(), attempts)) {
        run.firstRejected(Failures.rejected(refused.cause()));
      }
    } catch (RejectedException e) {
      run.rejected(refused.message().groupId(), e);
    }
  }

  private void insert(List<Message> messages) {
    List<Document> documents = new ArrayList<>(messages.size());
    for (Message message : messages) {
      documents.add(MessageDocuments.document(message, writers.opening()));
    }
    var _ = collections.messages().insertMany(documents, ORDERED);
  }

  /** Which document alone was refused, all before it being written; -1 for none. */
  private static int refusedAt(MongoException e) {
    return e instanceof MongoBulkWriteException bulk && Failures.isOfSomeDocuments(bulk)
        ? bulk.getWriteErrors().getFirst().getIndex()
        : -1;
  }

  private void stored(AppendRun run, List<Message> messages) {
    run.stored(messages);
    messages.forEach(message -> heads.of(message.groupId()).newestIs(message.seq()));
  }

  /** Finds out what of the rest of a run is there; returns whether the first of it is. */
  private boolean look(AppendRun run, boolean hasLostAnswer, Attempts attempts)
      throws StoreException {
    Map<ObjectId, AppendRun.There> byId = new HashMap<>();
    Map<String, AppendRun.There> bySendKey = new HashMap<>();
    List<Object> ids = new ArrayList<>();
    Set<String> sendKeys = new HashSet<>();
    for (AppendMessage write : run.left()) {
      ids.add(Values.bson(write.id()));
      String key = AppendRun.sendKeyOrNull(write);
      if (key != null) {
        sendKeys.add(key);
      }
    }
    for (Document document : find(in(Fields.ID, ids), attempts)) {
      byId.put(Values.ownId(document), there(document));
    }
    if (!sendKeys.isEmpty()) {
      for (Document document : find(in(Fields.SEND_KEY, sendKeys), attempts)) {
        bySendKey.put(Objects.requireNonNull(document.getString(Fields.SEND_KEY)), there(document));
      }
    }
    boolean isFirstFound = run.found(byId, bySendKey, hasLostAnswer);
    run.storedByGroup()
        .forEach(
            (groupId, messages) -> {
              Heads.Head head = heads.of(groupId);
              long last = messages.getLast().seq();
              if (!head.isNewestKnown() || head.newest() < last) {
                head.newestIs(last);
              }
            });
    return isFirstFound;
  }

  private List<Document> find(Bson filter, Attempts attempts) throws StoreException {
    return attempts.repeat(() -> collections.messages().find(filter).into(new ArrayList<>()));
  }

  private AppendRun.There there(Document document) {
    return new AppendRun.There(
        MessageDocuments.message(document), writers.isOpening(document.getString(Fields.WRITER)));
  }

  /** A message that a unique index has refused. */
  private record Refused(Message message, MongoException cause) {}

  /**
   * Finds out how far a group has grown in which others have taken a seq. What they wrote may not
   * be had by a majority yet, and so not be seen; and by the next attempt others may have taken
   * that seq as well.
   *
   * @return false if nobody has taken it: the index that has refused the message is none of ours
   */
  private boolean isBehind(Message refused, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(refused.groupId());
    head.forgetNewest();
    headQueries.load(refused.groupId(), attempts);
    if (head.newest() >= refused.seq()) {
      attempts.outrun("Others are first in group " + refused.groupId());
    } else if (isTaken(refused, attempts)) {
      attempts.unseen("What others write to group " + refused.groupId() + " is not to be seen");
    } else {
      return false;
    }
    return true;
  }

  /** Whether our own unique indexes know of one like it, even if a majority does not yet. */
  private boolean isTaken(Message refused, Attempts attempts) throws StoreException {
    Document document = MessageDocuments.document(refused, writers.opening());
    List<Bson> like = new ArrayList<>();
    for (String field : List.of(Fields.ID, Fields.SEQ_KEY, Fields.SEND_KEY)) {
      if (document.containsKey(field)) {
        like.add(eq(field, document.get(field)));
      }
    }
    return attempts.repeat(
            () ->
                collections
                    .messages()
                    .withReadConcern(ReadConcern.LOCAL)
                    .find(or(like))
                    .projection(include(Fields.ID))
                    .first())
        != null;
  }

  /** What is to be told before each outcome of a run, by their places; all told from now on. */
  private Map<Integer, List<Message>> before(AppendRun run, Attempts attempts)
      throws StoreException {
    Map<Integer, List<Message>> before = new HashMap<>();
    for (Map.Entry<ObjectId, List<Integer>> each : run.placesByGroup().entrySet()) {
      Map<Integer, Message> messages = new LinkedHashMap<>();
      Set<Long> own = new HashSet<>();
      for (int place : each.getValue()) {
        if (run.state(place) instanceof AppendRun.State.Named state) {
          messages.put(place, state.message());
          if (state instanceof AppendRun.State.Stored) {
            own.add(state.message().seq());
          }
        }
      }
      if (!messages.isEmpty()) {
        before.putAll(before(each.getKey(), messages, own, attempts));
      }
    }
    return before;
  }

  /**
   * As above, in one group.
   *
   * @param messages by their places
   * @param own the seqs of those that are told by themselves
   */
  private Map<Integer, List<Message>> before(
      ObjectId groupId, Map<Integer, Message> messages, Set<Long> own, Attempts attempts)
      throws StoreException {
    Heads.Head head = heads.of(groupId);
    long last = messages.values().stream().mapToLong(Message::seq).max().orElseThrow();
    List<Message> others = others(groupId, head.told(), last, own, attempts);
    head.toldIs(last);
    Map<Integer, List<Message>> before = new HashMap<>();
    int next = 0;
    for (Map.Entry<Integer, Message> each : messages.entrySet()) {
      int first = next;
      while (next < others.size() && others.get(next).seq() <= each.getValue().seq()) {
        next++;
      }
      if (next > first) {
        before.put(each.getKey(), others.subList(first, next));
      }
    }
    return before;
  }

  /** What others have put into a group above one seq and up to another, unless it is a lot. */
  private List<Message> others(
      ObjectId groupId, long above, long last, Set<Long> own, Attempts attempts)
      throws StoreException {
    long count = last - above - own.size();
    if (count <= 0 || count > limits.othersMax()) {
      return List.of();
    }
    return between(groupId, above, last + 1, attempts).stream()
        .filter(message -> !own.contains(message.seq()))
        .toList();
  }

  /** What is owed of a group up to a seq; told from now on. */
  private List<Posted> owed(ObjectId groupId, long last, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(groupId);
    List<Message> owed = others(groupId, head.told(), last, Set.of(), attempts);
    head.toldIs(last);
    return posted(Map.of(groupId, owed), attempts).getOrDefault(groupId, List.of());
  }

  /** The messages between two seqs, lowest seq first. */
  private List<Message> between(ObjectId groupId, long above, long below, Attempts attempts)
      throws StoreException {
    if (above + 1 >= below) {
      return List.of();
    }
    Bson range = MessageQueries.between(groupId, above + 1, below - 1);
    List<Message> messages = new ArrayList<>();
    for (Document document :
        attempts.repeat(
            () ->
                collections
                    .messages()
                    .find(range)
                    .sort(ascending(Fields.SEQ_KEY))
                    .into(new ArrayList<>()))) {
      messages.add(MessageDocuments.message(document));
    }
    return messages;
  }

  private <K> Map<K, List<Posted>> posted(Map<K, List<Message>> messages, Attempts attempts)
      throws StoreException {
    Set<ObjectId> senderIds =
        messages.values().stream()
            .flatMap(List::stream)
            .map(Message::senderId)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Map<ObjectId, User> senders = users.byIds(senderIds, attempts);
    Map<K, List<Posted>> posted = HashMap.newHashMap(messages.size());
    messages.forEach(
        (key, each) ->
            posted.put(
                key,
                each.stream()
                    .map(message -> new Posted(message, sender(senders, message.senderId())))
                    .toList()));
    return posted;
  }

  private static User sender(Map<ObjectId, User> senders, ObjectId id) {
    User sender = senders.get(id);
    return sender != null ? sender : UserDocuments.unknown(id);
  }

  private static List<Object> outcomes(AppendRun run, Map<Integer, List<Posted>> before) {
    List<Object> outcomes = new ArrayList<>(run.size());
    for (int place = 0; place < run.size(); place++) {
      List<Posted> others = before.getOrDefault(place, List.of());
      outcomes.add(
          switch (run.state(place)) {
            case AppendRun.State.Stored(Message message) -> new Appended.Stored(message, others);
            case AppendRun.State.Known(Message message) ->
                new Appended.Known(message, List.of(), others);
            case AppendRun.State.Rejected(RejectedException cause) -> new Rejected(cause);
          });
    }
    return outcomes;
  }

  CaughtUp catchUp(ObjectId groupId, Attempts attempts) throws StoreException {
    return new CaughtUp(newestSeq(groupId, attempts).before());
  }

  /** The group's newest seq, behind which whoever asks is told what comes. */
  Newest newestSeq(ObjectId groupId, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(groupId);
    head.forgetNewest();
    headQueries.load(groupId, attempts);
    return new Newest(head.newest(), owed(groupId, head.newest(), attempts));
  }

  /** A message that was found, with what is to be told before it. */
  Appended.Known told(Appended.Known found, Attempts attempts) throws StoreException {
    Message message = found.message();
    headQueries.load(message.groupId(), attempts);
    return new Appended.Known(
        message, found.readers(), owed(message.groupId(), message.seq(), attempts));
  }
}
