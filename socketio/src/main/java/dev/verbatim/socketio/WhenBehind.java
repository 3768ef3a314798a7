package dev.verbatim.socketio;

/** What becomes of a frame that is written while its reader is behind. */
sealed interface WhenBehind {
  WhenBehind QUEUED = new Queued();
  WhenBehind DROPPABLE = new Droppable();

  /** It waits in its place among all others, and is never dropped. */
  record Queued() implements WhenBehind {}

  /** It waits until the reader has caught up, and is dropped first, the oldest before others. */
  record Droppable() implements WhenBehind {}

  /** It waits until the reader has caught up, and a newer one of the same key takes its place. */
  record Conflated(String key) implements WhenBehind {}
}
