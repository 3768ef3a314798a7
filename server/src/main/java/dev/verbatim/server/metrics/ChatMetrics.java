package dev.verbatim.server.metrics;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Writer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;

/** What the chat counts. */
final class ChatMetrics implements MeterBinder {
  private final Chat chat;

  ChatMetrics(Chat chat) {
    this.chat = chat;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Meters meters = new Meters(registry);
    Writer writer = chat.writer();
    Tags none = Tags.empty();
    meters.gauge("verbatim.writer.waiting", "Writes that wait for a commit", none, writer::waiting);
    meters.gauge(
        "verbatim.writer.waiting.max",
        "Writes that may wait for a commit; what comes beyond is refused",
        none,
        writer::waitingMax);
    meters.count(
        "verbatim.committed.writes", "Writes that are durable", none, writer::committedWrites);
    meters.count("verbatim.failed.commits", "Commits that failed", none, writer::failedCommits);
    meters.gauge(
        "verbatim.sessions", "Sessions of sockets that signed in", none, chat.sessions()::count);
    meters.gauge(
        "verbatim.users.online",
        "Users with a socket, or without one for less than the grace time",
        none,
        chat.presence()::onlineCount);
    meters.gauge("verbatim.users.resident", "Users in memory", none, chat.directory()::userCount);
    meters.gauge(
        "verbatim.groups.resident", "Groups in memory", none, chat.directory()::groupCount);
  }
}
