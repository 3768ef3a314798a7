package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Sorts.descending;

import com.mongodb.MongoCommandException;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Aggregates;
import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/**
 * Groups with only some of their members, as {@link GroupDocuments} reads them: a group may have
 * many thousands of members, and most questions are about one of them. For any thread.
 *
 * <p>Databases that speak MongoDB's language do not all know the expressions that choose among
 * them. One that refuses them is not asked so again: it answers with whole groups, which tell the
 * same.
 */
final class GroupExcerpts {
  /** NotImplemented, CommandNotSupported, unknown expression (src/mongo/base/error_codes.yml). */
  private static final Set<Integer> UNKNOWN = Set.of(115, 168, 238, 303, 31325);

  private static final String MEMBER = "$$member.";
  private static final Document MEMBERS =
      expression(
          "$cond",
          Arrays.asList(
              new Document("$isArray", "$" + Fields.MEMBERS), "$" + Fields.MEMBERS, List.of()));

  /** Those of whom one is the owner, however it is said. */
  private static final Document OWNERS =
      filter(
          new Document(
              "$or",
              List.of(
                  expression(
                      "$in", List.of(MEMBER + Fields.ROLE, List.of("owner", "Owner", "OWNER"))),
                  expression("$eq", List.of(MEMBER + Fields.USER_ID, "$" + Fields.OWNER_ID)))));

  private final MongoCollection<Document> groups;
  private volatile boolean isChoosing = true;

  GroupExcerpts(MongoCollection<Document> groups) {
    this.groups = groups;
  }

  private static Document expression(String operator, List<?> operands) {
    return new Document(operator, operands);
  }

  private static Document filter(Document condition) {
    return new Document(
        "$filter", new Document("input", MEMBERS).append("as", "member").append("cond", condition));
  }

  /** The first members. */
  static Document first(int limit) {
    return limit > 0
        ? expression("$slice", List.of(MEMBERS, limit))
        : new Document("$literal", List.of());
  }

  /** A member and so many behind; somebody else if that member is not there. */
  static Document from(ObjectId userId, int limit) {
    String ids = "$" + Fields.MEMBERS_USER_ID;
    List<Document> places =
        Values.eitherShape(userId).stream()
            .map(shape -> expression("$indexOfArray", List.of(ids, shape)))
            .toList();
    return expression(
        "$slice",
        List.of(
            MEMBERS, new Document("$max", places), (int) Math.min(Integer.MAX_VALUE, limit + 1L)));
  }

  /** One member, if the user is one. */
  static Document only(ObjectId userId) {
    return filter(expression("$in", List.of(MEMBER + Fields.USER_ID, Values.eitherShape(userId))));
  }

  /**
   * The groups that a filter finds.
   *
   * @param members which of their members are told at least: {@link #first}, {@link #from} or
   *     {@link #only}
   */
  List<Document> find(Bson filter, Document members) {
    return find(filter, members, null, 0);
  }

  /** The newest groups that a filter finds, the highest id first. */
  List<Document> newest(Bson filter, Document members, int limit) {
    return find(filter, members, descending(Fields.ID), limit);
  }

  private List<Document> find(Bson filter, Document members, @Nullable Bson order, int limit) {
    if (isChoosing) {
      try {
        List<Bson> stages = new ArrayList<>();
        stages.add(Aggregates.match(filter));
        if (order != null) {
          stages.add(Aggregates.sort(order));
          stages.add(Aggregates.limit(limit));
        }
        stages.add(Aggregates.project(projection(members)));
        return groups.aggregate(stages).into(new ArrayList<>());
      } catch (MongoCommandException e) {
        if (!UNKNOWN.contains(e.getCode())) {
          throw e;
        }
        isChoosing = false;
      }
    }
    return groups.find(filter).sort(order).limit(limit).into(new ArrayList<>());
  }

  private static Document projection(Document members) {
    return new Document(Fields.NAME, 1)
        .append(Fields.DESCRIPTION, 1)
        .append(Fields.OWNER_ID, 1)
        .append(Fields.IS_PRIVATE, 1)
        .append(Fields.IS_ACTIVE, 1)
        .append(Fields.CREATED_AT, 1)
        .append(Fields.UPDATED_AT, 1)
        .append(Fields.MEMBERS, members)
        .append(Fields.OWNERS, OWNERS)
        .append(Fields.MEMBER_COUNT, new Document("$size", MEMBERS));
  }
}
