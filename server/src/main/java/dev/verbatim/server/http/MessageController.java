package dev.verbatim.server.http;

import dev.verbatim.chat.History;
import dev.verbatim.chat.Messages;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import tools.jackson.core.JsonGenerator;

/** Messages of groups. */
@Controller("/api/messages")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessageController {
  private static final int PAGE = 50;

  private final Messages messages;

  MessageController(Backend backend) {
    this.messages = backend.chat().messages();
  }

  @Get("/group/{groupId}")
  HttpResponse<byte[]> history(HttpRequest<?> request, @PathVariable String groupId)
      throws StoreException {
    Caller caller = Caller.of(request);
    Query query = Query.of(request);
    ObjectId id = Query.id("groupId", groupId);
    return switch (messages.history(caller.id(), id, query.cursor(), query.limit(PAGE))) {
      case History.Page page -> Answers.ok(json -> page(json, page, caller));
      case History.NotMember() ->
          throw new Refusal(
              HttpStatus.FORBIDDEN,
              ErrorCode.ACCESS_DENIED,
              "You are not a member of this group",
              ErrorDetails.ofGroup(groupId));
      case History.NoGroup() -> throw Refusal.ofGroup(groupId);
      case History.UnknownCursor() ->
          throw new Refusal(
              HttpStatus.NOT_FOUND,
              ErrorCode.MESSAGE_NOT_FOUND,
              "There is no such message in this group",
              ErrorDetails.ofGroup(groupId));
    };
  }

  private static void page(JsonGenerator json, History.Page page, Caller caller) {
    json.writeArrayPropertyStart("messages");
    for (Message message : page.messages()) {
      boolean isOwn = message.senderId().equals(caller.id());
      WireJson.message(json, message, page.readers().of(message), isOwn);
    }
    json.writeEndArray();
    json.writeBooleanProperty("hasMore", page.hasMore());
  }
}
