package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The indexes, which a thread of their own makes in the background: on a database that has grown
 * without us it takes minutes. An index that somebody else has made of the same fields is as good.
 * For any thread.
 *
 * <p>An index is there once the command that makes it has returned. That it is listed says nothing:
 * so are those that are still being built, and refuse no duplicates yet.
 */
final class Indexes implements AutoCloseable {
  /**
   * Codes with which a server refuses to make an index that it lists (error_codes.yml): whoever may
   * not make one is not building it, and a fault in how it was once made does not end it.
   * Unauthorized, CannotCreateIndex, InvalidOptions, IndexOptionsConflict, IndexKeySpecsConflict,
   * InvalidIndexSpecificationOption.
   */
  private static final Set<Integer> LISTED_ONLY = Set.of(13, 67, 72, 85, 86, 197);

  private final MongoDatabase database;
  private final Limits limits;
  private final StoreListener listener;
  private final List<Index> required;
  private final List<Index> helpful;
  private final Thread thread;
  private final CountDownLatch tried = new CountDownLatch(1);

  /** Indexes of which it was said why they are not there. Confined to the thread. */
  private final Set<Index> told = new HashSet<>();

  /** What keeps messages from being appended; null once nothing does. */
  private volatile @Nullable String obstacle = "The database's indexes are being built";

  private volatile boolean isClosed;

  /**
   * One index.
   *
   * @param isIdentity whether users can be told apart without it, if not as surely
   */
  private record Index(
      MongoCollection<Document> collection,
      String name,
      Document keys,
      boolean isUnique,
      boolean isIdentity) {
    boolean isMadeOf(Document existing) {
      return existing.get("key") instanceof Document others
          && List.copyOf(others.entrySet()).toString().equals(entries())
          && !existing.containsKey("partialFilterExpression");
    }

    private String entries() {
      return List.copyOf(keys.entrySet()).toString();
    }

    IndexOptions options(boolean unique) {
      IndexOptions options = new IndexOptions().name(name);
      return unique ? options.unique(true).sparse(true) : options;
    }
  }

  private Indexes(MongoDatabase database, Limits limits, StoreListener listener) {
    Collections collections = Collections.of(database);
    this.database = database;
    this.limits = limits;
    this.listener = listener;
    this.required =
        List.of(
            // Without it every question about old messages would read all of their group.
            index(
                collections.messages(),
                "verbatim_history",
                new Document(Fields.GROUP_ID, 1).append(Fields.CREATED_AT, 1).append(Fields.ID, 1)),
            unique(collections.messages(), "verbatim_seq", Fields.SEQ_KEY, false),
            unique(collections.messages(), "verbatim_send", Fields.SEND_KEY, false),
            unique(collections.users(), "verbatim_clerk", Fields.CLERK_ID, true));
    this.helpful =
        List.of(
            index(
                collections.groups(), "verbatim_members", new Document(Fields.MEMBERS_USER_ID, 1)),
            index(
                collections.groups(),
                "verbatim_discover",
                new Document(Fields.IS_PRIVATE, 1)
                    .append(Fields.IS_ACTIVE, 1)
                    .append(Fields.ID, -1)),
            index(collections.sessions(), "verbatim_user", new Document(Fields.USER_ID, 1)),
            index(collections.sessions(), "verbatim_idle", new Document(Fields.LAST_ACTIVITY, 1)),
            index(collections.events(), "verbatim_at", new Document(Fields.AT, 1)),
            index(collections.revocations(), "verbatim_at", new Document(Fields.AT, 1)));
    this.thread = Thread.ofPlatform().name("mongo-indexes").daemon().unstarted(this::make);
  }

  private static Index unique(
      MongoCollection<Document> collection, String name, String field, boolean isIdentity) {
    return new Index(collection, name, new Document(field, 1), true, isIdentity);
  }

  private static Index index(MongoCollection<Document> collection, String name, Document keys) {
    return new Index(collection, name, keys, false, false);
  }

  /**
   * Begins to make what is not there.
   *
   * @param database of a client that waits for the answers however long they take
   */
  static Indexes start(MongoDatabase database, Limits limits, StoreListener listener) {
    Indexes indexes = new Indexes(database, limits, listener);
    indexes.thread.start();
    return indexes;
  }

