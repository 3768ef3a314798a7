package dev.verbatim.server.settings;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads where the messages are kept. Confined to one call of {@link Settings#read}. */
final class StoreReader {
  /** Where mongoose and the drivers go when nobody names a database. */
  private static final String DATABASE = "test";

  // https://www.mongodb.com/docs/manual/reference/limits/#naming-restrictions
  private static final Pattern DATABASE_NAME = Pattern.compile("[^/\\\\. \"$*<>:|?\\x00-\\x1f]+");
  private static final int DATABASE_NAME_BYTES_MAX = 63;
  private static final String SQLITE = "sqlite:";
  private static final Pattern PERCENT_ENCODED = Pattern.compile(".*%[0-9A-Fa-f]{2}.*");

  private final SettingsSource source;
  private final Path dataDir;

  StoreReader(SettingsSource source, Path dataDir) {
    this.source = source;
    this.dataDir = dataDir;
  }

  Settings.Store read() {
    String uri = source.text("MONGODB_URI");
    String password = source.text("DATABASE_PASSWORD");
    String name = source.text("DATABASE_NAME");
    if (uri == null) {
      if (password != null || name != null) {
        source.warn(
            "DATABASE_NAME and DATABASE_PASSWORD count for nothing without MONGODB_URI: the store"
                + " is the embedded one");
      }
      return new Settings.Embedded(dataDir);
    }
    return switch (MongoUri.parse(uri, password)) {
      case MongoUri.Wrong wrong -> {
        source.mistake("MONGODB_URI " + wrong.reason());
        yield new Settings.Embedded(dataDir);
      }
      case MongoUri.Parts parts -> {
        warnOfThePassword(uri, password == null ? "" : password);
        yield new Settings.Mongo(parts.text(), parts.address(), database(name, parts.database()));
      }
    };
  }

  /** The store at an address that was given by itself. */
  Settings.Store at(String option, String address) {
    if (address.startsWith(SQLITE)) {
      return new Settings.Embedded(directory(option, address.substring(SQLITE.length())));
    }
    return switch (MongoUri.parse(address, source.text("DATABASE_PASSWORD"))) {
      case MongoUri.Wrong wrong -> {
        source.mistake(option + " " + wrong.reason() + ", or be sqlite: and a directory");
        yield new Settings.Embedded(dataDir);
      }
      case MongoUri.Parts parts -> {
        String named = parts.database() == null ? source.text("DATABASE_NAME") : null;
        yield new Settings.Mongo(parts.text(), parts.address(), database(named, parts.database()));
      }
    };
  }

  private Path directory(String option, String path) {
    try {
      return dataDir.resolve(path).normalize();
    } catch (InvalidPathException _) {
      source.mistake(option + " must have the path of a directory behind sqlite:");
      return dataDir;
    }
  }

  private void warnOfThePassword(String uri, String password) {
    boolean isUsed = uri.contains(MongoUri.PLACEHOLDER);
    if (!password.isEmpty() && !isUsed) {
      source.warn(
          "DATABASE_PASSWORD counts for nothing: MONGODB_URI has no "
              + MongoUri.PLACEHOLDER
              + " in it");
    } else if (isUsed && PERCENT_ENCODED.matcher(password).matches()) {
      source.warn(
          "DATABASE_PASSWORD is taken as it is, and looks percent-encoded already: if it is, write"
              + " it plainly");
    }
  }

  private String database(@Nullable String set, @Nullable String ofUri) {
    if (set == null && ofUri == null) {
      source.warn(
          "DATABASE_NAME is not set and MONGODB_URI names no database: it is \"test\", as for"
              + " mongoose");
      return DATABASE;
    }
    String name = set == null ? String.valueOf(ofUri) : set;
    if (!DATABASE_NAME.matcher(name).matches()
        || name.getBytes(StandardCharsets.UTF_8).length > DATABASE_NAME_BYTES_MAX) {
      source.mistake(
          (set == null ? "The database in MONGODB_URI" : "DATABASE_NAME")
              + " must be a name of at most 63 bytes without / \\ . \" $ * < > : | ? and spaces");
    }
    return name;
  }
}
