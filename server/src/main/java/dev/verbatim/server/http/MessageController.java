package dev.verbatim.server.http;

import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.History;
import dev.verbatim.chat.Messages;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;

/** Messages of groups. */
@Controller("/api/messages")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessageController {
  private final Messages messages;
  private final StoreWork work;

  MessageController(Backend backend, StoreWork work) {
    this.messages = backend.chat().messages();
    this.work = work;
  }

  @Get("/group/{groupId}")
  HttpResponse<byte[]> history(HttpRequest<?> request, @PathVariable String groupId)
      throws StoreException {
    Caller caller = Caller.of(request);
    Query query = Query.of(request);
    ObjectId id = Query.id("groupId", groupId);
    Cursor cursor = query.cursor();
    int limit = query.limit(Limits.PAGE);
    return switch (work.run(() -> messages.history(caller.id(), id, cursor, limit))) {
      case History.Page page -> Answers.ok(json -> WireJson.history(json, page, caller.id()));
      case Refused refused ->
          throw new RefusalException(Refusal.of(refused, ErrorDetails.ofGroup(groupId)));
    };
  }
}
