package dev.verbatim.server.settings;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The texts of settings by name, what is wrong with them, and which names were asked for with which
 * default. Confined to one call of {@link Settings#read}.
 */
final class SettingsSource {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final Map<String, String> environment;
  private final DotEnv file;
  private final Map<String, String> defaults = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();

  SettingsSource(Map<String, String> environment, DotEnv file) {
    this.environment = environment;
    this.file = file;
    mistakes.addAll(file.mistakes());
  }

  /** Every name that was asked for, with its default; an empty one is none. */
  Map<String, String> defaults() {
    return defaults;
  }

  List<String> mistakes() {
    return mistakes;
  }

  Settings.Remarks remarks() {
    return new Settings.Remarks(warnings, changed);
  }

  void mistake(String text) {
    mistakes.add(text);
  }

  void warn(String text) {
    warnings.add(text);
  }

  /** What this name is set to; an empty value counts as none. */
  @Nullable String text(String name) {
    String _ = defaults.putIfAbsent(name, "");
    String value = environment.get(name);
    if (value == null || value.isBlank()) {
      value = file.values().get(name);
    }
    return value == null || value.isBlank() ? null : value.strip();
  }

  String text(String name, String standard) {
    String value = text(name);
    standard(name, standard);
    return value == null ? standard : value;
  }

  /** Notes the default of a name whose text means more than itself. */
  void standard(String name, String standard) {
    defaults.put(name, standard);
  }

  @Nullable Secret secret(String name) {
    String value = text(name);
    return value == null ? null : new Secret(value);
  }

  boolean flag(String name) {
    String value = text(name, "false");
    if (!value.equals("true") && !value.equals("false")) {
      mistake(name + " must be true or false, is " + shown(value));
    }
    return value.equals("true");
  }

  Duration millis(String name, long standard, long min, long max) {
    return Duration.ofMillis(whole(name, standard, min, max, " milliseconds"));
  }

  int number(String name, int standard, int min, int max) {
    return (int) whole(name, standard, min, max, "");
  }

  private long whole(String name, long standard, long min, long max, String unit) {
    String value = text(name, Long.toString(standard));
    if (value.length() <= 18 && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      long number = Long.parseLong(value);
      if (number >= min && number <= max) {
        if (number != standard) {
          changed.add(name + "=" + number);
        }
        return number;
      }
    }
    mistake(
        "%s must be a whole number from %d to %d%s, is %s"
            .formatted(name, min, max, unit, shown(value)));
    return standard;
  }

  /**
   * The URL that this name is set to: {@code https}, or {@code http} to this machine itself, with
   * nothing after the path.
   */
  @Nullable URI url(String name) {
    String value = text(name);
    if (value == null) {
      return null;
    }
    try {
      URI url = new URI(value);
      String host = url.getHost();
      if (host != null
          && url.getRawUserInfo() == null
          && url.getRawQuery() == null
          && url.getRawFragment() == null
          && ("https".equals(url.getScheme())
              || ("http".equals(url.getScheme()) && LOOPBACK.contains(host)))) {
        return url;
      }
    } catch (URISyntaxException _) {
      // Told below.
    }
    // Not shown: somebody may have put a password into it.
    mistake(name + " must be a URL with https:// and a host (http:// on localhost only)");
    return null;
  }

  /** A value that is no secret, in one short line. */
  static String shown(String value) {
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
}
