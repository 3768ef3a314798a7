package dev.verbatim.server.settings;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that operators can set, validated. Read once at the start; nothing else reads the
 * environment.
 *
 * @param identity who says who somebody is
 * @param store where the messages are kept
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param dataDir where the embedded store and the development key are
 * @param collector gets faults and traces besides; null for none
 * @param apiOrigins of pages that may use {@code /api} and {@code /dev}
 * @param socketOrigins of pages that may use {@code /socket.io/}
 * @param trustProxy number of proxies in front whose {@code X-Forwarded-For} counts
 * @param operatorToken opens the operators' routes in production
 * @param shutdownTimeout from the signal to the end of the process
 * @param remarks what an operator should know of how they were read
 */
public record Settings(
    boolean isProduction,
    Identity identity,
    Store store,
    String host,
    int port,
    Path dataDir,
    Logging logging,
    @Nullable Collector collector,
    Origins apiOrigins,
    Origins socketOrigins,
    int trustProxy,
    @Nullable Secret operatorToken,
    SocketIo socketIo,
    Rates rates,
    Chat chat,
    Duration shutdownTimeout,
    Remarks remarks) {

  /** Who says who somebody is. */
  public sealed interface Identity {
    /** In a few words for the operator, without secrets. */
    String description();
  }

  /** The service itself: it issues tokens to whoever asks. Outside production only. */
  public record Development() implements Identity {
    @Override
    public String description() {
      return "development: whoever reaches the port can sign in under any name";
    }
  }

  /**
   * One instance of Clerk's.
   *
   * @param issuer what {@code iss} must be, exactly
   * @param keys where the keys come from that sign its tokens
   * @param apiUrl of the Backend API, without {@code /v1} and without a slash at the end
   * @param secretKey opens the Backend API
   * @param publishableKey for the chat page's sign-in
   * @param webhookSecret {@code whsec_} and base64; without it there is no webhook
   * @param requiresAzp whether a token without {@code azp} is refused
   */
  public record Clerk(
      String issuer,
      ClerkKeys keys,
      URI apiUrl,
      @Nullable Secret secretKey,
      @Nullable String publishableKey,
      @Nullable Secret webhookSecret,
      boolean requiresAzp)
      implements Identity {
    @Override
    public String description() {
      return "Clerk, issuer " + issuer;
    }

    /** Where the instance itself shows its keys, be they those in use or not. */
    public URI jwksUrl() {
      return keys instanceof ClerkKeys.Jwks(URI url)
          ? url
          : URI.create(issuer + IdentityReader.JWKS_PATH);
    }
  }

  /** Where the keys come from that sign Clerk's tokens. */
  public sealed interface ClerkKeys {
    /** In a few words for the operator, without secrets. */
    String description();

    /** From {@code CLERK_JWT_KEY}: this one, whatever a token's {@code kid}; nothing is fetched. */
    record Pem(RSAPublicKey key) implements ClerkKeys {
      @Override
      public String description() {
        return "CLERK_JWT_KEY, RSA of " + key.getModulus().bitLength() + " bits";
      }
    }

    /** From {@code CLERK_JWKS_URL}, or from the instance itself. */
    record Jwks(URI url) implements ClerkKeys {
      @Override
      public String description() {
        return url.toString();
      }
    }

    /** From {@code /v1/jwks} of the Backend API. */
    record BackendApi(URI url, Secret secretKey) implements ClerkKeys {
      @Override
      public String description() {
        return url + " by CLERK_SECRET_KEY";
      }
    }
  }

  /** Where the messages are kept. */
  public sealed interface Store {
    /** In a few words for the operator, without secrets. */
    String description();
  }

  /** In files of this directory. */
  public record Embedded(Path dataDir) implements Store {
    @Override
    public String description() {
      return "embedded, in " + dataDir.toAbsolutePath();
    }
  }

  /**
   * In MongoDB.
   *
   * @param uri for the driver, with the password
   * @param address its scheme and hosts, without any secret
   */
  public record Mongo(Secret uri, String address, String databaseName) implements Store {
    @Override
    public String description() {
      return address + ", database " + databaseName;
    }
  }

  /**
   * What an operator should know of how the settings were read. Without secrets.
   *
   * @param warnings what is allowed but hardly meant, a line each
   * @param changed {@code NAME=value} of the numbers that are not the default
   */
  public record Remarks(List<String> warnings, List<String> changed) {
    public Remarks {
      warnings = List.copyOf(warnings);
      changed = List.copyOf(changed);
    }
  }

  /**
   * What is logged and how it looks.
   *
   * @param levelFile says another level while it is there; null for none
   * @param format null for plain lines on a terminal and JSON elsewhere
   */
  public record Logging(
      LogLevel level,
      @Nullable Path levelFile,
      @Nullable LogFormat format,
      AccessLogFormat access) {}

  /**
   * Where faults and traces go besides, by OTLP over HTTP.
   *
   * @param endpoint without a slash at the end; {@code /v1/logs} and {@code /v1/traces} come behind
   * @param headers of each request, such as those that let it in
   * @param tracedShare of events and requests, from 0 to 1
   */
  public record Collector(
      String endpoint, Headers headers, String serviceName, double tracedShare) {
    /** Headers whose values are never shown. */
    public record Headers(Map<String, String> values) {
      public Headers {
        values = Map.copyOf(values);
      }

      @Override
      public String toString() {
        return "(secret)";
      }
    }
  }

  /** Whether the service issues tokens to whoever asks. */
  public boolean issuesTokens() {
    return !isProduction && identity instanceof Development;
  }

  /** How often the server pings a connection, and how long it waits for the pong. */
  public record SocketIo(Duration pingInterval, Duration pingTimeout) {}

  /**
   * What one user, socket or address may do; 0 of any means without limit.
   *
   * @param messagesPerSecond of one user, a token bucket
   * @param messageBurst the size of that bucket
   * @param eventsPerSecond of one socket, a token bucket
   * @param eventBurst the size of that bucket
   * @param connectsPerSecond from one address, a token bucket that holds five times as many
   * @param admissionsPerSecond Socket.IO connects from all addresses together that are let in;
   *     those beyond stand in line
   * @param requestsMax of one user (address where there is none) in each window
   * @param requestWindow the fixed window in which requests to {@code /api} and {@code /dev} count
   */
  public record Rates(
      int messagesPerSecond,
      int messageBurst,
      int eventsPerSecond,
      int eventBurst,
      int connectsPerSecond,
      int admissionsPerSecond,
      int requestsMax,
      Duration requestWindow) {}

  /**
   * The chat's own.
   *
   * @param presenceGroupMax members above which presence is asked for and not pushed, and changes
   *     of the group are told from time to time
   * @param presenceGrace how long a user without a socket still counts as online
   * @param typingTimeout after which typing ends by itself
   * @param replayMax messages in one replay
   * @param sessionCleanupInterval how often old sessions are looked for
   * @param sessionTimeout after which an idle session whose socket is gone is removed
   */
  public record Chat(
      int presenceGroupMax,
      Duration presenceGrace,
      Duration typingTimeout,
      int replayMax,
      Duration sessionCleanupInterval,
      Duration sessionTimeout) {}

  /**
   * The settings in the environment and in a file: the one that {@code ENV_FILE} names, which must
   * be there, or else {@code .env} of the directory. The environment wins. An empty value counts as
   * none.
   *
   * @throws SettingsException with every mistake there is
   */
  public static Settings read(Map<String, String> environment, Path directory)
      throws SettingsException {
    return new SettingsReader(source(environment, directory), directory).read();
  }

  /**
   * The store at an address of its own: {@code sqlite:} and a directory, or a URI as in {@code
   * MONGODB_URI}, whose database counts before {@code DATABASE_NAME}.
   *
   * @param option how the address was given, for what is said of mistakes
   * @throws SettingsException with every mistake there is
   */
  public static Store storeAt(
      String option, String address, Map<String, String> environment, Path directory)
      throws SettingsException {
    SettingsSource source = source(environment, directory);
    Store store = new StoreReader(source, directory).at(option, address);
    if (!source.mistakes().isEmpty()) {
      throw new SettingsException(source.mistakes());
    }
    return store;
  }

  private static SettingsSource source(Map<String, String> environment, Path directory) {
    String named = environment.getOrDefault("ENV_FILE", "");
    DotEnv file = dotEnv(named.isBlank() ? ".env" : named, directory);
    if (file == null) {
      List<String> mistakes =
          named.isBlank()
              ? List.of()
              : List.of("ENV_FILE must name a file, is " + SettingsSource.shown(named));
      file = new DotEnv(Map.of(), mistakes);
    }
    return new SettingsSource(environment, file);
  }

  /** What stands in the file; null if there is none. */
  private static @Nullable DotEnv dotEnv(String name, Path directory) {
    try {
      return DotEnv.parse(name, Files.readString(directory.resolve(name)));
    } catch (NoSuchFileException e) {
      return null;
    } catch (CharacterCodingException e) {
      return new DotEnv(Map.of(), List.of(name + " is not UTF-8 text"));
    } catch (InvalidPathException e) {
      return new DotEnv(Map.of(), List.of("ENV_FILE must be the path of a file"));
    } catch (IOException e) {
      return new DotEnv(
          Map.of(), List.of(name + " cannot be read (" + e.getClass().getSimpleName() + ")"));
    }
  }
}
