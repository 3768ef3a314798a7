package dev.verbatim.chat;

import dev.verbatim.chat.model.ObjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Has each of many have its turn, some at a time. Confined to one thread at a time. */
final class Turns {
  private @Nullable ObjectId last;

  /**
   * Those who are next, behind the last ones: as many as it takes until their weights come to a
   * bound, or all of them.
   */
  List<ObjectId> next(NavigableSet<ObjectId> all, ToLongFunction<ObjectId> weight, long weightMax) {
    List<ObjectId> order = new ArrayList<>(all.size());
    ObjectId behind = last;
    if (behind == null) {
      order.addAll(all);
    } else {
      order.addAll(all.tailSet(behind, /* inclusive= */ false));
      order.addAll(all.headSet(behind, /* inclusive= */ true));
    }
    int end = 0;
    long sum = 0;
    while (end < order.size() && sum < weightMax) {
      sum += weight.applyAsLong(order.get(end));
      end++;
    }
    last = end == order.size() ? null : order.get(end - 1);
    return order.subList(0, end);
  }
}
