package dev.verbatim.server.http;

import dev.verbatim.chat.Groups;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Groups and who is in them. */
@Controller("/api/groups")
@ExecuteOn(TaskExecutors.BLOCKING)
final class GroupController {
  /** Members shown in an answer. */
  private static final int MEMBERS_SHOWN_MAX = 1000;

  private static final int DISCOVERED = 50;

  private final Groups groups;

  GroupController(Backend backend) {
    this.groups = backend.chat().groups();
  }

  @Get
  HttpResponse<byte[]> mine(HttpRequest<?> request) throws StoreException {
    List<Membership> memberships = groups.of(Caller.of(request).id());
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("groups");
          for (Membership membership : memberships) {
            group(json, membership.group(), membership);
          }
          json.writeEndArray();
        });
  }

  @Post
  @Consumes("*/*")
  HttpResponse<byte[]> create(HttpRequest<byte[]> request) throws StoreException {
    Caller caller = Caller.of(request);
    JsonBody body = JsonBody.of(request);
    String name = body.string("name");
    String description = body.optionalString("description");
    boolean isPrivate = body.flag("isPrivate");
    return switch (groups.create(caller.id(), name, description, isPrivate)) {
      case Groups.Created.Done(Group group) -> Answers.created(json -> one(json, group, null));
      case Groups.Created.Invalid(String field, String message) ->
          throw Refusal.ofField(field, message);
      case Groups.Created.TooManyGroups() -> throw tooManyGroups();
    };
  }

  @Get("/discover")
  HttpResponse<byte[]> discover(HttpRequest<?> request) throws StoreException {
    Caller caller = Caller.of(request);
    Query query = Query.of(request);
    String after = query.text("after");
    List<Group> found =
        groups.discover(
            caller.id(), after == null ? null : Query.id("after", after), query.limit(DISCOVERED));
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("groups");
          for (Group group : found) {
            group(json, group, null);
          }
          json.writeEndArray();
        });
  }

  @Post("/{id}/join")
  @Consumes("*/*")
  HttpResponse<byte[]> join(HttpRequest<?> request, @PathVariable String id) throws StoreException {
    Caller caller = Caller.of(request);
    return switch (groups.join(caller.id(), Query.id("id", id))) {
      case Groups.Joined.Done(Membership membership, _) ->
          Answers.ok(json -> one(json, membership.group(), membership));
      case Groups.Joined.NoGroup() -> throw Refusal.ofGroup(id);
      case Groups.Joined.Full() -> throw conflict("The group is full");
      case Groups.Joined.TooManyGroups() -> throw tooManyGroups();
    };
  }

  private static Refusal tooManyGroups() {
    return conflict("You are in too many groups");
  }

  private static Refusal conflict(String message) {
    return new Refusal(HttpStatus.CONFLICT, ErrorCode.CONFLICT, message);
  }

  private static void one(JsonGenerator json, Group group, @Nullable Membership membership) {
    json.writeName("group");
    group(json, group, membership);
  }

  /**
   * A Group as REST shows it.
   *
   * @param membership the caller's, null where there is none yet
   */
  private static void group(JsonGenerator json, Group group, @Nullable Membership membership) {
    json.writeStartObject();
    WireJson.groupFields(json, group, MEMBERS_SHOWN_MAX);
    WireJson.id(json, "id", group.id());
    json.writeNumberProperty("memberCount", group.members().size());
    json.writeNumberProperty("unreadCount", membership == null ? 0 : membership.unreadCount());
    json.writeNumberProperty("lastReadSeq", membership == null ? 0 : membership.lastReadSeq());
    json.writeEndObject();
  }
}
