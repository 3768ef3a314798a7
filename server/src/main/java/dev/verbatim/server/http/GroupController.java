package dev.verbatim.server.http;

import dev.verbatim.chat.Groups;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.Roster;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.GroupStore.Membership;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
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
  private final Groups groups;
  private final Roster roster;
  private final StoreWork work;

  GroupController(Backend backend, StoreWork work) {
    this.groups = backend.chat().groups();
    this.roster = backend.chat().roster();
    this.work = work;
  }

  @Get
  HttpResponse<byte[]> mine(HttpRequest<?> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    List<Membership> memberships = work.run(() -> groups.of(caller));
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("groups");
          for (Membership membership : memberships) {
            group(json, membership.group(), membership.group().members(), membership);
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
    return switch (work.run(() -> groups.create(caller.id(), name, description, isPrivate))) {
      case Groups.Created.Done(Group group) -> Answers.created(json -> one(json, group, null));
      case Refused refused -> throw new RefusalException(Refusal.of(refused, ErrorDetails.NONE));
    };
  }

  /** Groups the caller is not in: how many members they have, but not who. */
  @Get("/discover")
  HttpResponse<byte[]> discover(HttpRequest<?> request) throws StoreException {
    Caller caller = Caller.of(request);
    Query query = Query.of(request);
    String after = query.text("after");
    ObjectId afterId = after == null ? null : Query.id("after", after);
    int limit = query.limit(Limits.DISCOVERED);
    List<Group> found = work.run(() -> groups.discover(caller.id(), afterId, limit));
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("groups");
          for (Group group : found) {
            group(json, group, List.of(), null);
          }
          json.writeEndArray();
        });
  }

  @Post("/{id}/join")
  @Consumes("*/*")
  HttpResponse<byte[]> join(HttpRequest<?> request, @PathVariable String id) throws StoreException {
    Caller caller = Caller.of(request);
    ObjectId groupId = Query.id("id", id);
    return switch (work.run(() -> roster.join(caller.id(), groupId))) {
      case Roster.Joined.Done(Membership membership, _) ->
          Answers.ok(json -> one(json, membership.group(), membership));
      case Refused refused ->
          throw new RefusalException(Refusal.of(refused, ErrorDetails.ofGroup(id)));
    };
  }

  private static void one(JsonGenerator json, Group group, @Nullable Membership membership) {
    json.writeName("group");
    group(json, group, group.members(), membership);
  }

  /**
   * A Group as REST shows it.
   *
   * @param members those that the caller may see
   * @param membership the caller's, null where there is none yet
   */
  private static void group(
      JsonGenerator json, Group group, List<Member> members, @Nullable Membership membership) {
    json.writeStartObject();
    WireJson.groupFields(json, group, members);
    WireJson.id(json, "id", group.id());
    json.writeNumberProperty("memberCount", group.members().size());
    json.writeNumberProperty("unreadCount", membership == null ? 0 : membership.unreadCount());
    json.writeNumberProperty("lastReadSeq", membership == null ? 0 : membership.lastReadSeq());
    json.writeEndObject();
  }
}
