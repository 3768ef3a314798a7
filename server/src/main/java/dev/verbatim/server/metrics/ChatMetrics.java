package dev.verbatim.server.metrics;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Messages;
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
    Messages messages = chat.messages();
    meters.count(
        "verbatim.messages", "Messages that were stored, retries aside", none, messages::stored);
    meters.count(
        "verbatim.repeated.messages",
        "Retries that were answered with the message of before",
        none,
        messages::repeated);
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
