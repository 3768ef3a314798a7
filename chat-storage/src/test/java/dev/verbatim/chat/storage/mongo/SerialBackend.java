package dev.verbatim.chat.storage.mongo;

import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;
import java.util.function.UnaryOperator;

/**
 * Data in memory to which one request is done at a time; safe for any thread.
 *
 * <p>The imitation's collections lock themselves for each request but one: an index is added to
 * them while others go through the list of indexes, which then fail with "Unknown error: null". And
 * the documents in an answer are the stored ones, which the next update changes in place while the
 * answer is being sent: so an answer here is a copy, made before the next request begins.
 */
class SerialBackend extends MemoryBackend {
  private Script script = (_, request, server) -> server.apply(request);

  /** What becomes of requests, in their turns. */
  interface Script {
    /**
     * Answers a request, or throws what a server answers with.
     *
     * @param client on which it came
     * @param request the command, with its name first
     * @param server does a request, which may be another one, and gives its answer
     */
    Document answer(Channel client, Document request, UnaryOperator<Document> server);
  }

  synchronized void follow(Script next) {
    script = next;
  }

  @Override
  public synchronized Document handleMessage(MongoMessage message) {
    Document answer =
        script.answer(
            message.getChannel(),
            message.getDocument(),
            request ->
                super.handleMessage(
                    new MongoMessage(message.getChannel(), message.getHeader(), request)));
    return answer.cloneDeeply();
  }

  @Override
  public synchronized Document handleCommand(
      Channel channel, String database, String command, Document query) {
    return super.handleCommand(channel, database, command, query).cloneDeeply();
  }

  @Override
  public synchronized QueryResult handleQuery(MongoQuery query) {
    return super.handleQuery(query);
  }
}
