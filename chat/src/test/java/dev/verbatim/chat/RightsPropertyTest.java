package dev.verbatim.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * Whatever people try with a group, in whatever order, it becomes of it what the contract says,
 * told here a second time and in other words.
 */
class RightsPropertyTest {
  private static final int PEOPLE = 5;

  enum Act {
    JOIN,
    LEAVE,
    ADD,
    ADD_ADMIN,
    REMOVE,
    PROMOTE,
    DEMOTE,
    TRANSFER,
    RENAME,
    PUBLISH,
    HIDE,
    CLOSE
  }

  /** Somebody's trying something with somebody. */
  record Attempt(Act act, int by, int whom) {}

  @Provide
  Arbitrary<List<Attempt>> attempts() {
    // Closing is rare, for nothing happens behind it.
    Arbitrary<Act> acts =
        Arbitraries.frequencyOf(
            Tuple.of(30, Arbitraries.of(Act.class).filter(act -> act != Act.CLOSE)),
            Tuple.of(1, Arbitraries.just(Act.CLOSE)));
    Arbitrary<Integer> person = Arbitraries.integers().between(0, PEOPLE - 1);
    return Combinators.combine(acts, person, person).as(Attempt::new).list().ofMaxSize(60);
  }

  @Property(tries = 200)
  void doesWhatTheContractSays(
      @ForAll("attempts") List<Attempt> attempts,
      @ForAll boolean isPrivate,
      @ForAll boolean[] areHere)
      throws Exception {
    try (ChatFixture fixture = new ChatFixture()) {
      List<User> people = new ArrayList<>();
      for (int i = 0; i < PEOPLE; i++) {
        people.add(fixture.user("person" + i));
      }
      ObjectId groupId = fixture.group(people.getFirst(), isPrivate).id();
      for (int i = 0; i < Math.min(PEOPLE, areHere.length); i++) {
        if (areHere[i]) {
          fixture.begin(people.get(i));
        }
      }
      Model model = new Model(isPrivate);
      for (Attempt attempt : attempts) {
        Map<Integer, String> before = Map.copyOf(model.roles);
        String expected = model.attempt(attempt);
        assertEquals(expected, attempted(fixture, groupId, people, attempt), attempt::toString);
        assertTrue(model.isSound(before, attempt), attempt::toString);
        Group group = fixture.store.group(groupId).orElseThrow();
        assertEquals(model.picture(), picture(group, people), attempt::toString);
        assertEquals(model.owner(), indexOf(people, group.ownerId()), attempt::toString);
        checkDirectory(fixture, model, group, people);
      }
      assertEquals(List.of(), fixture.listener.faults());
    }
  }

  private static void checkDirectory(
      ChatFixture fixture, Model model, Group group, List<User> people) {
    Directory directory = fixture.chat.directory();
    for (int i = 0; i < PEOPLE; i++) {
      ObjectId userId = people.get(i).id();
      if (directory.user(userId) != null) {
        Role known = directory.role(userId, group.id());
        String expected = model.isClosed ? null : model.roles.get(i);
        assertEquals(String.valueOf(expected), known == null ? "null" : word(known));
      }
    }
    Group known = directory.group(group.id());
    assertTrue(known == null || known.equals(group));
  }

  private static String word(Role role) {
    return switch (role) {
      case OWNER -> "owner";
      case ADMIN -> "admin";
      case MEMBER -> "member";
    };
  }

  private static String attempted(
      ChatFixture fixture, ObjectId groupId, List<User> people, Attempt attempt)
      throws StoreException {
    Roster roster = fixture.chat.roster();
    Groups groups = fixture.chat.groups();
    ObjectId by = people.get(attempt.by).id();
    ObjectId whom = people.get(attempt.whom).id();
    Object outcome =
        switch (attempt.act) {
          case JOIN -> roster.join(by, groupId);
          case LEAVE -> roster.leave(by, groupId);
          case ADD -> roster.add(by, groupId, whom, Role.MEMBER);
          case ADD_ADMIN -> roster.add(by, groupId, whom, Role.ADMIN);
          case REMOVE -> roster.remove(by, groupId, whom);
          case PROMOTE -> roster.changeRole(by, groupId, whom, Role.ADMIN);
          case DEMOTE -> roster.changeRole(by, groupId, whom, Role.MEMBER);
          case TRANSFER -> roster.transfer(by, groupId, whom);
          case RENAME -> groups.change(by, groupId, "By " + attempt.by, null, null);
          case PUBLISH -> groups.change(by, groupId, null, null, false);
          case HIDE -> groups.change(by, groupId, null, null, true);
          case CLOSE -> groups.close(by, groupId);
        };
    return switch (outcome) {
      case Roster.Joined.Done _, Changed.Done _ -> "ok";
      case Refused.NoGroup _ -> "GROUP_NOT_FOUND";
      case Refused.NotMember _, Refused.NotAllowed _ -> "ACCESS_DENIED";
      case Refused.NoUser _ -> "USER_NOT_FOUND";
      case Refused.OwnerStays _ -> "CONFLICT";
      default -> throw new AssertionError(outcome);
    };
  }

