package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Projections.include;
import static com.mongodb.client.model.Sorts.ascending;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.StoreException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what must not be in a database: gaps in a group's order, duplicates, keys that say
 * something else than their documents, groups without one owner, references to nobody. It only
 * reads, and the database may be in use: what is written meanwhile may be seen or not. It reads all
 * of it.
 *
 * <p>Messages of others whose seqs are not written yet are no finding.
 */
public final class MongoStoreCheck {
  /** The most findings told: whoever has as many needs a backup, not a longer list. */
  public static final int FINDINGS_MAX = 1_000;

  private final Collections collections;
  private final Findings findings = new Findings(FINDINGS_MAX);

  private MongoStoreCheck(Collections collections) {
    this.collections = collections;
  }

  /**
   * What is wrong with the store in this database, a line each; nothing if it is whole.
   *
   * @throws StoreException if the database cannot be read; it says why, and nothing of the address
   */
  public static List<String> findings(MongoSettings settings) throws StoreException {
    try (MongoClient client = MongoClients.create(ClientOptions.of(settings, Limits.STANDARD))) {
      return findings(Collections.of(client.getDatabase(settings.databaseName())));
    } catch (MongoException e) {
      throw Failures.failed("Cannot check the store", e);
    } catch (IllegalArgumentException _) {
      throw new StoreException("The database's address is no MongoDB connection string");
    }
  }

  static List<String> findings(Collections collections) {
    MongoStoreCheck check = new MongoStoreCheck(collections);
    check.lookAtIndexes();
    check.lookAtUsers();
    check.lookAtGroups();
    new MessageCheck(collections, check.findings).run();
    new ReadCheck(collections, check.findings).run();
    return check.findings.lines();
  }

  /** Without a unique index nothing would keep duplicates out. */
  private void lookAtIndexes() {
    Set<String> unique = new HashSet<>();
    for (Document index : collections.messages().listIndexes()) {
      if (index.get("key") instanceof Document key
          && key.size() == 1
          && Values.flag(index, "unique", false)) {
        unique.addAll(key.keySet());
      }
    }
    for (String field : List.of(Fields.SEQ_KEY, Fields.SEND_KEY)) {
      if (!unique.contains(field)) {
        findings.add("the unique index of " + field + " of messages is missing");
      }
    }
  }

  private void lookAtUsers() {
    String last = null;
    int count = 0;
    for (Document user :
        collections
            .users()
            .find()
            .projection(include(Fields.CLERK_ID))
            .sort(ascending(Fields.CLERK_ID))) {
      String clerkId = Values.textOrNull(user, Fields.CLERK_ID);
      count = clerkId != null && clerkId.equals(last) ? count + 1 : 1;
      last = clerkId;
      if (count == 2) {
        findings.add("several users have the clerkId " + clerkId);
      }
    }
  }

  private void lookAtGroups() {
    for (Document group : collections.groups().find()) {
      if (Values.hasId(group) && GroupDocuments.isActive(group)) {
        lookAtOwner(group);
        lookAtMembers(group);
      }
    }
  }

  /** What is written counts here, not what is made of it where it says nothing. */
  private void lookAtOwner(Document group) {
    ObjectId id = Values.ownId(group);
    ObjectId named = Values.idOrNull(group.get(Fields.OWNER_ID));
    int owners = 0;
    ObjectId owner = null;
    for (Object each : Values.elements(group, Fields.MEMBERS)) {
      if (each instanceof Document element
          && Values.enumOrNull(Role.class, element.get(Fields.ROLE)) == Role.OWNER) {
        owners++;
        owner = Values.idOrNull(element.get(Fields.USER_ID));
      }
    }
    if (owners != 1) {
      findings.add("group %s has %d owners".formatted(id, owners));
    } else if (owner == null || !owner.equals(named)) {
      findings.add("group %s names another owner than its members do".formatted(id));
    }
  }

  private void lookAtMembers(Document group) {
    ObjectId id = Values.ownId(group);
    Map<ObjectId, Integer> counts = new HashMap<>();
    for (Object each : Values.elements(group, Fields.MEMBERS)) {
      ObjectId userId =
          each instanceof Document element ? Values.idOrNull(element.get(Fields.USER_ID)) : null;
      if (userId == null) {
        findings.add("group %s has a member without an id".formatted(id));
      } else {
        counts.merge(userId, 1, Integer::sum);
      }
    }
    counts.forEach(
        (userId, count) -> {
          if (count > 1) {
            findings.add("user %s is in group %s %d times".formatted(userId, id, count));
          }
        });
    for (ObjectId userId : strangers(collections, counts.keySet())) {
      findings.add("user %s, who is in group %s, is not there".formatted(userId, id));
    }
  }

  /** Those of these users who are not there. */
  static Set<ObjectId> strangers(Collections collections, Collection<ObjectId> userIds) {
    Set<ObjectId> strangers = new HashSet<>(userIds);
    if (!strangers.isEmpty()) {
      for (Document user :
          collections
              .users()
              .find(in(Fields.ID, Values.bson(userIds)))
              .projection(include(Fields.ID))) {
        strangers.remove(Values.ownId(user));
      }
    }
    return strangers;
  }

  /** How many old messages groups have whose seqs are not all written. */
  static Map<ObjectId, Long> pending(Collections collections) {
    Map<ObjectId, Long> counts = new HashMap<>();
    for (Document each : collections.numbering().find(eq(Fields.DONE, false))) {
      counts.put(Values.ownId(each), Values.number(each, Fields.OLD));
    }
    return counts;
  }

  /** A text that is to be told, or that there is none. */
  static String told(@Nullable String text) {
    return text == null ? "none" : text;
  }
}
