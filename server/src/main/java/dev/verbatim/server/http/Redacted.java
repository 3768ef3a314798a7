package dev.verbatim.server.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a client sent, without what may be a secret. */
final class Redacted {
  private static final String MARK = "***";

  /** Parts of the names of parameters whose values are left out. */
  private static final Pattern SECRET_NAME =
      Pattern.compile("token|secret|passw|session|jwt|auth|credential|signature|api_?key|^key$");

  /** A token by itself: JSON in base64, which begins with a brace and a quote. */
  private static final Pattern TOKEN = Pattern.compile("eyJ[A-Za-z0-9_%=.+/-]{8,}");

  private Redacted() {}

  /** A path or URL, with the names of its parameters and with the values of the harmless ones. */
  static String url(String url) {
    int query = url.indexOf('?');
    if (query < 0) {
      return TOKEN.matcher(url).replaceAll(MARK);
    }
    StringBuilder shown = new StringBuilder(url.length());
    shown.append(url, 0, query + 1);
    String separator = "";
    for (String parameter : url.substring(query + 1).split("[&;]", -1)) {
      int equals = parameter.indexOf('=');
      boolean isSecret = equals >= 0 && isSecret(parameter.substring(0, equals));
      shown.append(separator);
      shown.append(isSecret ? parameter.substring(0, equals + 1) + MARK : parameter);
      separator = "&";
    }
    return TOKEN.matcher(shown).replaceAll(MARK);
  }

  private static boolean isSecret(String name) {
    String decoded;
    try {
      decoded = URLDecoder.decode(name, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      // Who writes so hides something.
      return true;
    }
    return SECRET_NAME.matcher(decoded.toLowerCase(Locale.ROOT)).find();
  }

  /** Any other text; null for null. */
  static @Nullable String text(@Nullable String text) {
    return text == null ? null : TOKEN.matcher(text).replaceAll(MARK);
  }
}
