package dev.verbatim.server.http;

import dev.verbatim.chat.Corrected;
import dev.verbatim.chat.Cursor;
import dev.verbatim.chat.History;
import dev.verbatim.chat.Messages;
import dev.verbatim.chat.Postbox;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.SendMessage;
import dev.verbatim.chat.Sent;
import dev.verbatim.chat.model.Message;
import dev.verbatim.chat.model.MessageType;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Readers.Reader;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Messages of groups. */
@Controller("/api/messages")
@Consumes("*/*")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class MessageController {
  private final Messages messages;
  private final Postbox postbox;
  private final StoreWork work;

  MessageController(Backend backend, StoreWork work) {
    this.messages = backend.chat().messages();
    this.postbox = backend.chat().postbox();
    this.work = work;
  }

  @Get("/group/{groupId}")
  HttpResponse<byte[]> history(HttpRequest<?> request, @PathVariable String groupId)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    Query query = Query.of(request);
    ObjectId id = Query.id("groupId", groupId);
    Cursor cursor = query.cursor();
    int limit = query.limit(Limits.PAGE);
    return switch (work.run(() -> messages.history(caller, id, cursor, limit))) {
      case History.Page page -> Answers.ok(json -> WireJson.history(json, page, caller));
      case Refused refused -> throw RefusalException.ofGroup(refused, id);
    };
  }

  @Post
  HttpResponse<byte[]> send(HttpRequest<byte[]> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    JsonBody body = JsonBody.of(request);
    ObjectId groupId = body.id("groupId");
    MessageType type = type(body.optionalString("type"));
    String tempId = tempId(body);
    ErrorDetails subject = ErrorDetails.ofSend(groupId.toString(), tempId);
    SendMessage command =
        new SendMessage(caller, groupId, body.stringOrNull("content"), type, tempId);
    return work.run(
        () ->
            switch (postbox.send(command)) {
              case Sent.Accepted(Message message, _) ->
                  Answers.created(json -> writeOne(json, message, List.of(), caller));
              case Sent.Repeated(Message message, List<Reader> readers) ->
                  Answers.ok(json -> writeOne(json, message, readers, caller));
              case Refused refused -> throw RefusalException.of(refused, subject);
            });
  }

  @Put("/{id}")
  HttpResponse<byte[]> edit(HttpRequest<byte[]> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId messageId = Query.id("id", id);
    String content = JsonBody.of(request).stringOrNull("content");
    return work.run(() -> corrected(postbox.edit(caller, messageId, content), messageId, caller));
  }

  @Delete("/{id}")
  HttpResponse<byte[]> delete(HttpRequest<?> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId messageId = Query.id("id", id);
    return work.run(() -> corrected(postbox.delete(caller, messageId), messageId, caller));
  }

  /** Messages of whatever groups; answers with those that were unread. */
  @Post("/read")
  HttpResponse<byte[]> markRead(HttpRequest<byte[]> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    List<ObjectId> messageIds = JsonBody.of(request).ids("messageIds");
    List<ObjectId> newlyRead = work.run(() -> postbox.markRead(caller, messageIds));
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("messageIds");
          newlyRead.forEach(messageId -> json.writeString(messageId.toString()));
          json.writeEndArray();
        });
  }

  private HttpResponse<byte[]> corrected(Corrected corrected, ObjectId messageId, ObjectId caller)
      throws StoreException {
    return switch (corrected) {
      case Corrected.Done(Message message, List<Reader> readers) ->
          Answers.ok(json -> writeOne(json, message, readers, caller));
      case Corrected.Unchanged _ -> asItIs(messageId, caller);
      case Refused refused ->
          throw RefusalException.of(refused, ErrorDetails.ofMessage(null, messageId.toString()));
    };
  }

  private HttpResponse<byte[]> asItIs(ObjectId messageId, ObjectId caller) throws StoreException {
    Message message = messages.byId(messageId).orElseThrow();
    List<Reader> readers = messages.readersFor(caller, message);
    return Answers.ok(json -> writeOne(json, message, readers, caller));
  }

  /** What a message's content is said to be; text unless it is. */
  private static MessageType type(@Nullable String name) {
    return switch (name) {
      case null -> MessageType.TEXT;
      case "text" -> MessageType.TEXT;
      case "image" -> MessageType.IMAGE;
      case "file" -> MessageType.FILE;
      default -> throw RefusalException.ofField("type", "type must be text, image or file");
    };
  }

  private static @Nullable String tempId(JsonBody body) {
    String tempId = body.optionalString("tempId");
    if (tempId != null && !SendMessage.isTempId(tempId)) {
      throw RefusalException.ofField(
          "tempId",
          "tempId must be a string of 1 to "
              + SendMessage.TEMP_ID_LENGTH_MAX
              + " characters of Unicode");
    }
    return tempId;
  }

  private static void writeOne(
      JsonGenerator json, Message message, List<Reader> readers, ObjectId caller) {
    json.writeName("message");
    WireJson.message(json, message, readers, message.senderId().equals(caller));
  }
}
