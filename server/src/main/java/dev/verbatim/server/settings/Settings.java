package dev.verbatim.server.settings;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that operators can set, validated. Read once at the start; nothing else reads the
 * environment.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param dataDir where the embedded store and the development key are
 * @param apiOrigins of pages that may use {@code /api} and {@code /dev}
 * @param socketOrigins of pages that may use {@code /socket.io/}
 * @param trustProxy number of proxies in front whose {@code X-Forwarded-For} counts
 * @param operatorToken opens the operators' routes in production
 * @param shutdownTimeout from the signal to the end of the process
 */
public record Settings(
    boolean isProduction,
    String host,
    int port,
    Path dataDir,
    LogLevel logLevel,
    Origins apiOrigins,
    Origins socketOrigins,
    int trustProxy,
    @Nullable Secret operatorToken,
    SocketIo socketIo,
    Rates rates,
    Chat chat,
    Duration shutdownTimeout) {

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
   * @param requestsMax of one user (address where there is none) in each window
   * @param requestWindow the fixed window in which requests to {@code /api} and {@code /dev} count
   */
  public record Rates(
      int messagesPerSecond,
      int messageBurst,
      int eventsPerSecond,
      int eventBurst,
      int connectsPerSecond,
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
   * The settings in the environment and in {@code .env} of the directory; the environment wins. An
   * empty value counts as none.
   *
   * @throws SettingsException with every mistake there is
   */
  public static Settings read(Map<String, String> environment, Path directory)
      throws SettingsException {
    DotEnv file = dotEnv(directory.resolve(".env"));
    return new SettingsReader(environment, file, directory).read();
  }

  private static DotEnv dotEnv(Path path) {
    try {
      return DotEnv.parse(Files.readString(path));
    } catch (NoSuchFileException e) {
      return DotEnv.NONE;
    } catch (CharacterCodingException e) {
      return new DotEnv(Map.of(), List.of(".env is not UTF-8 text"));
    } catch (IOException e) {
      return new DotEnv(
          Map.of(), List.of(".env cannot be read (" + e.getClass().getSimpleName() + ")"));
    }
  }
}
