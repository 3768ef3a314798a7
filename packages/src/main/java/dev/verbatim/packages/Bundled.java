package dev.verbatim.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * What others have made in a library's jar: what its POM was left of, Protocol Buffers in a package
 * that names its version, and SQLite, whose version is the one of the library that holds it.
 */
final class Bundled {
  private static final Pattern POM =
      Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom\\.properties");

  private static final Pattern PROTOBUF =
      Pattern.compile(".*/com_google_protobuf_(\\d+)_(\\d+)_(\\d+)/.*");

  private static final Pattern SQLITE = Pattern.compile("(\\d+\\.\\d+\\.\\d+)\\..*");

  private final Part library;
  private final Licences licences;

  private Bundled(Part library, Licences licences) {
    this.library = library;
    this.licences = licences;
  }

  static List<Part> in(Path jar, Part library, Licences licences) throws IOException {
    Bundled bundled = new Bundled(library, licences);
    List<Part> parts = new ArrayList<>();
    String protobuf = null;
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        Matcher pom = POM.matcher(entry.getName());
        Matcher relocated = PROTOBUF.matcher(entry.getName());
        if (pom.matches() && !library.name().equals(pom.group(1) + ":" + pom.group(2))) {
          try (InputStream text = zip.getInputStream(entry)) {
            Properties properties = new Properties();
            properties.load(text);
            parts.add(
                bundled.artifact(
                    pom.group(1), pom.group(2), properties.getProperty("version", "")));
          }
        } else if (relocated.matches()) {
          protobuf = relocated.group(1) + "." + relocated.group(2) + "." + relocated.group(3);
        }
      }
    }
    if (protobuf != null) {
      parts.add(bundled.artifact("com.google.protobuf", "protobuf-java", protobuf));
    }
    if (library.name().equals("org.xerial:sqlite-jdbc")) {
      parts.add(bundled.sqlite());
    }
    return parts;
  }

  private Part artifact(String group, String artifact, String version) {
    String purl = "pkg:maven/" + group + "/" + artifact + "@" + version;
    String licence = Objects.requireNonNullElse(licences.of(purl, null), "an unknown licence");
    return part(purl, group + ":" + artifact, version, licence, "", null);
  }

  private Part sqlite() {
    Matcher version = SQLITE.matcher(library.version());
    if (!version.matches()) {
      throw new IllegalStateException("Which SQLite is in sqlite-jdbc " + library.version() + "?");
    }
    String number = version.group(1);
    return part(
        "pkg:generic/sqlite@" + number,
        "SQLite",
        number,
        "blessing",
        "https://sqlite.org",
        "cpe:2.3:a:sqlite:sqlite:" + number + ":*:*:*:*:*:*:*");
  }

  private Part part(
      String purl, String name, String version, String licence, String page, @Nullable String cpe) {
    return new Part(purl, name, version, licence, page, new LinkedHashMap<>(), library.purl(), cpe);
  }
}
