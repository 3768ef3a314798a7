package dev.verbatim.chat.storage.mongo;

import com.mongodb.client.MongoCollection;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.Document;

/**
 * Unique indexes that other services have made in the collections which they share with us. Such an
 * index may refuse what we write: two users without an e-mail address are the same to one of
 * addresses. For any thread.
 */
final class ForeignIndexes {
  /** Those that we rely on, by whomever they are made. */
  private static final Set<String> OURS =
      Set.of(Fields.ID, Fields.CLERK_ID, Fields.SEQ_KEY, Fields.SEND_KEY);

  /** What we write into these collections, at the top. */
  private static final Set<String> WRITTEN =
      Set.of(
          Fields.EMAIL,
          Fields.FIRST_NAME,
          Fields.LAST_NAME,
          Fields.USERNAME,
          Fields.PROFILE_IMAGE_URL,
          Fields.LAST_SEEN,
          Fields.IS_ACTIVE,
          Fields.IS_BANNED,
          Fields.IS_DELETED,
          Fields.IDENTITY_AT,
          Fields.CREATED_AT,
          Fields.UPDATED_AT,
          Fields.NAME,
          Fields.DESCRIPTION,
          Fields.OWNER_ID,
          Fields.MEMBERS,
          Fields.IS_PRIVATE,
          Fields.GROUP_ID,
          Fields.SEQ,
          Fields.SENDER_ID,
          Fields.CONTENT,
          Fields.TYPE,
          Fields.TEMP_ID,
          Fields.EDITED_AT,
          Fields.READ_BY,
          Fields.WRITER,
          Fields.USER_ID,
          Fields.SOCKET_ID,
          Fields.STATUS,
          Fields.LAST_ACTIVITY,
          Fields.DEVICE_TYPE);

  private ForeignIndexes() {}

  /**
   * What an operator should know of them, a sentence each.
   *
   * @throws com.mongodb.MongoException if the database does not answer
   */
  static List<String> warnings(Collections collections) {
    List<String> warnings = new ArrayList<>();
    for (MongoCollection<Document> each :
        List.of(
            collections.users(),
            collections.groups(),
            collections.messages(),
            collections.sessions())) {
      String name = each.getNamespace().getCollectionName();
      for (Document index : each.listIndexes()) {
        if (index.get("key") instanceof Document key && canRefuse(index, key.keySet())) {
          warnings.add(
              "The unique index %s of %s (%s) is another service's: what is to be written there and"
                      .formatted(index.getString("name"), name, String.join(", ", key.keySet()))
                  + " is the same in that as something else, or has none of it as something else"
                  + " has not, is refused");
        }
      }
    }
    return warnings;
  }

  private static boolean canRefuse(Document index, Set<String> fields) {
    if (!Values.flag(index, "unique", false) || (fields.size() == 1 && OURS.containsAll(fields))) {
      return false;
    }
    // A sparse one passes over what has nothing of it.
    Set<String> written = new HashSet<>();
    fields.forEach(field -> written.add(field.split("\\.", 2)[0]));
    written.retainAll(WRITTEN);
    return !written.isEmpty() || !Values.flag(index, "sparse", false);
  }
}
