package dev.verbatim.chat.storage.mongo;

import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Updates.combine;
import static com.mongodb.client.model.Updates.pull;
import static com.mongodb.client.model.Updates.push;
import static com.mongodb.client.model.Updates.set;
import static com.mongodb.client.model.Updates.unset;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.client.MongoCollection;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.storage.ReadBlock;
import dev.verbatim.chat.store.Samples;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.bson.types.Binary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The check finds what somebody has damaged, and nothing in what a store has written. */
abstract class StoreCheckContract extends DatabaseContract {
  private static final ObjectId GROUP = Samples.groupId(1);

  StoreCheckContract(MongoUnderTest server) {
    super(server);
  }

  @BeforeEach
  void fill() throws Exception {
    MongoChatStore store = stores().open("a:1");
    var _ =
        store.commit(
            List.of(
                new Write.PutUser(Samples.user(1)),
                new Write.PutUser(Samples.user(2)),
                new Write.PutGroup(Samples.group(1, 1, 2)),
                new Write.PutGroup(Samples.group(2, 2, 1))));
    var _ =
        store.commit(
            IntStream.rangeClosed(1, 5)
                .mapToObj(i -> Samples.append(i, 1, 1, "t" + i, "text"))
                .toList());
    var _ = store.commit(List.of(Samples.append(6, 2, 2), Samples.markRead(1, 2, 1, 2, 3)));
  }

  private List<String> findings() {
    return MongoStoreCheck.findings(stores().contents());
  }

  private void change(MongoCollection<Document> collection, ObjectId id, Bson change) {
    var _ = collection.updateOne(eq(Fields.ID, Values.bson(id)), change);
  }

  private void changeMessage(int id, Bson change) {
    change(stores().contents().messages(), Samples.id(id), change);
  }

  private static Bson seq(ObjectId groupId, long seq) {
    return combine(set(Fields.SEQ, seq), set(Fields.SEQ_KEY, MessageKeys.seqKey(groupId, seq)));
  }

  @Test
  void findsNothingInWhatAStoreHasWritten() throws Exception {
    assertEquals(List.of(), findings());
    assertEquals(
        List.of(),
        MongoStoreCheck.findings(
            new MongoSettings(stores().database().uri(), stores().database().name(), "check:1")));
  }

  @Test
  void countsOldMessagesAsNotYetNumbered() throws Exception {
    stores().contents().messages().insertOne(OldData.message(3, 1));
    stores().contents().groups().insertOne(GroupDocuments.document(Samples.group(3, 1, 2)));
    assertEquals(List.of(), findings());
    MongoChatStore store = stores().open("b:1");
    var _ = store.commit(List.of(Samples.append(7, 3, 1)));
    assertEquals(List.of(), findings());
  }

  @Test
  void findsGapsAndMissingKeys() {
    stores().contents().messages().deleteOne(eq(Fields.ID, Values.bson(Samples.id(2))));
    changeMessage(5, seq(GROUP, 9));
    assertEquals(
        List.of(
            "group %s has no seq 2".formatted(GROUP),
            "group %s has no seqs 5 to 8".formatted(GROUP)),
        findings());
    changeMessage(3, unset(Fields.SEQ_KEY));
    assertEquals(
        List.of(
            "group %s has no seqs 2 to 3".formatted(GROUP),
            "group %s has no seqs 5 to 8".formatted(GROUP),
            "message %s has seq 3, but no seqKey".formatted(Samples.id(3))),
        findings());
  }

  @Test
  void findsWhatIsThereTwiceOnceAnIndexIsMissing() {
    for (Document index : stores().contents().messages().listIndexes().into(new ArrayList<>())) {
      if (index.get("key", Document.class).containsKey(Fields.SEQ_KEY)) {
        stores().contents().messages().dropIndex(index.getString("name"));
      }
    }
    changeMessage(4, seq(GROUP, 5));
    assertEquals(
        List.of(
            "the unique index of seqKey of messages is missing",
            "group %s has no seq 4".formatted(GROUP),
            "group %s has seq 5 twice".formatted(GROUP)),
        findings());
  }

  @Test
  void findsKeysThatDisagreeWithTheirFields() {
    changeMessage(6, set(Fields.SEQ, 2L));
    changeMessage(4, set(Fields.TEMP_ID, "other"));
    List<String> findings = findings();
    assertEquals(2, findings.size());
    assertEquals(
        "message %s has seq 2 in group %s, but the seqKey %s"
            .formatted(
                Samples.id(6), Samples.groupId(2), MessageKeys.seqKey(Samples.groupId(2), 1)),
        findings.stream().filter(each -> each.contains("seqKey")).findFirst().orElseThrow());
    assertEquals(
        "message %s has the sendKey %s, not %s"
            .formatted(
                Samples.id(4),
                MessageKeys.sendKey(GROUP, Samples.userId(1), "t4"),
                MessageKeys.sendKey(GROUP, Samples.userId(1), "other")),
        findings.stream().filter(each -> each.contains("sendKey")).findFirst().orElseThrow());
  }

