package dev.verbatim.packages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BundledTest {
  private static final Licences LICENCES =
      Licences.parse(List.of("pkg:maven/org.shaded/*: Apache-2.0"));

  @TempDir private Path directory;

  @Test
  void findsWhatWasShaded() throws Exception {
    Part library = library("org.example:whole", "1");
    Path jar =
        jar(
            "META-INF/maven/org.example/whole/pom.properties",
            "META-INF/maven/org.shaded/piece/pom.properties",
            "META-INF/maven/org.unknown/other/pom.properties",
            "org/example/com_google_protobuf_4_35_0/Metrics.class",
            "org/example/com_google_protobuf_4_35_0/Others.class");
    List<Part> found = Bundled.in(jar, library, LICENCES);
    assertEquals(
        List.of(
            "pkg:maven/org.shaded/piece@2.0: Apache-2.0",
            "pkg:maven/org.unknown/other@2.0: an unknown licence",
            "pkg:maven/com.google.protobuf/protobuf-java@4.35.0: an unknown licence"),
        found.stream().map(part -> part.purl() + ": " + part.licence()).toList());
    assertEquals(library.purl(), found.getFirst().holder());
  }

  @Test
  void knowsTheSqliteOfItsLibrary() throws Exception {
    Part sqlite =
        Bundled.in(jar(), library("org.xerial:sqlite-jdbc", "3.54.1.0"), LICENCES).getFirst();
    assertEquals("pkg:generic/sqlite@3.54.1", sqlite.purl());
    assertEquals("cpe:2.3:a:sqlite:sqlite:3.54.1:*:*:*:*:*:*:*", sqlite.cpe());
  }

  private Path jar(String... names) throws Exception {
    Path jar = directory.resolve("library.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("META-INF/"));
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write("version=2.0\n".getBytes(UTF_8));
      }
    }
    return jar;
  }

  private static Part library(String name, String version) {
    String purl = "pkg:maven/" + name.replace(':', '/') + "@" + version;
    return new Part(purl, name, version, "MIT", "", new LinkedHashMap<>());
  }
}
