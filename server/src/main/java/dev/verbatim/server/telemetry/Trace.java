package dev.verbatim.server.telemetry;

/**
 * The way of one event or request through the server, if it is followed. Begun by {@link Traces};
 * one thread at a time.
 */
public interface Trace {
  /** Of what is not followed: costs a call that does nothing. */
  Trace NONE =
      new Trace() {
        @Override
        public boolean isFollowed() {
          return false;
        }

        @Override
        public void reached(String step) {}

        @Override
        public void failed(String code) {}

        @Override
        public void end() {}
      };

  /** Whether anything comes of what is told here. */
  boolean isFollowed();

  /** It has come so far, now. */
  void reached(String step);

  /** It was refused, or failed; it is to be ended besides. */
  void failed(String code);

  /** It is over; what comes later counts for nothing. */
  void end();
}
