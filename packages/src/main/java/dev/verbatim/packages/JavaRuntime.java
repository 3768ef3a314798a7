package dev.verbatim.packages;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The Java runtime in the packages: the one that runs this, cut down to the modules that are
 * needed.
 */
final class JavaRuntime {
  /** A line of it is {@code type|mode|SHA-512|path}. */
  private static final String FILES =
      "modules/jdk.jlink/jdk/tools/jlink/internal/runtimelink/fs_java.base_files";

  private static final String ZONES = "lib/tzdb.dat";

  private JavaRuntime() {}

  static Part part() throws IOException {
    Runtime.Version version = Runtime.version();
    Path legal = home().resolve("legal", "java.base");
    SequencedMap<String, byte[]> texts = new LinkedHashMap<>();
    // Those of what it holds itself stay with its modules.
    for (String name : new String[] {"LICENSE", "ADDITIONAL_LICENSE_INFO", "ASSEMBLY_EXCEPTION"}) {
      texts.put(name, Files.readAllBytes(legal.resolve(name)));
    }
    String release =
        String.join(".", version.version().stream().map(String::valueOf).toArray(String[]::new));
    return new Part(
        "pkg:generic/openjdk@" + version.toString().replace("+", "%2B"),
        "OpenJDK of " + System.getProperty("java.vendor"),
        version.toString(),
        "GPL-2.0-only WITH Classpath-exception-2.0",
        System.getProperty("java.vendor.url"),
        texts,
        null,
        "cpe:2.3:a:oracle:openjdk:" + release + ":*:*:*:*:*:*:*");
  }

  /**
   * What is wrong with the JDK. jlink takes its files as they lie, and looks whether they are as
   * they were made, except for those that may be renewed by themselves: the roots, of which we have
   * our own, and the time zones.
   */
  static List<String> complaints() throws IOException, GeneralSecurityException {
    Path made = FileSystems.getFileSystem(URI.create("jrt:/")).getPath(FILES);
    // A JDK that has jmods has no such list, and jlink takes from these what lies in them.
    return Files.exists(made) ? changed(Files.readAllLines(made), home(), ZONES) : List.of();
  }

  static List<String> changed(List<String> made, Path home, String name)
      throws IOException, GeneralSecurityException {
    byte[] bytes = Files.readAllBytes(home.resolve(name));
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    boolean isAsMade = made.stream().anyMatch(line -> line.endsWith("|" + digest + "|" + name));
    return isAsMade ? List.of() : List.of(name + " is not the one that this JDK was made with");
  }

  private static Path home() {
    return Path.of(System.getProperty("java.home"));
  }
}
