package dev.verbatim.chat;

/** Where the chat's own threads leave what they cannot throw at anybody. Stateless. */
record Faults(ChatListener listener) {
  /** Runs something that may throw, and reports what it threw. */
  void guard(String doing, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error fault) {
      report(doing, fault);
    }
  }

  void report(String doing, Throwable cause) {
    try {
      listener.onFault(doing, cause);
    } catch (RuntimeException | Error _) {
      // The one who is told of faults is at fault: nobody is left to be told.
    }
  }
}
