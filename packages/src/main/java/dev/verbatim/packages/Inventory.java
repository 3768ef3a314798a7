package dev.verbatim.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Says what the packages hold: a bill of materials in CycloneDX's form, a list for people, and the
 * texts of the licences; and makes the store of the roots that they trust. What is under a licence
 * that is not allowed ends the build, and so does a JDK that is not as it was made.
 */
final class Inventory {
  private final List<Part> parts = new ArrayList<>();

  private Inventory() {}

  /**
   * Writes it.
   *
   * @param arguments the bill of the libraries, their directory, the directory of the browser
   *     client's npm packages, the directory of the licences, Verbatim's own licence, the directory
   *     of the roots, the directory to write to, the file for the store of the roots
   */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Path libraries = Path.of(arguments[0]);
    Path texts = Path.of(arguments[3]);
    Licences licences = Licences.parse(Files.readAllLines(texts.resolve("allowed.txt")));
    Roots roots = Roots.in(Path.of(arguments[5]));
    Path out = Path.of(arguments[6]);

    LibraryBill bill = LibraryBill.read(libraries);
    Inventory inventory = new Inventory();
    inventory.parts.addAll(bill.parts(Path.of(arguments[1]), licences));
    inventory.parts.addAll(NpmParts.in(Path.of(arguments[2]), licences));
    inventory.parts.add(JavaRuntime.part());
    inventory.parts.add(roots.part());
    inventory.parts.sort(Comparator.comparing(Part::purl));

    List<String> complaints = licences.complaints(inventory.parts);
    complaints.addAll(JavaRuntime.complaints());
    complaints.addAll(inventory.completeTexts(licences, texts, Path.of(arguments[4])));
    if (!complaints.isEmpty()) {
      complaints.forEach(System.err::println);
      System.exit(1);
    }
    Files.createDirectories(out);
    bill.write(inventory.parts, out.resolve("verbatim.cdx.json"));
    Files.writeString(out.resolve("THIRD-PARTY.txt"), inventory.list());
    inventory.writeTexts(out.resolve("licences"));
    Files.write(Path.of(arguments[7]), roots.store());
  }

  /**
   * Gives parts that bring no text that of the licence that is chosen; tells of which there is
   * none.
   */
  private List<String> completeTexts(Licences licences, Path texts, Path own) throws IOException {
    List<String> complaints = new ArrayList<>();
    for (Part part : parts) {
      if (part.texts().isEmpty()) {
        for (String id : licences.taken(part)) {
          Path text = id.equals("Apache-2.0") ? own : texts.resolve(id + ".txt");
          if (Files.exists(text)) {
            part.texts().put(id + ".txt", Files.readAllBytes(text));
          } else {
            complaints.add(part.purl() + " brings no text of its licence, and there is no " + text);
          }
        }
      }
    }
    return complaints;
  }

  private String list() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        What Verbatim's packages hold of others
        =======================================

        Each with its licence; of several that are joined by OR you may choose. Their texts, and the notices
        that belong to them, are in licences/, in the directory of the part; those of the Java runtime are in
        runtime/legal/. Verbatim's own licence is Apache-2.0, in LICENSE.

        """);
    for (Part part : parts) {
      text.append(part.name()).append(' ').append(part.version()).append('\n');
      text.append("    ").append(part.licence()).append('\n');
      if (!part.page().isEmpty()) {
        text.append("    ").append(part.page()).append('\n');
      }
    }
    return text.toString();
  }

  private void writeTexts(Path directory) throws IOException {
    for (Part part : parts) {
      for (Map.Entry<String, byte[]> text : part.texts().entrySet()) {
        Path file = directory.resolve(part.directory()).resolve(text.getKey());
        Files.createDirectories(file.getParent());
        Files.write(file, text.getValue());
      }
    }
  }
}
