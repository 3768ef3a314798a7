package dev.verbatim.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class LibraryBillTest {
  private static final Licences LICENCES = Licences.parse(List.of("allowed: MIT"));

  private static final String BILL =
      """
      {"metadata": {"component": {"bom-ref": "whole", "name": "packages"}},
       "components": [{"group": "org.xerial", "name": "sqlite-jdbc", "version": "3.54.1.0",
                       "purl": "pkg:maven/org.xerial/sqlite-jdbc@3.54.1.0?type=jar",
                       "bom-ref": "library", "licenses": [{"license": {"id": "MIT"}}]}],
       "dependencies": [{"ref": "whole", "dependsOn": ["library"]}]}
      """;

  @TempDir private Path directory;

  private LibraryBill bill;

  @BeforeEach
  void read() throws Exception {
    Files.writeString(directory.resolve("libraries.json"), BILL);
    Files.createDirectory(directory.resolve("lib"));
    try (var jar =
        new ZipOutputStream(
            Files.newOutputStream(directory.resolve("lib", "sqlite-jdbc-3.54.1.0.jar")))) {
      jar.setComment("empty");
    }
    bill = LibraryBill.read(directory.resolve("libraries.json"));
  }

  @Test
  void writesWhatIsAddedWithWhatHoldsIt() throws Exception {
    List<Part> parts = new ArrayList<>(bill.parts(directory.resolve("lib"), LICENCES));
    parts.add(new Part("pkg:npm/b@2", "b", "2", "MIT", "", new LinkedHashMap<>()));
    bill.write(parts, directory.resolve("bill.json"));

    JsonNode written = new JsonMapper().readTree(Files.readString(directory.resolve("bill.json")));
    assertEquals(
        List.of(
            "pkg:maven/org.xerial/sqlite-jdbc@3.54.1.0?type=jar ",
            "pkg:generic/sqlite@3.54.1 cpe:2.3:a:sqlite:sqlite:3.54.1:*:*:*:*:*:*:*",
            "pkg:npm/b@2 "),
        written
            .path("components")
            .valueStream()
            .map(each -> each.path("purl").asString() + " " + each.path("cpe").asString(""))
            .toList());
    assertEquals(
        List.of(
            "whole [\"library\",\"pkg:npm/b@2\"]",
            "library [\"pkg:generic/sqlite@3.54.1\"]",
            "pkg:generic/sqlite@3.54.1 []",
            "pkg:npm/b@2 []"),
        written
            .path("dependencies")
            .valueStream()
            .map(each -> each.path("ref").asString() + " " + each.path("dependsOn"))
            .toList());
  }

  @Test
  void knowsEachFileThatIsShipped() throws Exception {
    Files.createFile(directory.resolve("lib", "stranger.jar"));
    assertThrows(IllegalStateException.class, () -> bill.parts(directory.resolve("lib"), LICENCES));
  }
}
