package dev.verbatim.socketio;

/**
 * Where a namespace's middleware and handlers run. One socket's are always run one after another.
 */
public enum Dispatch {
  /** On the socket's event loop. Nothing in a handler may block. */
  EVENT_LOOP,
  /** On a virtual thread. Handlers may block; a socket's next event waits for them. */
  VIRTUAL_THREADS
}
