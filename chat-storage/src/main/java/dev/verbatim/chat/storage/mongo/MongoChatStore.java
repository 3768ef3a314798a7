package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Projections.include;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.GroupExcerpt;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.Session;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.Copied;
import dev.verbatim.chat.store.OtherWriters;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The chat in a MongoDB database, which other processes and other services share.
 *
 * <p>Commits block their thread and belong to one thread at a time; two at once are an {@link
 * IllegalStateException}. Questions may come from any thread, virtual ones too. Nothing is atomic
 * but one document: a commit that throws may hold some of its writes from the front, and never a
 * message without those that stand before it in its group. While the database is away commits fail
 * within seconds, and after the first at once, until it is back.
 *
 * <p>Durability: a write counts when a majority of the members has it in its journal
 * (mongodb.com/docs/manual/reference/write-concern), and only such writes are read.
 */
public final class MongoChatStore implements ChatStore {
  private final MongoClient asking;
  private final MongoClient writing;
  private final MongoClient unhurried;
  private final MongoDatabase database;
  private final Indexes indexes;
  private final Limits limits;
  private final Outage outage;
  private final Writer writer;
  private final Numberer numberer;
  private final NumberingThread numberingThread;
  private final FullNumbering fullNumbering;
  private final Queries queries;
  private final MongoOthers others;

  private MongoChatStore(
      MongoClient asking,
      MongoClient writing,
      MongoClient unhurried,
      MongoDatabase database,
      Indexes indexes,
      Limits limits,
      Outage outage,
      Writer writer,
      Numberer numberer,
      NumberingThread numberingThread,
      FullNumbering fullNumbering,
      Queries queries,
      MongoOthers others) {
    this.asking = asking;
    this.writing = writing;
    this.unhurried = unhurried;
    this.database = database;
    this.indexes = indexes;
    this.limits = limits;
    this.outage = outage;
    this.writer = writer;
    this.numberer = numberer;
    this.numberingThread = numberingThread;
    this.fullNumbering = fullNumbering;
    this.queries = queries;
    this.others = others;
  }

  /**
   * Opens the store; what it needs of collections and indexes is made if it is not there, the
   * latter in the background.
   *
   * @param listener hears of what goes on in the background
   * @throws StoreException if the address is none or the database does not answer; the message says
   *     why, and nothing of the address
   */
  public static MongoChatStore open(MongoSettings settings, StoreListener listener)
      throws StoreException {
    MongoChatStore store = open(settings, listener, Limits.STANDARD, InstantSource.system());
    store.numberInBackground();
    return store;
  }

  /** Begins to number old messages beside all else, until the store is closed. */
  void numberInBackground() {
    numberingThread.start();
  }

  /**
   * Returns if the database answers to whoever these settings name; writes nothing. Blocks for a
   * few seconds at most.
   *
   * @return what an operator should know of what is there, a sentence each
   * @throws StoreException if it does not; the message says why, and nothing of the address
   */
  public static List<String> check(MongoSettings settings) throws StoreException {
    try (MongoClient client = MongoClients.create(ClientOptions.of(settings, Limits.STANDARD))) {
      Collections collections = Collections.of(client.getDatabase(settings.databaseName()));
      var _ = collections.users().find().projection(include(Fields.ID)).first();
      return ForeignIndexes.warnings(collections);
    } catch (IllegalArgumentException _) {
      throw new StoreException("The database's address is no MongoDB connection string");
    } catch (MongoException e) {
      throw Failures.failed("The database does not answer", e);
    }
  }

  static MongoChatStore open(
      MongoSettings settings, StoreListener listener, Limits limits, InstantSource clock)
      throws StoreException {
    MongoClient asking;
    MongoClient writing;
    MongoClient unhurried;
    try {
      // What is wrong with an address is found by the first of them.
      asking = MongoClients.create(ClientOptions.of(settings, limits));
      writing = MongoClients.create(ClientOptions.writing(settings, limits));
      unhurried = MongoClients.create(ClientOptions.unhurried(settings, limits));
    } catch (IllegalArgumentException | MongoException e) {
      // The reason may quote the address, and the address hold a password.
      throw new StoreException("The database's address is no MongoDB connection string");
    }
    try {
      MongoDatabase database = asking.getDatabase(settings.databaseName());
      ping(database);
      Collections collections = Collections.of(database);
      Collections asked = Questions.on(collections, limits);
      Collections written =
          Questions.on(Collections.of(writing.getDatabase(settings.databaseName())), limits);
      Collections patient = Collections.of(unhurried.getDatabase(settings.databaseName()));
      Indexes indexes =
          Indexes.start(unhurried.getDatabase(settings.databaseName()), limits, listener);
      Listening listening = new Listening(limits.headsMax());
      Heads heads = new Heads(limits.headsMax(), listening);
      Offers offers = new Offers(limits.headsMax());
      Numbering numbering = new Numbering(asked, patient, indexes, offers, limits);
      Tail tail = new Tail(collections, limits, clock);
      Writers writers = Writers.open(settings.writerName());
      Commits commits = new Commits(written, numbering.on(written), heads, writers, limits, clock);
      Outage outage = new Outage(commits::probe, limits);
      Writer writer = new Writer(commits, heads, indexes, outage, offers, limits);
      indexes.await(limits.indexesWait());
      Queries queries = Queries.on(asked, numbering, limits);
      MongoOthers others =
          new MongoOthers(
              asked, queries, numbering, tail, writers, listening, offers, limits, clock);
      Numberer numberer = new Numberer(patient, numbering, tail, limits, clock, listener);
      NumberingThread numberingThread =
          new NumberingThread(numberer, numbering, indexes, limits, listener);
      return new MongoChatStore(
          asking,
          writing,
          unhurried,
          database,
          indexes,
          limits,
          outage,
          writer,
          numberer,
          numberingThread,
          new FullNumbering(patient, numbering.on(patient), numberer, limits),
          queries,
          others);
    } catch (StoreException | RuntimeException e) {
      asking.close();
      writing.close();
      unhurried.close();
      throw e;
    }
  }