  /**
   * Returns if messages can be appended.
   *
   * @throws StoreException if an index without which they have no order is not there
   */
  void check() throws StoreException {
    String what = obstacle;
    if (what != null) {
      throw new StoreException(what);
    }
  }

  /** Waits until what is required is there, or could not be built, but not for longer than this. */
  void await(Duration wait) throws StoreException {
    try {
      boolean _ = tried.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while the database's indexes are being built", e);
    }
  }

  private void make() {
    try {
      List<Index> left = new ArrayList<>(required);
      left.addAll(helpful);
      makeAll(left);
      warnOfOthers();
      while (!left.isEmpty()) {
        Thread.sleep(limits.indexesAgain());
        makeAll(left);
      }
    } catch (MongoInterruptedException | InterruptedException _) {
      // The store is closed.
    } catch (RuntimeException e) {
      if (isClosed) {
        return; // The store has closed the client under this thread.
      }
      obstacle = "The database's indexes cannot be built";
      listener.onFault("building the database's indexes", e);
    }
  }

  private void warnOfOthers() {
    try {
      ForeignIndexes.warnings(Collections.of(database)).forEach(listener::onWarning);
    } catch (MongoInterruptedException e) {
      throw e;
    } catch (MongoException _) {
      // What they refuse is told when they do.
    }
  }

  /** Makes those that can be made, and leaves the others. */
  private void makeAll(List<Index> left) throws InterruptedException {
    String broken = null;
    for (Index index : List.copyOf(left)) {
      if (!required.contains(index)) {
        allowMessages(broken);
      }
      String why = make(index);
      if (why == null) {
        left.remove(index);
      } else if (index.isIdentity()) {
        tellOnce(
            index,
            "Users are not kept apart by the database, for the index cannot be built: " + why);
        // It finds users at least, and what they have in common has to be mended by hand.
        if (make(new Index(index.collection(), index.name(), index.keys(), false, false)) == null) {
          left.remove(index);
        }
      } else if (required.contains(index)) {
        broken = broken == null ? "An index that messages need cannot be built: " + why : broken;
        tellOnce(index, broken);
      } else {
        tellOnce(index, "The index " + index.name() + " cannot be built: " + why);
      }
    }
    allowMessages(broken);
  }

  private void allowMessages(@Nullable String broken) {
    obstacle = broken;
    tried.countDown();
  }

  private void tellOnce(Index index, String warning) {
    if (told.add(index)) {
      listener.onWarning(warning);
    }
  }

  /** Makes an index however long it takes; returns why it cannot be, null if it is there. */
  private @Nullable String make(Index index) throws InterruptedException {
    while (true) {
      try {
        return makeOnce(index);
      } catch (MongoInterruptedException e) {
        throw e;
      } catch (MongoException e) {
        if (!Failures.isMomentary(e)) {
          return Failures.reason(e);
        }
        // The server goes on building it, though the answer may be lost.
        Thread.sleep(limits.pauseMax());
      }
    }
  }

  private @Nullable String makeOnce(Index index) {
    for (Document existing : index.collection().listIndexes()) {
      if (index.isMadeOf(existing)) {
        if (index.isUnique() && !Values.flag(existing, "unique", false)) {
          return "there is one that is not unique, " + existing.getString("name");
        }
        awaitBuilt(index.collection(), existing);
        return null;
      }
    }
    String _ = index.collection().createIndex(index.keys(), index.options(index.isUnique()));
    return null;
  }

  /** Returns once a listed index is built: the command that makes it waits for whoever does. */
  private void awaitBuilt(MongoCollection<Document> collection, Document existing) {
    Document same = new Document(existing);
    // What is listed beside what was asked for, which not every server takes.
    same.remove("ns");
    same.remove("v");
    try {
      var _ =
          database.runCommand(
              new Document("createIndexes", collection.getNamespace().getCollectionName())
                  .append("indexes", List.of(same))
                  .append("writeConcern", new Document("w", "majority")));
    } catch (MongoCommandException e) {
      if (!LISTED_ONLY.contains(e.getErrorCode())) {
        throw e;
      }
    }
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }
}
