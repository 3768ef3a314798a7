package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.model.InsertManyOptions;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write.AppendMessage;
import dev.verbatim.chat.store.Write.Appended;
import dev.verbatim.chat.store.Write.CatchUp;
import dev.verbatim.chat.store.Write.CaughtUp;
import dev.verbatim.chat.store.Write.Newest;
import dev.verbatim.chat.store.Write.Posted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
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

  /** Writes messages; of those that are known the readers are left to be asked for. */
  List<Appended> append(List<AppendMessage> writes, Attempts attempts) throws StoreException {
    AppendRun run = new AppendRun(writes);
    write(run, attempts);
    Map<ObjectId, List<Message>> stored = run.storedByGroup();
    reads.sent(run.written(), attempts);
    Map<ObjectId, List<Posted>> before = before(stored, attempts);
    return outcomes(run, before);
  }

  /** Writes all of a run that is not there yet. */
  private void write(AppendRun run, Attempts attempts) throws StoreException {
    boolean hasLostAnswer = false;
    Message refused = null;
    while (!run.isDone()) {
      if (refused != null || hasLostAnswer) {
        boolean isExplained = look(run, hasLostAnswer, attempts);
        if (refused != null && !isExplained) {
          newestBehind(refused, attempts);
        }
        refused = null;
      }
      for (ObjectId groupId : run.groupIds()) {
        headQueries.load(groupId, attempts);
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
          refused = planned.get(refusedAt);
        }
      }
    }
  }

  private void insert(List<Message> messages) {
    List<Document> documents = new ArrayList<>(messages.size());
    for (Message message : messages) {
      documents.add(MessageDocuments.document(message, writers.opening()));
    }
    var _ = collections.messages().insertMany(documents, ORDERED);
  }

  /** Which document a unique index has refused, all before it being written; -1 for none. */
  private static int refusedAt(MongoException e) {
    if (e instanceof MongoBulkWriteException bulk
        && bulk.getWriteConcernError() == null
        && !bulk.getWriteErrors().isEmpty()) {
      BulkWriteError first = bulk.getWriteErrors().getFirst();
      return first.getCode() == Failures.DUPLICATE_KEY ? first.getIndex() : -1;
    }
    return -1;
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

  /**
   * Finds out how far a group has grown in which others have taken a seq. What they wrote may not
   * be had by a majority yet, and so not be seen; and by the next attempt others may have taken
   * that seq as well.
   */
  private void newestBehind(Message refused, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(refused.groupId());
    head.forgetNewest();
    headQueries.load(refused.groupId(), attempts);
    if (head.newest() < refused.seq()) {
      attempts.unseen("What others write to group " + refused.groupId() + " is not to be seen");
    } else {
      attempts.outrun("Others are first in group " + refused.groupId());
    }
  }

  /** What others have put before these messages of ours, by the ids of ours; all told from now. */
  private Map<ObjectId, List<Posted>> before(Map<ObjectId, List<Message>> stored, Attempts attempts)
      throws StoreException {
    Map<ObjectId, List<Message>> before = new HashMap<>();
    for (Map.Entry<ObjectId, List<Message>> each : stored.entrySet()) {
      ObjectId groupId = each.getKey();
      List<Message> ours = each.getValue();
      Heads.Head head = heads.of(groupId);
      Heads.Told told = told(head);
      long last = ours.getLast().seq();
      long count = last - told.last() - ours.size();
      if (count > 0 && count <= limits.othersMax()) {
        List<Message> others = between(groupId, told.last(), last, attempts);
        long from = told.last();
        for (Message message : ours) {
          long after = from;
          before.put(
              message.id(),
              others.stream()
                  .filter(other -> other.seq() > after && other.seq() < message.seq())
                  .toList());
          from = message.seq();
        }
      }
      head.toldIs(told.upTo(last));
    }
    return posted(before, attempts);
  }

  private static Heads.Told told(Heads.Head head) {
    Heads.Told told = head.told();
    if (told == null) {
      throw new IllegalStateException("A head that is not loaded");
    }
    return told;
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

  private Map<ObjectId, List<Posted>> posted(
      Map<ObjectId, List<Message>> messages, Attempts attempts) throws StoreException {
    Set<ObjectId> senderIds =
        messages.values().stream()
            .flatMap(List::stream)
            .map(Message::senderId)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    Map<ObjectId, User> senders = users.byIds(senderIds, attempts);
    Map<ObjectId, List<Posted>> posted = HashMap.newHashMap(messages.size());
    messages.forEach(
        (id, each) ->
            posted.put(
                id,
                each.stream()
                    .map(message -> new Posted(message, sender(senders, message.senderId())))
                    .toList()));
    return posted;
  }

  private static User sender(Map<ObjectId, User> senders, ObjectId id) {
    User sender = senders.get(id);
    return sender != null ? sender : UserDocuments.unknown(id);
  }

  private static List<Appended> outcomes(AppendRun run, Map<ObjectId, List<Posted>> before) {
    List<AppendRun.State> states = run.states();
    List<Appended> outcomes = new ArrayList<>(states.size());
    for (AppendRun.State state : states) {
      outcomes.add(
          switch (state) {
            case AppendRun.State.Stored(Message message) ->
                new Appended.Stored(message, before.getOrDefault(message.id(), List.of()));
            case AppendRun.State.Known(Message message) -> new Appended.Known(message, List.of());
            case AppendRun.State.Retry(int first) ->
                new Appended.Known(outcomes.get(first).message(), List.of());
          });
    }
    return outcomes;
  }

  CaughtUp catchUp(CatchUp write, Attempts attempts) throws StoreException {
    ObjectId groupId = write.groupId();
    Heads.Head head = heads.of(groupId);
    if (write.firstSeq() == CatchUp.NOBODY) {
      head.forgetTold();
      return new CaughtUp(List.of());
    }
    head.forgetNewest();
    if (head.told() == null) {
      head.toldIs(Heads.Told.nothingAbove(write.firstSeq() - 1));
    }
    headQueries.load(groupId, attempts);
    Heads.Told known = told(head);
    Heads.Told now =
        new Heads.Told(
            Math.min(known.first(), write.firstSeq()), Math.max(known.last(), head.newest()));
    head.toldIs(now);
    List<Message> messages = new ArrayList<>();
    if (now.size() - known.size() <= limits.othersMax()) {
      // What is below seemed to be known to whoever is here, and was not.
      messages.addAll(between(groupId, now.first() - 1, known.first(), attempts));
      messages.addAll(between(groupId, known.last(), now.last() + 1, attempts));
    }
    return new CaughtUp(
        posted(Map.of(groupId, messages), attempts).getOrDefault(groupId, List.of()));
  }

  /** The group's newest seq, behind which whoever asks is told what comes. */
  Newest newestSeq(ObjectId groupId, Attempts attempts) throws StoreException {
    Heads.Head head = heads.of(groupId);
    head.forgetNewest();
    headQueries.load(groupId, attempts);
    Heads.Told known = told(head);
    List<Message> owed =
        head.newest() > known.last()
            ? between(groupId, known.last(), head.newest() + 1, attempts)
            : List.of();
    head.toldIs(known.upTo(head.newest()));
    return new Newest(
        head.newest(), posted(Map.of(groupId, owed), attempts).getOrDefault(groupId, List.of()));
  }
}
