package dev.verbatim.server.http;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Writer;
import dev.verbatim.socketio.Counters;
import dev.verbatim.socketio.SocketIoOptions.TransportName;
import java.util.Map;
import java.util.Objects;
import tools.jackson.core.JsonGenerator;

/**
 * How the service is doing at one moment, as it counts anyway.
 *
 * @param counters of the sockets
 * @param sessions of authenticated sockets
 * @param usersOnline with a socket, or within the grace time without one
 * @param refusedTokens by reason, as {@code RefusedTokens} counts them
 */
record Vitals(
    boolean isDraining,
    Counters counters,
    int sessions,
    int usersOnline,
    Commits commits,
    Map<String, Long> refusedTokens,
    long heapUsedBytes,
    long heapMaxBytes) {

  /**
   * What the store's writer has done.
   *
   * @param waiting writes that wait for it now
   * @param done commits, failed ones aside
   * @param writes that they held
   * @param failed commits
   */
  record Commits(int waiting, long done, long writes, long failed) {}

  static Vitals of(Backend backend) {
    Chat chat = backend.chat();
    Writer writer = chat.writer();
    Runtime runtime = Runtime.getRuntime();
    return new Vitals(
        backend.isDraining().getAsBoolean(),
        backend.sockets().counters(),
        chat.sessions().count(),
        chat.presence().onlineCount(),
        new Commits(
            writer.waiting(), writer.commits(), writer.committedWrites(), writer.failedCommits()),
        backend.admission().refused().counts(),
        runtime.totalMemory() - runtime.freeMemory(),
        runtime.maxMemory());
  }

  /** Writes the fields. */
  void write(JsonGenerator json) {
    json.writeBooleanProperty("draining", isDraining);
    json.writeObjectPropertyStart("connections");
    for (TransportName transport : TransportName.values()) {
      json.writeNumberProperty(
          transport.text(),
          Objects.requireNonNull(counters.transports().get(transport)).sessionsOpen());
    }
    json.writeEndObject();
    json.writeNumberProperty(
        "sockets", counters.sockets().values().stream().mapToInt(Integer::intValue).sum());
    json.writeNumberProperty("sessions", sessions);
    json.writeNumberProperty("usersOnline", usersOnline);
    json.writeObjectPropertyStart("slowReaders");
    json.writeNumberProperty("count", counters.backlog().readers());
    json.writeNumberProperty("bytes", counters.backlog().bytes());
    json.writeEndObject();
    json.writeObjectPropertyStart("writer");
    json.writeNumberProperty("waiting", commits.waiting());
    json.writeNumberProperty("commits", commits.done());
    json.writeNumberProperty("writes", commits.writes());
    json.writeNumberProperty("failedCommits", commits.failed());
    json.writeEndObject();
    json.writeObjectPropertyStart("refusedTokens");
    refusedTokens.forEach(json::writeNumberProperty);
    json.writeEndObject();
    json.writeObjectPropertyStart("heap");
    json.writeNumberProperty("usedBytes", heapUsedBytes);
    json.writeNumberProperty("maxBytes", heapMaxBytes);
    json.writeEndObject();
  }
}
