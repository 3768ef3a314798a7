package dev.verbatim.packages;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which licences the packages may hold, and what parts are under that do not say it in SPDX's
 * words.
 *
 * @param allowed SPDX identifiers, of which {@code A WITH B} is one, and whole expressions
 * @param known an SPDX expression for each package URL without its version, or for the start of it
 *     up to a {@code *}; what is known counts more than what a part says
 */
record Licences(Set<String> allowed, Map<String, String> known) {
  private static final String ALLOWED = "allowed";

  Licences {
    allowed = new TreeSet<>(allowed);
    known = new TreeMap<>(known);
  }

  /** Lines of {@code allowed: ID} and {@code purl: expression}; {@code #} begins a comment. */
  static Licences parse(List<String> lines) {
    Set<String> allowed = new TreeSet<>();
    Map<String, String> known = new TreeMap<>();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int at = line.lastIndexOf(": ");
      if (at < 0) {
        throw new IllegalArgumentException("No line of licences: " + line);
      }
      String value = line.substring(at + 2).strip();
      if (line.substring(0, at).equals(ALLOWED)) {
        allowed.add(value);
      } else {
        known.put(line.substring(0, at), value);
      }
    }
    return new Licences(allowed, known);
  }

  /** What this part is under; null if neither it nor we say. */
  @Nullable String of(String purl, @Nullable String itself) {
    String name = purl.replaceFirst("@[^@/]*$", "");
    for (Map.Entry<String, String> each : known.entrySet()) {
      String key = each.getKey();
      boolean isMeant =
          key.endsWith("*")
              ? name.startsWith(key.substring(0, key.length() - 1))
              : name.equals(key);
      if (isMeant) {
        return each.getValue();
      }
    }
    return itself;
  }

  /**
   * What is wrong with these parts, a line each: of several licences to choose from one is enough.
   * An expression that has both AND and OR is not taken apart: it has to be allowed as it is.
   */
  List<String> complaints(List<Part> parts) {
    List<String> complaints = new ArrayList<>();
    for (Part part : parts) {
      if (!allowed.contains(part.licence()) && !isAllowedInParts(part)) {
        complaints.add(part.purl() + " is under " + part.licence() + ", which is not allowed");
      }
    }
    return complaints;
  }

  private boolean isAllowedInParts(Part part) {
    if (!isChoice(part)) {
      return allowed.containsAll(part.licences());
    }
    return !part.licence().contains(" AND ")
        && part.licences().stream().anyMatch(allowed::contains);
  }

  /** Those under which we take this part: of several to choose from the first that is allowed. */
  List<String> taken(Part part) {
    if (!isChoice(part) || allowed.contains(part.licence())) {
      return part.licences();
    }
    return part.licences().stream().filter(allowed::contains).limit(1).toList();
  }

  private static boolean isChoice(Part part) {
    return part.licence().contains(" OR ");
  }

  static List<String> idsOf(String expression) {
    return Arrays.stream(expression.split(" (?:OR|AND) ", -1))
        .map(id -> id.replaceAll("^\\(|\\)$", ""))
        .toList();
  }
}
