package dev.verbatim.server;

import dev.verbatim.server.identity.DevelopmentIdentity;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the command line asks for. */
sealed interface Command {
  /** Serve until the process is told to end. */
  record Serve() implements Command {}

  /** Print a development token of this user. */
  record Token(String username) implements Command {}

  /** Fill the development store. */
  record Seed(int users, int groups, int members, Path tokens) implements Command {}

  /** Look for what must not be in the store. */
  record VerifyStore() implements Command {}

  /** Say what the settings come to, and try the connections. */
  record CheckConfig() implements Command {}

  /** Ask the server of this machine and these settings whether it is ready. */
  record Health() implements Command {}

  /** Copy one store into another; each is {@code sqlite:DIR} or a URI of MongoDB's. */
  record CopyStore(String from, String to) implements Command {}

  /** Serve for a moment and chat over the loopback, so that the JVM learns what to load. */
  record Train() implements Command {}

  /** Print how to call it. */
  record Help() implements Command {}

  /** Print the version. */
  record Version() implements Command {}

  String USAGE =
      """
      Verbatim, a group chat server that keeps every word, once, in order.

        ./verbatim [serve]         serve on PORT (3001), the store in DATA_DIR (./data)
                                   or in MongoDB at MONGODB_URI
        ./verbatim token NAME      print a development token
        ./verbatim seed --users N --groups G --members M --tokens FILE
                                   fill the development store; FILE gets a line
                                   token<TAB>groupId<TAB>userId for each membership
        ./verbatim verify-store    check the store; a line for each finding
        ./verbatim copy-store --from URI --to URI
                                   copy one store into another and compare the two;
                                   URI is sqlite:DIR or mongodb://...
        ./verbatim check-config    say what would be used, without secrets, and try the
                                   connections; exit 1 if one fails
        ./verbatim health          whether the server here is ready; exit 1 if it is not
        ./verbatim --help          this text
        ./verbatim --version       the version

      Settings come from the environment and from .env in the working directory;
      .env.example lists them.
      """;

  /** What these arguments ask for. */
  static Command parse(List<String> arguments) throws UsageException {
    if (arguments.isEmpty()) {
      return new Serve();
    }
    List<String> rest = arguments.subList(1, arguments.size());
    String name = arguments.getFirst();
    return switch (name) {
      case "serve" -> alone(new Serve(), name, rest);
      case "verify-store" -> alone(new VerifyStore(), name, rest);
      case "health" -> alone(new Health(), name, rest);
      case "check-config" -> alone(new CheckConfig(), name, rest);
      case "train" -> alone(new Train(), name, rest);
      case "--help", "-h", "help" -> alone(new Help(), name, rest);
      case "--version" -> alone(new Version(), name, rest);
      case "token" -> token(rest);
      case "seed" -> seed(rest);
      case "copy-store" -> copyStore(rest);
      default ->
          throw new UsageException(
              "unknown command; there are serve, token NAME, seed, verify-store, copy-store,"
                  + " check-config, health, --help and --version");
    };
  }

  private static Command alone(Command command, String name, List<String> rest)
      throws UsageException {
    if (!rest.isEmpty()) {
      throw new UsageException("%s takes nothing more; see --help".formatted(name));
    }
    return command;
  }

  private static Command token(List<String> rest) throws UsageException {
    if (rest.size() != 1 || !DevelopmentIdentity.isUsername(rest.getFirst())) {
      throw new UsageException("token takes one NAME, 1 to 32 of a-z 0-9 _ -");
    }
    return new Token(rest.getFirst());
  }

  private static Command copyStore(List<String> rest) throws UsageException {
    Map<String, String> options =
        options(
            rest,
            Set.of("--from", "--to"),
            "copy-store takes --from URI --to URI, each sqlite:DIR or mongodb://...");
    return new CopyStore(options.getOrDefault("--from", ""), options.getOrDefault("--to", ""));
  }

  /** The values of exactly these options. */
  private static Map<String, String> options(List<String> rest, Set<String> names, String usage)
      throws UsageException {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i + 1 < rest.size(); i += 2) {
      options.put(rest.get(i), rest.get(i + 1));
    }
    if (rest.size() != 2 * names.size() || !options.keySet().equals(names)) {
      throw new UsageException(usage);
    }
    return options;
  }

  private static Command seed(List<String> rest) throws UsageException {
    Map<String, String> options =
        options(
            rest,
            Set.of("--users", "--groups", "--members", "--tokens"),
            "seed takes --users N --groups G --members M --tokens FILE");
    int users = count(options, "--users", SeedCommand.USERS_MAX);
    int groups = count(options, "--groups", SeedCommand.GROUPS_MAX);
    int members = count(options, "--members", users);
    if ((long) groups * members > SeedCommand.MEMBERSHIPS_MAX) {
      throw new UsageException(
          "seed makes at most "
              + SeedCommand.MEMBERSHIPS_MAX
              + " memberships, --groups times"
              + " --members");
    }
    return new Seed(users, groups, members, path(options.getOrDefault("--tokens", "")));
  }

  private static int count(Map<String, String> options, String name, int max)
      throws UsageException {
    String text = options.getOrDefault(name, "");
    if (text.length() > 9 || text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new UsageException(name + " takes a whole number from 1 to " + max);
    }
    int number = Integer.parseInt(text);
    if (number < 1 || number > max) {
      throw new UsageException(name + " takes a whole number from 1 to " + max);
    }
    return number;
  }

  private static Path path(String text) throws UsageException {
    try {
      return Path.of(text);
    } catch (InvalidPathException _) {
      throw new UsageException("--tokens takes the path of a file");
    }
  }

  /** The command line of {@link #parse}, from an array. */
  static Command parse(String... arguments) throws UsageException {
    return parse(Arrays.asList(arguments));
  }
}
