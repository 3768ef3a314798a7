package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.BrokenPromises.Kind;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.Members;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.Samples;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Groups and pages of messages, as no store of ours should tell them. */
class PromiseCheckTest {
  private static final ObjectId GROUP = Samples.groupId(1);

  private final PromiseCheck check = new PromiseCheck(/* isShared= */ false);
  private final PromiseCheck sharedCheck = new PromiseCheck(/* isShared= */ true);

  private static Group group(boolean isActive, Member... members) {
    return Samples.group(1, false, isActive, 1).with(Members.copyOf(List.of(members)), Samples.NOW);
  }

  private static Map<String, Kind> owners(int count, String named) {
    return Map.of(
        "group %s has %d owners among its members, and names %s".formatted(GROUP, count, named),
        Kind.OWNER);
  }

  @Test
  void findsWhoIsAMemberTwice() {
    Member owner = Samples.member(1, Role.OWNER);
    Group group = group(true, owner, Samples.member(2, Role.ADMIN), Samples.member(2, Role.MEMBER));
    assertEquals(
        Map.of(
            "user %s is in group %s more than once".formatted(Samples.userId(2), GROUP),
            Kind.DUPLICATE),
        check.findings(group));
  }

  @Test
  void findsWhereThereIsNotTheOneOwnerWhoIsNamed() {
    Member named = Samples.member(1, Role.OWNER);
    Member other = Samples.member(2, Role.OWNER);
    assertEquals(Map.of(), check.findings(group(true, named)));
    assertEquals(owners(2, "one of them"), check.findings(group(true, named, other)));
    assertEquals(owners(1, "another"), check.findings(group(true, other)));
    assertEquals(owners(0, "another"), check.findings(group(true, Samples.member(1, Role.MEMBER))));
  }

  @Test
  void asksForNoOwnerWhereNobodyIsToBe() {
    assertEquals(Map.of(), check.findings(group(false)));
    assertEquals(Map.of(), check.findings(group(false, Samples.member(1, Role.MEMBER))));
    assertEquals(owners(0, "another"), check.findings(group(true)));
    assertEquals(Map.of(), sharedCheck.findings(group(true)));
    assertEquals(
        owners(0, "another"), sharedCheck.findings(group(true, Samples.member(1, Role.ADMIN))));
  }

  private static Message message(int id, long seq, int sender, @Nullable String tempId) {
    return new Message(
        Samples.id(id),
        GROUP,
        seq,
        Samples.userId(sender),
        "words",
        MessageType.TEXT,
        false,
        tempId,
        null,
        Samples.NOW,
        Samples.NOW);
  }

  /** With seqs from 5 on, of which there should be so many. */
  private Map<String, Kind> findings(int count, long... seqs) {
    List<Message> page =
        Arrays.stream(seqs).mapToObj(seq -> message((int) seq, seq, 1, null)).toList();
    return check.findings(GROUP, page, 5, count);
  }

  private static Map<String, Kind> order(String words) {
    return Map.of("group " + GROUP + " has " + words, Kind.ORDER);
  }

  @Test
  void findsSeqsThatAreNotThere() {
    assertEquals(Map.of(), findings(3, 5, 6, 7));
    assertEquals(order("no seqs 5 to 5"), findings(3, 6, 7));
    assertEquals(order("no seqs 6 to 7"), findings(4, 5, 8));
    assertEquals(order("no seq 7"), findings(3, 5, 6));
    assertEquals(order("no seq 5"), findings(1));
    assertEquals(Map.of(), findings(0));
  }

  @Test
  void findsSeqsThatAreThereTwiceOrNotInTheirPlace() {
    Message first = message(1, 5, 1, null);
    Message second = message(2, 5, 1, null);
    String words = "seq 5 more than once, or not in its place";
    assertEquals(order(words), check.findings(GROUP, List.of(first, second), 5, 2));
    Message early = message(3, 4, 1, null);
    assertEquals(
        order("seq 4 more than once, or not in its place"),
        check.findings(GROUP, List.of(early, first), 5, 2));
  }

  @Test
  void findsAMessageThatIsThereTwice() {
    assertEquals(
        Map.of("message %s is there more than once".formatted(Samples.id(1)), Kind.DUPLICATE),
        check.findings(GROUP, List.of(message(1, 1, 1, null), message(1, 2, 1, null)), 1, 2));
  }

  @Test
  void findsATempIdThatIsItsSendersTwice() {
    List<Message> page =
        List.of(message(1, 1, 1, "t"), message(2, 2, 2, "t"), message(3, 3, 1, "t"));
    assertEquals(
        Map.of(
            "message %s has the tempId of another of its sender's".formatted(Samples.id(3)),
            Kind.DUPLICATE),
        check.findings(GROUP, page, 1, 3));
    assertEquals(Map.of(), sharedCheck.findings(GROUP, page, 1, 3));
  }
}