  @Test
  void findsGroupsWithoutOneOwner() {
    MongoCollection<Document> groups = stores().contents().groups();
    change(groups, GROUP, set(Fields.OWNER_ID, Values.bson(Samples.userId(2))));
    change(groups, Samples.groupId(2), set("members.1.role", "Owner"));
    assertEquals(
        Set.of(
            "group %s has 2 owners".formatted(Samples.groupId(2)),
            "group %s names another owner than its members do".formatted(GROUP)),
        Set.copyOf(findings()));
  }

  @Test
  void findsMembersAndSendersWhoAreNotThere() {
    change(
        stores().contents().groups(),
        GROUP,
        push(Fields.MEMBERS, GroupDocuments.element(Samples.member(3, Role.MEMBER))));
    change(
        stores().contents().groups(),
        GROUP,
        push(Fields.MEMBERS, GroupDocuments.element(Samples.member(3, Role.MEMBER))));
    changeMessage(6, set(Fields.SENDER_ID, Values.bson(Samples.userId(4))));
    assertEquals(
        List.of(
            "user %s is in group %s 2 times".formatted(Samples.userId(3), GROUP),
            "user %s, who is in group %s, is not there".formatted(Samples.userId(3), GROUP),
            "user %s, who wrote in group %s, is not there"
                .formatted(Samples.userId(4), Samples.groupId(2))),
        findings());
  }

  @Test
  void findsMessagesOfGroupsThatAreNotThere() {
    stores().contents().groups().deleteOne(eq(Fields.ID, Values.bson(GROUP)));
    assertEquals(List.of("group %s has messages, but is not there".formatted(GROUP)), findings());
  }

  @Test
  void findsUsersOfOneClerkId() {
    stores()
        .contents()
        .users()
        .listIndexes()
        .into(new ArrayList<>())
        .forEach(
            index -> {
              if (!index.getString("name").equals("_id_")) {
                stores().contents().users().dropIndex(index.getString("name"));
              }
            });
    change(stores().contents().users(), Samples.userId(2), set(Fields.CLERK_ID, "user_1"));
    assertEquals(List.of("several users have the clerkId user_1"), findings());
  }

  @Test
  void findsReadingsOfWhatIsNotThere() {
    stores()
        .contents()
        .reads()
        .updateOne(
            eq(Fields.ID, ReadDocuments.stateId(GROUP, Samples.userId(2))),
            set(Fields.LAST_READ, 6L));
    ReadBlock block = ReadBlock.unread();
    block.add(7);
    stores()
        .contents()
        .readBlocks()
        .insertMany(
            List.of(
                ReadDocuments.block(block, Samples.NOW)
                    .append(Fields.ID, ReadDocuments.blockId(GROUP, 0, Samples.userId(2))),
                new Document(Fields.ID, ReadDocuments.blockId(GROUP, 1, Samples.userId(2)))
                    .append(Fields.BITS, new Binary(new byte[129])),
                new Document(Fields.ID, "nonsense")));
    String reader = "what user %s read of group %s".formatted(Samples.userId(2), GROUP);
    assertEquals(
        List.of(
            reader + " goes up to seq 6, which is not there",
            reader + " goes up to seq 7, which is not there",
            reader + ": What was read is damaged: a block of 129 bytes",
            "what somebody read has the id \"nonsense\""),
        findings());
  }

  @Test
  void saysNothingOfTheAddressWhenItCannotCheck() {
    for (String uri : List.of("nonsense:secret", "mongodb://u:secret@127.0.0.1:1/x")) {
      StoreException e =
          assertThrows(
              StoreException.class,
              () -> MongoStoreCheck.findings(new MongoSettings(uri, "x", "check:1")));
      assertFalse(e.toString().contains("secret"), e.toString());
    }
  }

  @Test
  void passesOverClosedGroups() {
    change(stores().contents().groups(), Samples.groupId(2), set(Fields.IS_ACTIVE, false));
    Document owner = GroupDocuments.element(Samples.group(2, 2, 1).members().getFirst());
    change(stores().contents().groups(), Samples.groupId(2), pull(Fields.MEMBERS, owner));
    assertEquals(List.of(), findings());
  }
}
