package dev.verbatim.chat.storage.mongo;

import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.Samples;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.bson.Document;

/**
 * What other services leave in a database, in their shapes: groups 1 to 3 with users 1 to 4, put
 * there by the driver alone. Owned by the test's thread.
 */
final class OldData {
  /** When the first old message was made. */
  static final Instant BEGIN = Samples.NOW.minusSeconds(3_600);

  private final Collections contents;

  private OldData(Collections contents) {
    this.contents = contents;
  }

  /**
   * Users, of whom the last has nothing but what every document has, and groups without messages.
   */
  static OldData in(Collections contents) {
    for (int user = 1; user <= 3; user++) {
      contents.users().insertOne(UserDocuments.document(Samples.user(user)).append("__v", 0));
    }
    contents
        .users()
        .insertOne(
            new Document(Fields.ID, Values.bson(Samples.userId(4)))
                .append(Fields.CLERK_ID, "user_4"));
    contents.groups().insertMany(List.of(group(1, 1, 2, 3), foreignGroup(2, 3, 1), group(3, 2, 1)));
    return new OldData(contents);
  }

  private static Document group(int number, int... users) {
    return GroupDocuments.document(Samples.group(number, users)).append("__v", 0);
  }

  /** A group as another platform writes it. */
  static Document foreignGroup(int number, int owner, int member) {
    return new Document(Fields.ID, Values.bson(Samples.groupId(number)))
        .append(Fields.NAME, "Foreign")
        .append(Fields.OWNER_ID, Samples.userId(owner).toString())
        .append(
            Fields.MEMBERS,
            List.of(
                new Document(Fields.USER_ID, Samples.userId(owner).toString())
                    .append(Fields.ROLE, "Owner")
                    .append(Fields.JOINED_AT, "2025-02-03T04:05:06.789Z")
                    .append("Nickname", "boss"),
                new Document(Fields.USER_ID, Values.bson(Samples.userId(member)))
                    .append(Fields.ROLE, 2)
                    .append(Fields.JOINED_AT, Date.from(BEGIN))))
        .append(Fields.CREATED_AT, "2025-02-03T04:05:06.789Z")
        .append("Settings", new Document("theme", "dark"));
  }

  /** Puts so many messages into a group, two of them at each time, users 1 and 2 in turn. */
  OldData messages(int group, int count) {
    List<Document> messages = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      messages.add(message(group, i));
    }
    if (count > 0) {
      // Others need not have written them in the order of their times.
      contents.messages().insertMany(messages.reversed());
    }
    return this;
  }

  /** The message that is the group's so manieth. */
  static Document message(int group, int rank) {
    return new Document(Fields.ID, Values.bson(id(group, rank)))
        .append(Fields.GROUP_ID, Values.bson(Samples.groupId(group)))
        .append(Fields.SENDER_ID, Values.bson(Samples.userId(2 - rank % 2)))
        .append(Fields.CONTENT, content(rank))
        .append(Fields.TYPE, "text")
        .append(Fields.READ_BY, List.of())
        .append(Fields.CREATED_AT, Date.from(BEGIN.plusMillis((rank - 1) / 2)))
        .append("attachments", List.of("file-" + rank))
        .append("__v", 0);
  }

  static ObjectId id(int group, int rank) {
    return new ObjectId(BEGIN.getEpochSecond() << 32, group << 24 | rank);
  }

  static String content(int rank) {
    return "old " + rank;
  }

  /** Somebody's reading of the message, as it stands in it. */
  static Document readBy(int user) {
    return new Document(Fields.USER_ID, Values.bson(Samples.userId(user)))
        .append(Fields.READ_AT, Date.from(Samples.NOW));
  }
}