  private static int indexOf(List<User> people, ObjectId userId) {
    for (int i = 0; i < people.size(); i++) {
      if (people.get(i).id().equals(userId)) {
        return i;
      }
    }
    throw new AssertionError("Nobody: " + userId);
  }

  private static String picture(Group group, List<User> people) {
    Map<Integer, String> roles = new LinkedHashMap<>();
    for (Member member : group.members()) {
      roles.put(indexOf(people, member.userId()), word(member.role()));
    }
    return Model.picture(group.name(), group.isPrivate(), !group.isActive(), roles);
  }

  /** What the contract says of one group, by its rows and codes. */
  private static final class Model {
    /** By person, in the order in which they joined. */
    final Map<Integer, String> roles = new LinkedHashMap<>(Map.of(0, "owner"));

    String name = "A group";
    boolean isPrivate;
    boolean isClosed;

    Model(boolean isPrivate) {
      this.isPrivate = isPrivate;
    }

    static String picture(
        String name, boolean isPrivate, boolean isClosed, Map<Integer, String> roles) {
      return name + (isPrivate ? " private " : " public ") + (isClosed ? "closed " : "") + roles;
    }

    String picture() {
      return picture(name, isPrivate, isClosed, roles);
    }

    int owner() {
      return roles.entrySet().stream()
          .filter(each -> each.getValue().equals("owner"))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow();
    }

    String attempt(Attempt attempt) {
      String mine = roles.get(attempt.by);
      // "a private group is GROUP_NOT_FOUND to outsiders and a closed one to everybody"
      if (isClosed || (isPrivate && mine == null)) {
        return "GROUP_NOT_FOUND";
      }
      if (attempt.act == Act.JOIN) {
        roles.putIfAbsent(attempt.by, "member");
        return "ok";
      }
      if (mine == null) {
        return "ACCESS_DENIED";
      }
      boolean isLeaving =
          attempt.act == Act.LEAVE || (attempt.act == Act.REMOVE && attempt.by == attempt.whom);
      if (isLeaving) {
        // "an owner transfers before leaving"
        if (mine.equals("owner")) {
          return "CONFLICT";
        }
        roles.remove(attempt.by);
        return "ok";
      }
      boolean forOwnerAlone = attempt.act == Act.TRANSFER || attempt.act == Act.CLOSE;
      if (mine.equals("member") || (forOwnerAlone && !mine.equals("owner"))) {
        return "ACCESS_DENIED";
      }
      return inCharge(attempt, roles.get(attempt.whom));
    }

    private String inCharge(Attempt attempt, @Nullable String theirs) {
      switch (attempt.act) {
        case ADD -> roles.putIfAbsent(attempt.whom, "member");
        case ADD_ADMIN -> roles.putIfAbsent(attempt.whom, "admin");
        case RENAME -> name = "By " + attempt.by;
        case PUBLISH -> isPrivate = false;
        case HIDE -> isPrivate = true;
        case CLOSE -> isClosed = true;
        case REMOVE, PROMOTE, DEMOTE -> {
          // "who may not touch the owner; nobody changes the own role"
          if ("owner".equals(theirs) || attempt.by == attempt.whom) {
            return "ACCESS_DENIED";
          }
          if (theirs == null) {
            return "USER_NOT_FOUND";
          }
          switch (attempt.act) {
            case REMOVE -> roles.remove(attempt.whom);
            case PROMOTE -> roles.put(attempt.whom, "admin");
            default -> roles.put(attempt.whom, "member");
          }
        }
        case TRANSFER -> {
          if (theirs == null) {
            return "USER_NOT_FOUND";
          }
          roles.put(attempt.by, "admin");
          roles.put(attempt.whom, "owner");
        }
        case JOIN, LEAVE -> throw new AssertionError(attempt);
      }
      return "ok";
    }

    /** There is one owner, and nobody has become more but by somebody who may do that. */
    boolean isSound(Map<Integer, String> before, Attempt attempt) {
      boolean isOwnedByOne =
          roles.values().stream().filter(each -> each.equals("owner")).count() == 1;
      String by = before.getOrDefault(attempt.by, "outsider");
      boolean isInCharge = by.equals("owner") || by.equals("admin");
      for (int person = 0; person < PEOPLE; person++) {
        String was = before.getOrDefault(person, "outsider");
        String is = roles.getOrDefault(person, "outsider");
        boolean isFine =
            was.equals(is)
                || switch (is) {
                  case "owner" -> by.equals("owner") && attempt.act == Act.TRANSFER;
                  case "admin" -> isInCharge;
                  case "member" -> isInCharge || (was.equals("outsider") && person == attempt.by);
                  default -> !was.equals("owner") && (isInCharge || person == attempt.by);
                };
        if (!isFine) {
          return false;
        }
      }
      return isOwnedByOne;
    }
  }
}
