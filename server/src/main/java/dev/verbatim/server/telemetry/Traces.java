package dev.verbatim.server.telemetry;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Chooses what is followed. For any thread; never blocks. */
public interface Traces {
  /** Follows nothing. */
  Traces NONE =
      new Traces() {
        @Override
        public Trace event(String name, String socketId) {
          return Trace.NONE;
        }

        @Override
        public Trace request(String method, String id, Function<String, @Nullable String> header) {
          return Trace.NONE;
        }

        @Override
        public void nameRequest(Trace request, String method, String route, int status) {}

        @Override
        public void committed(int writes, Duration took, List<Trace> among) {}
      };

  /** An event of the contract's has come. */
  Trace event(String name, String socketId);

  /**
   * A request has come.
   *
   * @param method of a closed set, as the route of {@link #nameRequest}
   * @param header gives the first value of a header
   */
  Trace request(String method, String id, Function<String, @Nullable String> header);

  /** The request is answered, by this route. */
  void nameRequest(Trace request, String method, String route, int status);

  /**
   * The store has committed.
   *
   * @param took the commit itself, which ended just now
   * @param among what is followed of that which was in it
   */
  void committed(int writes, Duration took, List<Trace> among);
}
