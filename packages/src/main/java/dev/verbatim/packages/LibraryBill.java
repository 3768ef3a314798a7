package dev.verbatim.packages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The bill of materials that the build makes of the server's libraries, and what is added to it.
 */
final class LibraryBill {
  /** The modules of this project are under its own licence. */
  private static final String OURS = "pkg:maven/dev.verbatim/";

  private static final Pattern TEXT =
      Pattern.compile("(?i)(?:META-INF/)?(?:.*/)?((?:LICEN[CS]E|NOTICE|COPYING)[^/]*)");

  private static final Pattern CODE = Pattern.compile("(?i).*\\.(?:class|java|html)");

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private final ObjectNode bill;

  private LibraryBill(ObjectNode bill) {
    this.bill = bill;
  }

  static LibraryBill read(Path file) throws IOException {
    return new LibraryBill((ObjectNode) JSON.readTree(Files.readString(file)));
  }

  /**
   * Its parts, each with the texts that its jar holds, and what else lies in these jars.
   *
   * @throws IllegalStateException if the bill and the directory of what is shipped are not the same
   */
  List<Part> parts(Path jars, Licences licences) throws IOException {
    List<Part> parts = new ArrayList<>();
    List<String> shipped = new ArrayList<>();
    for (JsonNode component : bill.withArray("/components")) {
      String purl = component.path("purl").asString("");
      if (purl.startsWith(OURS + "server@")) {
        // It is what starts, beside the libraries.
        continue;
      }
      String file = fileName(component);
      if (!Files.exists(jars.resolve(file))) {
        throw new IllegalStateException(purl + " is not shipped as " + file);
      }
      shipped.add(file);
      if (purl.startsWith(OURS)) {
        continue;
      }
      String licence = licences.of(purl, expression(component.path("licenses")));
      Part library =
          new Part(
              purl,
              component.path("group").asString("") + ":" + component.path("name").asString(""),
              component.path("version").asString(""),
              licence == null ? "an unknown licence" : licence,
              page(component),
              texts(jars.resolve(file)));
      parts.add(library);
      parts.addAll(Bundled.in(jars.resolve(file), library, licences));
    }
    try (var files = Files.list(jars)) {
      List<String> unknown =
          files
              .map(file -> file.getFileName().toString())
              .filter(f -> !shipped.contains(f))
              .toList();
      if (!unknown.isEmpty()) {
        throw new IllegalStateException("The bill of materials does not know " + unknown);
      }
    }
    return parts;
  }

  private static String fileName(JsonNode component) {
    String purl = component.path("purl").asString("");
    int at = purl.indexOf("classifier=");
    String classifier = at < 0 ? "" : "-" + purl.substring(at + 11).replaceFirst("&.*", "");
    return component.path("name").asString("")
        + "-"
        + component.path("version").asString("")
        + classifier
        + ".jar";
  }

  private static @Nullable String expression(JsonNode licences) {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : licences) {
      String expression = each.path("expression").asString("");
      String id = each.path("license").path("id").asString("");
      if (!expression.isEmpty()) {
        return expression;
      }
      if (id.isEmpty()) {
        return each.path("license").path("name").asString("an unknown licence");
      }
      ids.add(id);
    }
    // A POM that names several lets one choose.
    return ids.isEmpty() ? null : String.join(" OR ", ids);
  }

  private static String page(JsonNode component) {
    for (JsonNode each : component.path("externalReferences")) {
      if (each.path("type").asString("").equals("website")) {
        return each.path("url").asString("");
      }
    }
    return "";
  }

  private static SequencedMap<String, byte[]> texts(Path jar) throws IOException {
    SequencedMap<String, byte[]> texts = new LinkedHashMap<>();
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : zip.stream().map(ZipEntry.class::cast).toList()) {
        var name = TEXT.matcher(entry.getName());
        if (!entry.isDirectory() && name.matches() && !CODE.matcher(entry.getName()).matches()) {
          try (InputStream text = zip.getInputStream(entry)) {
            byte[] _ = texts.putIfAbsent(name.group(1), text.readAllBytes());
          }
        }
      }
    }
    return texts;
  }

  /** Writes it with all these parts, their licences as we know them, and what holds them. */
  void write(List<Part> parts, Path file) throws IOException {
    ArrayNode components = bill.withArray("/components");
    ObjectNode whole = (ObjectNode) bill.path("metadata").path("component");
    whole.put("name", "verbatim").put("type", "application");
    Map<String, String> references = new HashMap<>();
    for (JsonNode component : components) {
      String purl = component.path("purl").asString("");
      references.put(purl, component.path("bom-ref").asString(purl));
      parts.stream()
          .filter(part -> part.purl().equals(purl))
          .forEach(part -> licence((ObjectNode) component, part.licence()));
    }
    for (Part part : parts) {
      if (references.containsKey(part.purl())) {
        continue;
      }
      ObjectNode component = components.addObject();
      component.put("type", "library").put("bom-ref", part.purl()).put("name", part.name());
      component.put("version", part.version()).put("purl", part.purl());
      if (part.cpe() != null) {
        component.put("cpe", part.cpe());
      }
      licence(component, part.licence());
      String holder =
          part.holder() == null
              ? whole.path("bom-ref").asString("")
              : references.getOrDefault(part.holder(), part.holder());
      dependencies(holder).add(part.purl());
      dependencies(part.purl());
    }
    Files.writeString(file, JSON.writeValueAsString(bill) + "\n");
  }

  /** What is written down of what this one needs. */
  private ArrayNode dependencies(String reference) {
    ArrayNode all = bill.withArray("/dependencies");
    for (JsonNode each : all) {
      if (each.path("ref").asString("").equals(reference)) {
        return ((ObjectNode) each).withArray("/dependsOn");
      }
    }
    return all.addObject().put("ref", reference).putArray("dependsOn");
  }

  private static void licence(ObjectNode component, String expression) {
    component.remove("licenses");
    component.putArray("licenses").addObject().put("expression", expression);
  }
}
