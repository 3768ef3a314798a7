package dev.verbatim.server;

import dev.verbatim.chat.Users;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.model.User;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.chat.store.Write;
import dev.verbatim.server.identity.Accounts;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.settings.Settings;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Fills the development store with users and groups of theirs. Groups take users in turn: group g
 * of m members has the users g·m to g·m + m - 1, counted round and round, and the first owns it.
 */
final class SeedCommand {
  /** More than any demonstration or load test on one machine has asked for. */
  static final int USERS_MAX = 1_000_000;

  static final int GROUPS_MAX = 1_000_000;

  /** A line each in the file of tokens, about 700 bytes long. */
  static final int MEMBERSHIPS_MAX = 10_000_000;

  private static final int USERS_PER_COMMIT = 1000;
  private static final int MEMBERS_PER_COMMIT = 20_000;

  private final Command.Seed seed;
  private final Instant now;
  private final String series;

  private SeedCommand(Command.Seed seed, Instant now) {
    this.seed = seed;
    this.now = now.truncatedTo(ChronoUnit.MILLIS);
    // Names of one call differ from those of every other.
    this.series = Long.toString(this.now.toEpochMilli(), Character.MAX_RADIX);
  }

  /**
   * Fills the store and writes the tokens.
   *
   * @return what was done, in one line
   */
  static String run(Command.Seed seed, Settings settings, DevelopmentIdentity identity, Clock clock)
      throws StartException {
    SeedCommand command = new SeedCommand(seed, clock.instant());
    // Who cannot get the tokens wants no users.
    try (ChatStore store = Stores.open(settings.store(), "seed");
        BufferedWriter file = open(seed.tokens())) {
      List<User> users = command.storeUsers(store);
      List<Group> groups = command.storeGroups(store, users);
      writeTokens(file, groups, command.tokens(users, identity));
    } catch (StoreException e) {
      throw new StartException("the store cannot be used: " + Reason.of(e), e);
    } catch (IOException e) {
      throw new StartException("the tokens cannot be written: " + Reason.of(e), e);
    }
    return "%d users in %d groups of %d; their tokens, for an hour, are in %s"
        .formatted(seed.users(), seed.groups(), seed.members(), seed.tokens());
  }

  private List<User> storeUsers(ChatStore store) throws StoreException {
    List<User> users = new ArrayList<>(seed.users());
    for (int i = 0; i < seed.users(); i++) {
      users.add(user(i));
    }
    for (int from = 0; from < users.size(); from += USERS_PER_COMMIT) {
      int to = Math.min(users.size(), from + USERS_PER_COMMIT);
      Write.Rejected.throwIfAny(
          store.commit(users.subList(from, to).stream().map(Write.PutUser::new).toList()));
    }
    return users;
  }

  private User user(int i) {
    Users.NewUser like = Accounts.newUser("seed-" + series + "-" + i, "Seed", Integer.toString(i));
    return new User(
        ObjectId.next(now),
        like.clerkId(),
        like.email(),
        like.firstName(),
        like.lastName(),
        like.username(),
        like.profileImageUrl(),
        /* isActive= */ true,
        /* lastSeen= */ null,
        now,
        now);
  }

  private List<Group> storeGroups(ChatStore store, List<User> users) throws StoreException {
    List<Group> groups = new ArrayList<>(seed.groups());
    int perCommit = Math.max(1, MEMBERS_PER_COMMIT / seed.members());
    for (int i = 0; i < seed.groups(); i++) {
      groups.add(group(i, users));
    }
    for (int from = 0; from < groups.size(); from += perCommit) {
      int to = Math.min(groups.size(), from + perCommit);
      Write.Rejected.throwIfAny(
          store.commit(groups.subList(from, to).stream().map(Write.PutGroup::new).toList()));
    }
    return groups;
  }

  private Group group(int i, List<User> users) {
    List<Member> members = new ArrayList<>(seed.members());
    for (int j = 0; j < seed.members(); j++) {
      int at = (int) (((long) i * seed.members() + j) % users.size());
      members.add(new Member(users.get(at).id(), j == 0 ? Role.OWNER : Role.MEMBER, now));
    }
    return new Group(
        ObjectId.next(now),
        "Seed " + series + " " + i,
        /* description= */ null,
        members.getFirst().userId(),
        members,
        /* isPrivate= */ false,
        /* isActive= */ true,
        now,
        now);
  }

  /** A token of each user by place; a signature takes a millisecond, so all cores sign. */
  private Map<ObjectId, String> tokens(List<User> users, DevelopmentIdentity identity) {
    int used = (int) Math.min(users.size(), (long) seed.groups() * seed.members());
    return IntStream.range(0, used)
        .parallel()
        .boxed()
        .collect(
            Collectors.toConcurrentMap(
                i -> users.get(i).id(), i -> identity.issue("seed-" + series + "-" + i).token()));
  }

  private static void writeTokens(
      BufferedWriter file, List<Group> groups, Map<ObjectId, String> tokens) throws IOException {
    for (Group group : groups) {
      for (Member member : group.members()) {
        file.append(tokens.get(member.userId()))
            .append('\t')
            .append(group.id().toString())
            .append('\t')
            .append(member.userId().toString())
            .append('\n');
      }
    }
  }

  /** For its owner alone, from before the first token is in it. */
  private static BufferedWriter open(Path path) throws IOException {
    Set<PosixFilePermission> ownersAlone = PosixFilePermissions.fromString("rw-------");
    boolean isPosix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (isPosix && Files.notExists(path)) {
      Path _ = Files.createFile(path, PosixFilePermissions.asFileAttribute(ownersAlone));
    } else if (isPosix && Files.isRegularFile(path)) {
      Path _ = Files.setPosixFilePermissions(path, ownersAlone);
    }
    return Files.newBufferedWriter(path);
  }
}
