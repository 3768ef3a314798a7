package dev.verbatim.chat.storage.mongo;

import java.util.ArrayList;
import java.util.List;

/** Keeps what stores tell of. For any thread. */
final class Heard implements StoreListener {
  private final List<String> warnings = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  @Override
  public synchronized void onWarning(String sentence) {
    warnings.add(sentence);
  }

  @Override
  public synchronized void onFault(String doing, Throwable cause) {
    faults.add(doing + ": " + cause);
  }

  synchronized List<String> warnings() {
    return List.copyOf(warnings);
  }

  synchronized List<String> faults() {
    return List.copyOf(faults);
  }
}
