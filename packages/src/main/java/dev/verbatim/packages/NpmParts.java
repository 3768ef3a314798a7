package dev.verbatim.packages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The npm packages of which the browser's Socket.IO client is made, as its source maps tell. */
final class NpmParts {
  private static final String MODULES = "node_modules/";
  private static final JsonMapper JSON = new JsonMapper();

  private NpmParts() {}

  /** Those in this directory, where {@code npm ci} has put them; none if npm was not there. */
  static List<Part> in(Path npm, Licences licences) throws IOException {
    List<Part> parts = new ArrayList<>();
    Path client = npm.resolve("node_modules/socket.io-client");
    if (!Files.isDirectory(client)) {
      return parts;
    }
    Set<String> sources = sources(client.resolve("dist"));
    JsonNode lock =
        JSON.readTree(Files.readString(npm.resolve("package-lock.json"))).path("packages");
    for (var each : lock.properties()) {
      String path = each.getKey();
      if (path.isEmpty()) {
        continue;
      }
      String name = path.substring(path.lastIndexOf(MODULES) + MODULES.length());
      String last = name.substring(name.indexOf('/') + 1);
      boolean isIn =
          name.equals("socket.io-client")
              || sources.stream().anyMatch(s -> s.equals(last) || s.endsWith("-" + last));
      if (isIn) {
        String version = each.getValue().path("version").asString("");
        String purl = "pkg:npm/" + name.replace("@", "%40") + "@" + version;
        String licence = licences.of(purl, each.getValue().path("license").asString(null));
        parts.add(
            new Part(
                purl,
                name,
                version,
                Objects.requireNonNullElse(licence, "an unknown licence"),
                "https://www.npmjs.com/package/" + name,
                texts(npm.resolve(path))));
      }
    }
    return parts;
  }

  /** The directories' names on the way to all that was bundled. */
  private static Set<String> sources(Path dist) throws IOException {
    Set<String> names = new TreeSet<>();
    for (String file :
        List.of("socket.io.js.map", "socket.io.min.js.map", "socket.io.esm.min.js.map")) {
      for (JsonNode source : JSON.readTree(Files.readString(dist.resolve(file))).path("sources")) {
        names.addAll(List.of(source.asString("").split("/", -1)));
      }
    }
    return names;
  }

  private static SequencedMap<String, byte[]> texts(Path directory) throws IOException {
    SequencedMap<String, byte[]> texts = new LinkedHashMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.toLowerCase(Locale.ROOT).matches("(licen[cs]e|notice).*")) {
          texts.put(name, Files.readAllBytes(file));
        }
      }
    }
    return texts;
  }
}
