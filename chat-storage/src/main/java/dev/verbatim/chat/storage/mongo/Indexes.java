package dev.verbatim.chat.storage.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import dev.verbatim.chat.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * The indexes, which a thread of their own makes in the background: on a database that has grown
 * without us it takes minutes. An index that somebody else has made of the same fields is as good.
 * For any thread.
 */
final class Indexes implements AutoCloseable {
  private final Limits limits;
  private final Consumer<String> warnings;
  private final List<Index> required;
  private final List<Index> helpful;
  private final Thread thread;
  private final CountDownLatch made = new CountDownLatch(1);

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

  private Indexes(Collections collections, Limits limits, Consumer<String> warnings) {
    this.limits = limits;
    this.warnings = warnings;
    this.required =
        List.of(
            unique(collections.messages(), "verbatim_seq", Fields.SEQ_KEY, false),
            unique(collections.messages(), "verbatim_send", Fields.SEND_KEY, false),
            unique(collections.users(), "verbatim_clerk", Fields.CLERK_ID, true));
    this.helpful =
        List.of(
            index(
                collections.messages(),
                "verbatim_history",
                new Document(Fields.GROUP_ID, 1).append(Fields.CREATED_AT, 1).append(Fields.ID, 1)),
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

  /** Begins to make what is not there. */
  static Indexes start(Collections collections, Limits limits, Consumer<String> warnings) {
    Indexes indexes = new Indexes(collections, limits, warnings);
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

  /** Waits until what is required is there, or never will be, but not for longer than this. */
  void await(Duration wait) throws StoreException {
    try {
      boolean _ = made.await(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException("Interrupted while the database's indexes are being built", e);
    }
  }

  private void make() {
    try {
      String broken = null;
      for (Index index : required) {
        String why = make(index);
        if (why != null && index.isIdentity()) {
          warnings.accept(
              "Users are not kept apart by the database, for the index cannot be built: " + why);
          String _ = make(new Index(index.collection(), index.name(), index.keys(), false, false));
        } else if (why != null && broken == null) {
          broken = "An index that messages need cannot be built: " + why;
        }
      }
      obstacle = broken;
      made.countDown();
      for (Index index : helpful) {
        String why = make(index);
        if (why != null) {
          warnings.accept("The index " + index.name() + " cannot be built: " + why);
        }
      }
    } catch (MongoInterruptedException | InterruptedException _) {
      // The store is closed.
    } catch (RuntimeException e) {
      if (isClosed) {
        return; // The store has closed the client under this thread.
      }
      obstacle = "The database's indexes cannot be built: " + e.getMessage();
      warnings.accept(obstacle);
    }
  }

  /** Makes an index however often it takes; returns why it never will be, null if it is there. */
  private @Nullable String make(Index index) throws InterruptedException {
    while (true) {
      try {
        for (Document existing : index.collection().listIndexes()) {
          if (index.isMadeOf(existing)) {
            return !index.isUnique() || existing.getBoolean("unique", false)
                ? null
                : "there is one that is not unique, " + existing.getString("name");
          }
        }
        String _ = index.collection().createIndex(index.keys(), index.options(index.isUnique()));
        return null;
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

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
  }
}
