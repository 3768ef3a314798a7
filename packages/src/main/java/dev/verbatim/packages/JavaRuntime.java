package dev.verbatim.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * The Java runtime in the packages: the one that runs this, cut down to the modules that are
 * needed.
 */
final class JavaRuntime {
  private JavaRuntime() {}

  static Part part() throws IOException {
    String version = Runtime.version().toString();
    Path legal = Path.of(System.getProperty("java.home"), "legal", "java.base");
    SequencedMap<String, byte[]> texts = new LinkedHashMap<>();
    // Those of what it holds itself stay with its modules.
    for (String name : new String[] {"LICENSE", "ADDITIONAL_LICENSE_INFO", "ASSEMBLY_EXCEPTION"}) {
      texts.put(name, Files.readAllBytes(legal.resolve(name)));
    }
    return new Part(
        "pkg:generic/openjdk@" + version.replace("+", "%2B"),
        "OpenJDK of " + System.getProperty("java.vendor"),
        version,
        "GPL-2.0-only WITH Classpath-exception-2.0",
        System.getProperty("java.vendor.url"),
        texts);
  }
}
