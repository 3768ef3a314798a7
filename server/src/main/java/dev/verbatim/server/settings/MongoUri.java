package dev.verbatim.server.settings;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a MongoDB connection string that the settings need: {@code
 * mongodb://user:password@hosts/database?options}, or {@code mongodb+srv://}. The driver reads the
 * rest of it.
 */
sealed interface MongoUri {
  /** What Atlas puts where the password belongs. */
  String PLACEHOLDER = "<db_password>";

  /**
   * A connection string that can be tried.
   *
   * @param text all of it, with the password
   * @param address scheme and hosts: what may be shown
   * @param database the one it names
   */
  record Parts(Secret text, String address, @Nullable String database) implements MongoUri {}

  /**
   * None.
   *
   * @param reason what is wrong, without the text
   */
  record Wrong(String reason) implements MongoUri {}

  // The names of sockets in the file system are percent-encoded.
  Pattern HOSTS = Pattern.compile("[A-Za-z0-9._:,%\\[\\]-]+");

  /** Takes it apart, with this password in the place of the placeholder. */
  static MongoUri parse(String uri, @Nullable String password) {
    String text = uri;
    if (uri.contains(PLACEHOLDER)) {
      if (password == null) {
        return new Wrong("has " + PLACEHOLDER + " in it, and DATABASE_PASSWORD is not set");
      }
      // A space is + in forms and %20 here.
      String encoded = URLEncoder.encode(password, StandardCharsets.UTF_8).replace("+", "%20");
      text = uri.replace(PLACEHOLDER, encoded);
    }
    int start = text.indexOf("://") + 3;
    if (!text.startsWith("mongodb://") && !text.startsWith("mongodb+srv://")) {
      return new Wrong("must start with mongodb:// or mongodb+srv://");
    }
    int end = endOfAuthority(text, start);
    String authority = text.substring(start, end);
    if (authority.indexOf('<') >= 0) {
      return new Wrong("has a placeholder in <> that is not " + PLACEHOLDER);
    }
    // Also so that no part of a password is taken for a host and shown.
    int at = authority.indexOf('@');
    if (text.lastIndexOf('@') != (at < 0 ? -1 : start + at)) {
      return new Wrong("must have special characters of user name and password percent-encoded");
    }
    String hosts = authority.substring(at + 1);
    if (!HOSTS.matcher(hosts).matches()) {
      return new Wrong("has no host");
    }
    return new Parts(new Secret(text), text.substring(0, start) + hosts, database(text, end));
  }

  private static int endOfAuthority(String text, int start) {
    for (int i = start; i < text.length(); i++) {
      if (text.charAt(i) == '/' || text.charAt(i) == '?') {
        return i;
      }
    }
    return text.length();
  }

  private static @Nullable String database(String text, int from) {
    if (from == text.length() || text.charAt(from) != '/') {
      return null;
    }
    int query = text.indexOf('?', from);
    String name = text.substring(from + 1, query < 0 ? text.length() : query);
    return name.isEmpty() ? null : name;
  }
}
