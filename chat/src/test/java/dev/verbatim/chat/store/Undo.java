package dev.verbatim.chat.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What takes the changes of a running commit back, in the order in which they were made. Guarded by
 * the lock of its store.
 */
final class Undo {
  private final List<Runnable> steps = new ArrayList<>();

  <K, V> void put(Map<K, V> map, K key, V value) {
    V before = map.put(key, value);
    steps.add(
        () -> {
          if (before == null) {
            map.remove(key);
          } else {
            map.put(key, before);
          }
        });
  }

  <K, V> void remove(Map<K, V> map, K key) {
    V before = map.remove(key);
    if (before != null) {
      steps.add(() -> map.put(key, before));
    }
  }

  <T> void add(List<T> list, T last) {
    list.add(last);
    steps.add(list::removeLast);
  }

  <T> void set(List<T> list, int index, T value) {
    T before = list.set(index, value);
    steps.add(() -> list.set(index, before));
  }

  <T> void remove(List<T> list, T value) {
    int index = list.indexOf(value);
    if (index >= 0) {
      list.remove(index);
      steps.add(() -> list.add(index, value));
    }
  }

  /** Takes everything back. */
  void run() {
    steps.reversed().forEach(Runnable::run);
    steps.clear();
  }

  /** Lets everything be as it is. */
  void forget() {
    steps.clear();
  }
}
