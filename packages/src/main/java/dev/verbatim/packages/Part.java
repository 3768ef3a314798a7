package dev.verbatim.packages;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * Something of somebody else's in the packages.
 *
 * @param purl its package URL, by which it is known in bills of materials
 * @param licence as an SPDX expression
 * @param page where it comes from; empty if it does not say
 * @param texts of its licence and its notices, which it brings itself, by their names
 * @param holder the package URL of the part whose file it lies in; null if it lies by itself
 * @param cpe by which databases of vulnerabilities know it that do not know package URLs; else null
 */
record Part(
    String purl,
    String name,
    String version,
    String licence,
    String page,
    SequencedMap<String, byte[]> texts,
    @Nullable String holder,
    @Nullable String cpe) {

  /** One that lies by itself, and that its package URL is enough for. */
  Part(
      String purl,
      String name,
      String version,
      String licence,
      String page,
      SequencedMap<String, byte[]> texts) {
    this(purl, name, version, licence, page, texts, null, null);
  }

  /** The licences of which it is under each, or under one that we choose. */
  List<String> licences() {
    return Licences.idsOf(licence);
  }

  /** Where its texts lie. */
  String directory() {
    return name.replaceAll("[^\\w.@-]", "-") + "-" + version;
  }
}
