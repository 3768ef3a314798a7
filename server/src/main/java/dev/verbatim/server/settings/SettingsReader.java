package dev.verbatim.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Makes {@link Settings} of texts and gathers what is wrong with them. Confined to one call of
 * {@link Settings#read}. Every name is asked for, whatever the others say.
 */
final class SettingsReader {
  private static final long DAY_MILLIS = 86_400_000;

  private final SettingsSource source;
  private final Path directory;

  SettingsReader(SettingsSource source, Path directory) {
    this.source = source;
    this.directory = directory;
  }

  Settings read() throws SettingsException {
    boolean isProduction = isProduction();
    Path dataDir = dataDir();
    Settings.Identity identity = new IdentityReader(source, isProduction).read();
    Settings.Store store = new StoreReader(source, dataDir).read();
    Set<String> apiOrigins = origins("ALLOWED_ORIGINS");
    Set<String> listedForSockets = origins("SOCKET_IO_CORS_ORIGINS");
    Set<String> socketOrigins =
        source.text("SOCKET_IO_CORS_ORIGINS") == null ? apiOrigins : listedForSockets;
    if (isProduction && source.text("ALLOWED_ORIGINS") == null) {
      source.mistake(
          "ALLOWED_ORIGINS must be set in production: the origins of the pages that may use the"
              + " service, separated by commas");
    }
    Settings settings =
        new Settings(
            isProduction,
            identity,
            store,
            host(),
            source.number("PORT", 3001, 0, 65_535),
            dataDir,
            new LoggingReader(source, directory).read(),
            new CollectorReader(source).read(),
            new Origins(apiOrigins, !isProduction),
            new Origins(socketOrigins, !isProduction),
            source.number("TRUST_PROXY", 0, 0, 10),
            source.secret("OPERATOR_TOKEN"),
            socketIo(),
            rates(),
            chat(),
            source.millis("SHUTDOWN_TIMEOUT_MS", 10_000, 100, 600_000),
            source.remarks());
    if (!source.mistakes().isEmpty()) {
      throw new SettingsException(source.mistakes());
    }
    return settings;
  }

  private Settings.SocketIo socketIo() {
    return new Settings.SocketIo(
        source.millis("SOCKET_IO_PING_INTERVAL", 25_000, 100, DAY_MILLIS),
        source.millis("SOCKET_IO_PING_TIMEOUT", 60_000, 100, DAY_MILLIS));
  }

  private Settings.Rates rates() {
    return new Settings.Rates(
        source.number("MESSAGE_RATE_PER_SECOND", 10, 0, 1_000_000),
        source.number("MESSAGE_RATE_BURST", 30, 1, 1_000_000),
        source.number("EVENT_RATE_PER_SECOND", 50, 0, 1_000_000),
        source.number("EVENT_RATE_BURST", 200, 1, 1_000_000),
        source.number("CONNECT_RATE_PER_SECOND", 50, 0, 1_000_000),
        source.number("ADMISSION_RATE_PER_SECOND", 300, 0, 1_000_000),
        source.number("RATE_LIMIT_MAX_REQUESTS", 1000, 0, 1_000_000_000),
        source.millis("RATE_LIMIT_WINDOW_MS", 900_000, 1000, DAY_MILLIS));
  }

  private Settings.Chat chat() {
    return new Settings.Chat(
        source.number("PRESENCE_GROUP_MAX", 500, 0, 1_000_000),
        source.millis("PRESENCE_GRACE_MS", 5000, 0, DAY_MILLIS),
        source.millis("TYPING_TIMEOUT_MS", 5000, 100, DAY_MILLIS),
        source.number("REPLAY_LIMIT", 500, 1, 10_000),
        source.millis("SESSION_CLEANUP_INTERVAL", 300_000, 100, DAY_MILLIS),
        source.millis("SESSION_TIMEOUT", 1_800_000, 100, 365 * DAY_MILLIS));
  }

  private boolean isProduction() {
    String node = source.text("NODE_ENV");
    String app = source.text("APP_ENV");
    String name = node != null || app == null ? "NODE_ENV" : "APP_ENV";
    String value = source.text(name, "development");
    if (!value.equals("development") && !value.equals("production")) {
      source.mistake(
          name + " must be development or production, is " + SettingsSource.shown(value));
    }
    return value.equals("production");
  }

  private String host() {
    String host = source.text("HOST", "0.0.0.0");
    if (host.chars().anyMatch(c -> c <= ' ' || c == '/')) {
      source.mistake(
          "HOST must be an address or the name of a host, is " + SettingsSource.shown(host));
    }
    return host;
  }

  private Path dataDir() {
    try {
      return directory.resolve(source.text("DATA_DIR", "./data")).normalize();
    } catch (InvalidPathException _) {
      source.mistake("DATA_DIR must be the path of a directory");
      return directory;
    }
  }

  private Set<String> origins(String name) {
    Set<String> origins = new LinkedHashSet<>();
    String list = source.text(name);
    if (list == null) {
      return origins;
    }
    for (String part : list.split(",")) {
      String text = part.strip();
      // Operators copy it from the browser's address bar; browsers never send it.
      String origin = text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
      if (isOrigin(origin)) {
        origins.add(origin);
      } else if (!text.isEmpty()) {
        source.mistake(
            name
                + " must list origins such as https://chat.example.org, has "
                + SettingsSource.shown(text));
      }
    }
    return origins;
  }

  private static boolean isOrigin(String text) {
    try {
      URI uri = new URI(text);
      return uri.getScheme() != null
          && uri.getHost() != null
          && uri.getUserInfo() == null
          && text.equals(uri.getScheme() + "://" + uri.getRawAuthority());
    } catch (URISyntaxException _) {
      return false;
    }
  }
}
