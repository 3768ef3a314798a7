package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may do what in a public, a private and a closed group, being here or not. */
class RightsTest {
  private static final ObjectId NOBODY = new ObjectId(9, 9);

  private enum Kind {
    PUBLIC,
    PRIVATE,
    CLOSED
  }

  // What becomes of it in a public group: Done has changed the group or told a page or a message,
  // Nothing was needless.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # what           | outsider  | member     | admin      | owner
          join             | Done      | Nothing    | Nothing    | Nothing
          leave            | NotMember | Done       | Done       | OwnerStays
          add              | NotMember | NotAllowed | Done       | Done
          add as admin     | NotMember | NotAllowed | Done       | Done
          add oneself      | NotMember | NotAllowed | Nothing    | Nothing
          add member       | NotMember | NotAllowed | Nothing    | Nothing
          add owner        | NotMember | NotAllowed | Nothing    | Nothing
          add nobody       | NotMember | NotAllowed | NoUser     | NoUser
          remove member    | NotMember | NotAllowed | Done       | Done
          remove admin     | NotMember | NotAllowed | Done       | Done
          remove owner     | NotMember | NotAllowed | NotAllowed | OwnerStays
          remove stranger  | NotMember | NotAllowed | NoUser     | NoUser
          remove nobody    | NotMember | NotAllowed | NoUser     | NoUser
          promote member   | NotMember | NotAllowed | Done       | Done
          promote admin    | NotMember | NotAllowed | Nothing    | Nothing
          promote oneself  | NotMember | NotAllowed | NotAllowed | NotAllowed
          promote owner    | NotMember | NotAllowed | NotAllowed | NotAllowed
          promote stranger | NotMember | NotAllowed | NoUser     | NoUser
          demote admin     | NotMember | NotAllowed | Done       | Done
          demote member    | NotMember | NotAllowed | Nothing    | Nothing
          demote oneself   | NotMember | NotAllowed | NotAllowed | NotAllowed
          demote owner     | NotMember | NotAllowed | NotAllowed | NotAllowed
          transfer         | NotMember | NotAllowed | NotAllowed | Done
          transfer oneself | NotMember | NotAllowed | NotAllowed | Nothing
          transfer outside | NotMember | NotAllowed | NotAllowed | NoUser
          rename           | NotMember | NotAllowed | Done       | Done
          change privacy   | NotMember | NotAllowed | Done       | Done
          close            | NotMember | NotAllowed | NotAllowed | Done
          list members     | NotMember | Done       | Done       | Done
          read history     | NotMember | Done       | Done       | Done
          send             | NotMember | Done       | Done       | Done
          mark as read     | NotMember | Done       | Done       | Done
          edit             | NotMember | NotAllowed | NotAllowed | NotAllowed
          delete           | NotMember | NotAllowed | Done       | Done
          """)
  void allowsWhatTheRoleAllows(
      String what, String outsider, String member, String admin, String owner) throws Exception {
    for (Kind kind : Kind.values()) {
      check(what, kind, Who.OUTSIDER, outsider);
      check(what, kind, Who.MEMBER, member);
      check(what, kind, Who.ADMIN, admin);
      check(what, kind, Who.OWNER, owner);
    }
  }

  private enum Who {
    OUTSIDER,
    MEMBER,
    ADMIN,
    OWNER
  }

  /** A private group does not exist for outsiders, a closed one for nobody. */
  private static void check(String what, Kind kind, Who who, String inPublic)
      throws StoreException {
    boolean isHidden = kind == Kind.CLOSED || (kind == Kind.PRIVATE && who == Who.OUTSIDER);
    for (boolean isHere : new boolean[] {false, true}) {
      try (Scene scene = new Scene(kind)) {
        assertEquals(
            isHidden ? "NoGroup" : inPublic,
            scene.outcome(what, who, isHere),
            () -> who + " in a " + kind + " group, here: " + isHere);
      }
    }
  }

  /** A group with an owner, two admins and two members, one of whom has sent a message. */
  private static final class Scene implements AutoCloseable {
    final ChatFixture fixture = new ChatFixture();
    final User outsider = fixture.user("outsider");
    final User member = fixture.user("member");
    final User admin = fixture.user("admin");
    final User owner = fixture.user("owner");
    final User otherMember = fixture.user("otherMember");
    final User otherAdmin = fixture.user("otherAdmin");
    final User stranger = fixture.user("stranger");
    final ObjectId groupId;
    final Message message;

    Scene(Kind kind) throws StoreException {
      groupId = fixture.group(owner, kind == Kind.PRIVATE).id();
      Roster roster = fixture.chat.roster();
      for (User each : List.of(member, otherMember)) {
        assertEquals(new Changed.Done(), roster.add(owner.id(), groupId, each.id(), Role.MEMBER));
      }
      for (User each : List.of(admin, otherAdmin)) {
        assertEquals(new Changed.Done(), roster.add(owner.id(), groupId, each.id(), Role.ADMIN));
      }
      Group group = fixture.store.group(groupId).orElseThrow();
      message = fixture.sent(otherMember, group, "said");
      if (kind == Kind.CLOSED) {
        assertEquals(new Changed.Done(), fixture.chat.groups().close(owner.id(), groupId));
      }
    }

    /** What becomes of it; what is refused or needless changes nothing and is told nobody. */
    String outcome(String what, Who who, boolean isHere) throws StoreException {
      User by =
          switch (who) {
            case OUTSIDER -> outsider;
            case MEMBER -> member;
            case ADMIN -> admin;
            case OWNER -> owner;
          };
      if (isHere) {
        fixture.begin(by);
      }
      fixture.listener.clear();
      Group before = fixture.store.group(groupId).orElseThrow();
      String outcome =
          switch (outcome(what, by)) {
            case Refused refused -> refused.getClass().getSimpleName();
            case Roster.Joined.Done(_, boolean isNew) -> isNew ? "Done" : "Nothing";
            case Changed.Done _ ->
                before.equals(fixture.store.group(groupId).orElseThrow()) ? "Nothing" : "Done";
            case Corrected.Done _, Sent.Accepted _, Roster.Listed.Page _, History.Page _ -> "Done";
            case MarkedRead.Read(List<ObjectId> newlyRead, _) ->
                newlyRead.isEmpty() ? "Nothing" : "Done";
            case Object other -> throw new AssertionError(other);
          };
      if (!outcome.equals("Done")) {
        assertEquals(before, fixture.store.group(groupId).orElseThrow(), what);
        assertEquals(message, fixture.store.message(message.id()).orElseThrow(), what);
        assertEquals(List.of(), fixture.listener.events(), what);
      }
      return outcome;
    }

    private Object outcome(String what, User by) throws StoreException {
      Roster roster = fixture.chat.roster();
      Groups groups = fixture.chat.groups();
      ObjectId byId = by.id();
      return switch (what) {
        case "join" -> roster.join(byId, groupId);
        case "leave" -> roster.leave(byId, groupId);
        case "add" -> roster.add(byId, groupId, stranger.id(), Role.MEMBER);
        case "add as admin" -> roster.add(byId, groupId, stranger.id(), Role.ADMIN);
        case "add oneself" -> roster.add(byId, groupId, byId, Role.ADMIN);
        case "add member" -> roster.add(byId, groupId, otherMember.id(), Role.ADMIN);
        case "add owner" -> roster.add(byId, groupId, owner.id(), Role.MEMBER);
        case "add nobody" -> roster.add(byId, groupId, NOBODY, Role.MEMBER);
        case "remove member" -> roster.remove(byId, groupId, otherMember.id());
        case "remove admin" -> roster.remove(byId, groupId, otherAdmin.id());
        case "remove owner" -> roster.remove(byId, groupId, owner.id());
        case "remove stranger" -> roster.remove(byId, groupId, stranger.id());
        case "remove nobody" -> roster.remove(byId, groupId, NOBODY);
        case "promote member" -> roster.changeRole(byId, groupId, otherMember.id(), Role.ADMIN);
        case "promote admin" -> roster.changeRole(byId, groupId, otherAdmin.id(), Role.ADMIN);
        case "promote oneself" -> roster.changeRole(byId, groupId, byId, Role.ADMIN);
        case "promote owner" -> roster.changeRole(byId, groupId, owner.id(), Role.ADMIN);
        case "promote stranger" -> roster.changeRole(byId, groupId, stranger.id(), Role.ADMIN);
        case "demote admin" -> roster.changeRole(byId, groupId, otherAdmin.id(), Role.MEMBER);
        case "demote member" -> roster.changeRole(byId, groupId, otherMember.id(), Role.MEMBER);
        case "demote oneself" -> roster.changeRole(byId, groupId, byId, Role.MEMBER);
        case "demote owner" -> roster.changeRole(byId, groupId, owner.id(), Role.MEMBER);
        case "transfer" -> roster.transfer(byId, groupId, otherMember.id());
        case "transfer oneself" -> roster.transfer(byId, groupId, byId);
        case "transfer outside" -> roster.transfer(byId, groupId, stranger.id());
        case "rename" -> groups.change(byId, groupId, "Other", null, null);
        case "change privacy" -> groups.change(byId, groupId, null, null, !isPrivate());
        case "close" -> groups.close(byId, groupId);
        case "list members" -> roster.members(byId, groupId, null, 10);
        case "read history" ->
            fixture.chat.messages().history(byId, groupId, new Cursor.Newest(), 10);
        case "send" -> fixture.send(byId, groupId, "more", null).join();
        case "mark as read" -> fixture.markRead(byId, groupId, message.id()).join();
        case "edit" -> fixture.edit(by, message, "other").join();
        case "delete" -> fixture.delete(by, message).join();
        default -> throw new AssertionError(what);
      };
    }

    private boolean isPrivate() throws StoreException {
      return fixture.store.group(groupId).orElseThrow().isPrivate();
    }

    @Override
    public void close() throws StoreException {
      fixture.close();
      assertEquals(List.of(), fixture.listener.faults());
      assertEquals(
          1,
          fixture.store.group(groupId).orElseThrow().members().stream()
              .filter(each -> each.role() == Role.OWNER)
              .count());
    }
  }
}
