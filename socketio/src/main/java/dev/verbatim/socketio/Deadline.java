package dev.verbatim.socketio;

/** Confined to its event loop: a deadline that does one thing. */
final class Deadline extends DeadlineWheel.Entry {
  private final Runnable action;

  Deadline(Runnable action) {
    this.action = action;
  }

  @Override
  void onDeadline() {
    action.run();
  }
}
