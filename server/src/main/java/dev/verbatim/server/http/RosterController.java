package dev.verbatim.server.http;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.Groups;
import dev.verbatim.chat.Membership;
import dev.verbatim.chat.Presence;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.Roster;
import dev.verbatim.chat.model.Member;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.model.Role;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
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
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Who is in groups, and as what. */
@Controller("/api/groups/{id}")
@Consumes("*/*")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class RosterController {
  private final Groups groups;
  private final Roster roster;
  private final Presence presence;
  private final StoreWork work;

  RosterController(Backend backend, StoreWork work) {
    this.groups = backend.chat().groups();
    this.roster = backend.chat().roster();
    this.presence = backend.chat().presence();
    this.work = work;
  }

  @Post("/join")
  HttpResponse<byte[]> join(HttpRequest<?> request, @PathVariable String id) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    return switch (work.run(() -> roster.join(caller, groupId))) {
      case Roster.Joined.Done(Membership membership, _) ->
          Answers.ok(GroupView.ofMember(membership)::writeProperty);
      case Refused refused -> throw RefusalException.ofGroup(refused, groupId);
    };
  }

  @Post("/leave")
  HttpResponse<byte[]> leave(HttpRequest<?> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    return done(work.run(() -> roster.leave(caller, groupId)), groupId);
  }

  @Get("/members")
  HttpResponse<byte[]> members(HttpRequest<?> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    Query query = Query.of(request);
    ObjectId after = query.optionalId("after");
    int limit = query.limit(Limits.MEMBERS);
    return switch (work.run(() -> roster.members(caller, groupId, after, limit))) {
      case Roster.Listed.Page page -> Answers.ok(json -> writePage(json, page));
      case Refused refused -> throw RefusalException.ofGroup(refused, groupId);
    };
  }

  @Post("/members")
  HttpResponse<byte[]> add(HttpRequest<byte[]> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    JsonBody body = JsonBody.of(request);
    ObjectId userId = body.id("userId");
    String name = body.optionalString("role");
    Role role = name == null ? Role.MEMBER : role(name);
    return changed(caller, groupId, () -> roster.add(caller, groupId, userId, role));
  }

  @Put("/members/{userId}")
  HttpResponse<byte[]> changeRole(
      HttpRequest<byte[]> request, @PathVariable String id, @PathVariable String userId)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    ObjectId memberId = Query.id("userId", userId);
    Role role = role(JsonBody.of(request).string("role"));
    return changed(caller, groupId, () -> roster.changeRole(caller, groupId, memberId, role));
  }

  @Delete("/members/{userId}")
  HttpResponse<byte[]> remove(
      HttpRequest<?> request, @PathVariable String id, @PathVariable String userId)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    ObjectId memberId = Query.id("userId", userId);
    return done(work.run(() -> roster.remove(caller, groupId, memberId)), groupId);
  }

  @Post("/transfer")
  HttpResponse<byte[]> transfer(HttpRequest<byte[]> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    ObjectId newOwnerId = JsonBody.of(request).id("newOwnerId");
    return changed(caller, groupId, () -> roster.transfer(caller, groupId, newOwnerId));
  }

  /** A change of who is in a group as what. */
  private interface Change {
    Changed make() throws StoreException;
  }

  /** Makes a change, and answers with the group as it is then. */
  private HttpResponse<byte[]> changed(ObjectId caller, ObjectId groupId, Change change)
      throws StoreException {
    Optional<GroupView> view =
        work.run(() -> GroupView.behind(change.make(), groups, caller, groupId));
    return Answers.ok(json -> view.ifPresent(group -> group.writeProperty(json)));
  }

  /** The answer to a change behind which the group may not be there for the caller any more. */
  private static HttpResponse<byte[]> done(Changed changed, ObjectId groupId) {
    return switch (changed) {
      case Changed.Done _ -> Answers.ok(_ -> {});
      case Refused refused -> throw RefusalException.ofGroup(refused, groupId);
    };
  }

  /** A role that can be given. */
  private static Role role(String name) {
    return switch (name) {
      case "admin" -> Role.ADMIN;
      case "member" -> Role.MEMBER;
      default -> throw RefusalException.ofField("role", "role must be admin or member");
    };
  }

  private void writePage(JsonGenerator json, Roster.Listed.Page page) {
    json.writeArrayPropertyStart("members");
    for (Member member : page.members()) {
      WireJson.member(
          json, member, page.users().get(member.userId()), presence.isOnline(member.userId()));
    }
    json.writeEndArray();
  }
}