  private static void ping(MongoDatabase database) throws StoreException {
    try {
      var _ = database.runCommand(new Document("ping", 1));
    } catch (MongoException e) {
      throw Failures.failed("The database does not answer", e);
    }
  }

  /** What numbers old messages: a test's, which opened a store without a thread for it. */
  Numberer numberer() {
    return numberer;
  }

  @Override
  public List<Object> commit(List<? extends Write<?>> writes) throws StoreException {
    return writer.commit(writes);
  }

  @Override
  public void ping() throws StoreException {
    outage.check();
    indexes.check();
    ping(database);
  }

  @Override
  public Optional<Message> message(ObjectId id) throws StoreException {
    return queries.messages().byId(id);
  }

  @Override
  public Map<ObjectId, ObjectId> groupsOf(Collection<ObjectId> messageIds) throws StoreException {
    return queries.messages().groupIds(messageIds);
  }

  @Override
  public List<Message> messagesUpward(ObjectId groupId, long first, long last, int limit)
      throws StoreException {
    return queries.messages().upward(groupId, first, last, limit);
  }

  @Override
  public List<Message> messagesDownward(ObjectId groupId, long last, int limit)
      throws StoreException {
    return queries.messages().downward(groupId, last, limit);
  }

  @Override
  public Map<ObjectId, LastMessage> lastMessages(
      Collection<ObjectId> groupIds, int seqsMax, int readersMax) throws StoreException {
    Map<ObjectId, LastMessage> found = HashMap.newHashMap(groupIds.size());
    for (ObjectId groupId : groupIds) {
      Optional<Placed> last =
          Questions.unlessUncounted(() -> queries.messages().newestShown(groupId, seqsMax));
      if (last.isPresent()) {
        Placed message = last.get();
        found.put(
            groupId,
            new LastMessage(
                message.message(), queries.reads().readers(groupId, message, readersMax)));
      }
    }
    return found;
  }

  @Override
  public long newestSeq(ObjectId groupId) throws StoreException {
    return queries.messages().newestSeq(groupId);
  }

  @Override
  public Readers readers(ObjectId groupId, long first, long last, int limit) throws StoreException {
    return queries.reads().readers(groupId, first, last, limit);
  }

  @Override
  public Optional<Group> group(ObjectId id) throws StoreException {
    return queries.groups().byId(id);
  }

  @Override
  public Optional<GroupExcerpt> excerpt(ObjectId id, int membersMax) throws StoreException {
    return queries.groups().excerpt(id, membersMax);
  }

  @Override
  public Optional<List<Member>> members(ObjectId groupId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return queries.groups().members(groupId, after, limit);
  }

  @Override
  public Optional<Affiliation> affiliation(ObjectId userId, ObjectId groupId)
      throws StoreException {
    return queries.groups().affiliation(userId, groupId);
  }

  @Override
  public Map<ObjectId, Role> roles(ObjectId userId) throws StoreException {
    return queries.groups().roles(userId);
  }

  @Override
  public List<Standing> standings(ObjectId userId) throws StoreException {
    return queries.groups().standings(userId);
  }

  @Override
  public Optional<Standing> standing(ObjectId userId, ObjectId groupId) throws StoreException {
    return queries.groups().standing(userId, groupId);
  }

  @Override
  public List<GroupExcerpt> discover(ObjectId userId, @Nullable ObjectId after, int limit)
      throws StoreException {
    return queries.groups().discover(userId, after, limit);
  }

  @Override
  public Optional<User> user(ObjectId id) throws StoreException {
    return queries.users().byId(id);
  }

  @Override
  public Map<ObjectId, User> users(Collection<ObjectId> ids) throws StoreException {
    return queries.users().byIds(ids);
  }

  @Override
  public Optional<User> userByClerkId(String clerkId) throws StoreException {
    return queries.users().byClerkId(clerkId);
  }

  @Override
  public List<Session> sessions(ObjectId userId) throws StoreException {
    return queries.sessions().ofUser(userId);
  }

  @Override
  public List<Revocation> revocations(Instant since) throws StoreException {
    return queries.sessions().revocations(since);
  }

  @Override
  public List<Copied.Account> accounts(@Nullable ObjectId after, int limit) throws StoreException {
    return queries.copies().accounts(after, limit);
  }

  @Override
  public List<Group> groups(@Nullable ObjectId after, int limit) throws StoreException {
    return queries.copies().groups(after, limit);
  }

  @Override
  public void settle() throws StoreException {
    indexes.await(limits.copyIndexesWait());
    indexes.check();
    fullNumbering.run();
  }

  @Override
  public Map<ObjectId, Long> lastReads(ObjectId groupId) throws StoreException {
    return queries.copies().lastReads(groupId);
  }

  @Override
  public Optional<OtherWriters> others() {
    return Optional.of(others);
  }

  /** Waits for a commit under way. */
  @Override
  public void close() {
    numberingThread.close();
    indexes.close();
    outage.close();
    writer.close();
    asking.close();
    writing.close();
    unhurried.close();
  }
}
