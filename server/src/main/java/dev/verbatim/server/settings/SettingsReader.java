package dev.verbatim.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link Settings} of texts and gathers what is wrong with them. Confined to one call of
 * {@link Settings#read}.
 */
final class SettingsReader {
  private static final long DAY_MILLIS = 86_400_000;

  private final Map<String, String> environment;
  private final DotEnv file;
  private final Path directory;
  private final List<String> mistakes = new ArrayList<>();

  SettingsReader(Map<String, String> environment, DotEnv file, Path directory) {
    this.environment = environment;
    this.file = file;
    this.directory = directory;
    mistakes.addAll(file.mistakes());
  }

  Settings read() throws SettingsException {
    boolean isProduction = isProduction();
    identity(isProduction);
    store();
    Set<String> apiOrigins = origins("ALLOWED_ORIGINS");
    Set<String> socketOrigins =
        text("SOCKET_IO_CORS_ORIGINS") == null ? apiOrigins : origins("SOCKET_IO_CORS_ORIGINS");
    Settings settings =
        new Settings(
            isProduction,
            host(),
            number("PORT", 3001, 0, 65_535),
            dataDir(),
            logLevel(),
            new Origins(apiOrigins, !isProduction),
            new Origins(socketOrigins, !isProduction),
            number("TRUST_PROXY", 0, 0, 10),
            secret("OPERATOR_TOKEN"),
            socketIo(),
            rates(),
            chat(),
            millis("SHUTDOWN_TIMEOUT_MS", 10_000, 100, 600_000));
    if (!mistakes.isEmpty()) {
      throw new SettingsException(mistakes);
    }
    return settings;
  }

  private Settings.SocketIo socketIo() {
    return new Settings.SocketIo(
        millis("SOCKET_IO_PING_INTERVAL", 25_000, 100, DAY_MILLIS),
        millis("SOCKET_IO_PING_TIMEOUT", 60_000, 100, DAY_MILLIS));
  }

  private Settings.Rates rates() {
    return new Settings.Rates(
        number("MESSAGE_RATE_PER_SECOND", 10, 0, 1_000_000),
        number("MESSAGE_RATE_BURST", 30, 1, 1_000_000),
        number("EVENT_RATE_PER_SECOND", 50, 0, 1_000_000),
        number("EVENT_RATE_BURST", 200, 1, 1_000_000),
        number("CONNECT_RATE_PER_SECOND", 50, 0, 1_000_000),
        number("RATE_LIMIT_MAX_REQUESTS", 1000, 0, 1_000_000_000),
        millis("RATE_LIMIT_WINDOW_MS", 900_000, 1000, DAY_MILLIS));
  }

  private Settings.Chat chat() {
    return new Settings.Chat(
        number("PRESENCE_GROUP_MAX", 500, 0, 1_000_000),
        millis("PRESENCE_GRACE_MS", 5000, 0, DAY_MILLIS),
        millis("TYPING_TIMEOUT_MS", 5000, 100, DAY_MILLIS),
        number("REPLAY_LIMIT", 500, 1, 10_000),
        millis("SESSION_CLEANUP_INTERVAL", 300_000, 100, DAY_MILLIS),
        millis("SESSION_TIMEOUT", 1_800_000, 100, 365 * DAY_MILLIS));
  }

  private boolean isProduction() {
    String name = text("NODE_ENV") != null ? "NODE_ENV" : "APP_ENV";
    String value = text(name);
    if (value == null || value.equals("development")) {
      return false;
    }
    if (!value.equals("production")) {
      mistakes.add(name + " must be development or production, is " + shown(value));
    }
    return value.equals("production");
  }

  /** Without Clerk keys, and outside production, the service issues its own tokens. */
  private void identity(boolean isProduction) {
    boolean hasIssuer = isIssuerKnown();
    boolean hasKeys = text("CLERK_SECRET_KEY") != null || text("CLERK_JWT_KEY") != null;
    if (isProduction) {
      if (!hasIssuer) {
        mistakes.add(
            "CLERK_JWT_ISSUER or CLERK_PUBLISHABLE_KEY must be set in production: it tells whose"
                + " tokens count");
      }
      if (text("ALLOWED_ORIGINS") == null) {
        mistakes.add(
            "ALLOWED_ORIGINS must be set in production: the origins of the pages that may use the"
                + " service, separated by commas");
      }
    } else if (hasKeys && !hasIssuer) {
      mistakes.add("CLERK_JWT_ISSUER or CLERK_PUBLISHABLE_KEY must be set where Clerk's keys are");
    }
    if (hasIssuer) {
      mistakes.add("CLERK_…: this build has no Clerk identity yet, only that for development");
    }
  }

  private boolean isIssuerKnown() {
    String issuer = text("CLERK_JWT_ISSUER");
    String key = text("CLERK_PUBLISHABLE_KEY");
    if (key != null && !isPublishableKey(key)) {
      mistakes.add("CLERK_PUBLISHABLE_KEY is no publishable key of Clerk");
    }
    if (issuer != null && !issuer.startsWith("https://")) {
      mistakes.add("CLERK_JWT_ISSUER must start with https://, is " + shown(issuer));
    }
    return issuer != null || key != null;
  }

  /** {@code pk_test_} or {@code pk_live_}, then a host and {@code $} in base64. */
  private static boolean isPublishableKey(String key) {
    if (!key.startsWith("pk_test_") && !key.startsWith("pk_live_")) {
      return false;
    }
    try {
      byte[] host = Base64.getDecoder().decode(key.substring("pk_test_".length()));
      String text = new String(host, StandardCharsets.UTF_8);
      return text.length() > 1 && text.indexOf('$') == text.length() - 1;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  private void store() {
    if (text("MONGODB_URI") != null) {
      mistakes.add("MONGODB_URI: this build has no MongoDB store yet, only the embedded one");
    }
  }

  private String host() {
    String host = text("HOST");
    if (host == null) {
      return "0.0.0.0";
    }
    if (host.chars().anyMatch(c -> c <= ' ' || c == '/')) {
      mistakes.add("HOST must be an address or the name of a host, is " + shown(host));
    }
    return host;
  }

  private Path dataDir() {
    String path = text("DATA_DIR");
    try {
      return directory.resolve(path == null ? "data" : path).normalize();
    } catch (InvalidPathException _) {
      mistakes.add("DATA_DIR must be the path of a directory");
      return directory;
    }
  }

  private LogLevel logLevel() {
    String level = text("LOG_LEVEL");
    if (level == null) {
      return LogLevel.INFO;
    }
    for (LogLevel known : LogLevel.values()) {
      if (known.name().toLowerCase(Locale.ROOT).equals(level)) {
        return known;
      }
    }
    mistakes.add("LOG_LEVEL must be error, warn, info, debug or trace, is " + shown(level));
    return LogLevel.INFO;
  }

  private Set<String> origins(String name) {
    Set<String> origins = new LinkedHashSet<>();
    String list = text(name);
    if (list == null) {
      return origins;
    }
    for (String part : list.split(",")) {
      String origin = part.strip();
      if (isOrigin(origin)) {
        origins.add(origin);
      } else if (!origin.isEmpty()) {
        mistakes.add(
            name + " must list origins such as https://chat.example.org, has " + shown(origin));
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

  private @Nullable Secret secret(String name) {
    String value = text(name);
    return value == null ? null : new Secret(value);
  }

  private Duration millis(String name, long standard, long min, long max) {
    return Duration.ofMillis(whole(name, standard, min, max, " milliseconds"));
  }

  private int number(String name, int standard, int min, int max) {
    return (int) whole(name, standard, min, max, "");
  }

  private long whole(String name, long standard, long min, long max, String unit) {
    String value = text(name);
    if (value == null) {
      return standard;
    }
    if (value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        return number;
      }
    }
    mistakes.add(
        name
            + " must be a whole number from "
            + min
            + " to "
            + max
            + unit
            + ", is "
            + shown(value));
    return standard;
  }

  /** A value that is no secret, in one short line. */
  private static String shown(String value) {
    String line =
        value
            .codePoints()
            .limit(60)
            .collect(
                StringBuilder::new,
                (text, c) -> {
                  text.appendCodePoint(Character.isISOControl(c) ? '?' : c);
                },
                StringBuilder::append)
            .toString();
    return '"' + line + (line.length() < value.length() ? "…" : "") + '"';
  }

  private @Nullable String text(String name) {
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      value = file.values().get(name);
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}
