package dev.verbatim.server;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.identity.DevelopmentKey;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.settings.SettingsException;
import dev.verbatim.server.settings.Supervisor;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

/**
 * The program: one command, then an exit code.
 *
 * <p>Codes: 0 done; 1 it could not be done, the reason is one line on standard error, and more of
 * what nobody expected in the log; 2 the command line is wrong; 78 the settings are wrong ({@code
 * EX_CONFIG} of {@code sysexits.h}).
 *
 * @param name how it was called, for those who ask how to
 * @param directory the working directory
 */
record Main(
    String name,
    Map<String, String> environment,
    Path directory,
    PrintStream out,
    PrintStream err) {
  /** The name in a checkout; an installed launcher says its own by a property. */
  static final String NAME = "./verbatim";

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int WRONG_USAGE = 2;
  static final int WRONG_SETTINGS = 78;

  /** Runs the command of these arguments and ends the process. */
  public static void main(String[] arguments) {
    Main main =
        new Main(
            System.getProperty("verbatim.name", NAME),
            System.getenv(),
            Path.of(""),
            System.out,
            System.err);
    int code = main.run(List.of(arguments));
    Logs.stop();
    System.exit(code);
  }

  int run(List<String> arguments) {
    try {
      return execute(Command.parse(arguments)) ? DONE : FAILED;
    } catch (UsageException e) {
      err.println("verbatim: " + e.getMessage());
      return WRONG_USAGE;
    } catch (SettingsException e) {
      e.mistakes().forEach(mistake -> err.println("verbatim: " + mistake));
      return WRONG_SETTINGS;
    } catch (StartException e) {
      err.println("verbatim: " + e.getMessage());
      return FAILED;
    } catch (RuntimeException | Error fault) {
      String id = Faults.record(Faults.Owner.THREAD, "the command", fault);
      err.println("verbatim: an error that nobody expected; the log has it as " + id);
      return FAILED;
    }
  }

  private boolean execute(Command command) throws SettingsException, StartException {
    switch (command) {
      case Command.Help _ -> out.print(Command.USAGE.replace("./verbatim", name));
      case Command.Version _ -> out.println("verbatim " + About.version());
      case Command.Token token -> out.println(identity(settings()).issue(token.username()).token());
      case Command.Serve _ -> ServeCommand.run(settings(), Supervisor.of(environment));
      case Command.Train _ -> Rehearsal.run();
      case Command.Seed seed -> {
        Settings settings = settings();
        out.println(SeedCommand.run(seed, settings, identity(settings), Clock.systemUTC()));
      }
      case Command.VerifyStore _ -> {
        List<String> findings = findings(settings());
        findings.forEach(out::println);
        return findings.isEmpty();
      }
      case Command.CopyStore(String from, String to) -> {
        return new CopyStoreCommand(
                Settings.storeAt("--from", from, environment, directory),
                Settings.storeAt("--to", to, environment, directory),
                out)
            .run();
      }
      case Command.Health _ -> {
        return new HealthCommand(settings(), out).run();
      }
      case Command.CheckConfig _ -> {
        return new CheckConfigCommand(settings(), out).run();
      }
    }
    return true;
  }

  private static List<String> findings(Settings settings) throws StartException {
    try {
      return Stores.findings(settings.store());
    } catch (StoreException e) {
      throw new StartException("the store cannot be checked: " + Reason.of(e), e);
    }
  }

  private Settings settings() throws SettingsException {
    return Settings.read(environment, directory);
  }

  private static DevelopmentIdentity identity(Settings settings) throws StartException {
    if (!settings.issuesTokens()) {
      throw new StartException(
          "this command is for the development identity, and Clerk's settings are set");
    }
    try {
      DevelopmentKey key = DevelopmentKey.in(settings.dataDir());
      return new DevelopmentIdentity(key, Clock.systemUTC());
    } catch (IOException e) {
      throw new StartException("the development key cannot be used: " + Reason.of(e), e);
    }
  }
}
