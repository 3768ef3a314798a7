package dev.verbatim.chat.storage.mongo;

import java.util.ArrayList;
import java.util.List;

/** What a check has found, up to a bound. Confined to its thread. */
final class Findings {
  private final int max;
  private final List<String> lines = new ArrayList<>();

  Findings(int max) {
    this.max = max;
  }

  void add(String line) {
    if (lines.size() < max) {
      lines.add(line);
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
