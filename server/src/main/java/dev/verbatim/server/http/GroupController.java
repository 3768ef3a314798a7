package dev.verbatim.server.http;

import dev.verbatim.chat.Changed;
import dev.verbatim.chat.Groups;
import dev.verbatim.chat.Membership;
import dev.verbatim.chat.Refused;
import dev.verbatim.chat.model.Group;
import dev.verbatim.chat.model.ObjectId;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.wire.ErrorDetails;
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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Groups: how they are made, found, changed and closed. */
@Controller("/api/groups")
@Consumes("*/*")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class GroupController {
  private final Groups groups;
  private final StoreWork work;

  GroupController(Backend backend, StoreWork work) {
    this.groups = backend.chat().groups();
    this.work = work;
  }

  @Get
  HttpResponse<byte[]> mine(HttpRequest<?> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    return work.run(
        () -> {
          List<Membership> mine =
              groups.of(caller, Limits.MEMBERS_SHOWN_MAX, Limits.MEMBERS_LISTED_MAX);
          return answer(mine.stream().map(GroupView::ofMember).toList());
        });
  }

  @Post
  HttpResponse<byte[]> create(HttpRequest<byte[]> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    JsonBody body = JsonBody.of(request);
    String name = body.string("name");
    String description = body.optionalString("description");
    boolean isPrivate = Boolean.TRUE.equals(body.optionalFlag("isPrivate"));
    return switch (work.run(() -> groups.create(caller, name, description, isPrivate))) {
      case Groups.Created.Done(Group group) ->
          Answers.created(GroupView.ofNew(group)::writeProperty);
      case Refused refused -> throw RefusalException.of(refused, ErrorDetails.NONE);
    };
  }

  /** Groups the caller is not in. */
  @Get("/discover")
  HttpResponse<byte[]> discover(HttpRequest<?> request) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    Query query = Query.of(request);
    ObjectId after = query.optionalId("after");
    int limit = query.limit(Limits.DISCOVERED);
    return work.run(
        () ->
            answer(
                groups.discover(caller, after, limit).stream()
                    .map(GroupView::ofOutsider)
                    .toList()));
  }

  @Get("/{id}")
  HttpResponse<byte[]> read(HttpRequest<?> request, @PathVariable String id) throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    GroupView view =
        work.run(() -> GroupView.of(groups, caller, groupId))
            .orElseThrow(() -> RefusalException.ofGroup(new Refused.NoGroup(), groupId));
    return Answers.ok(view::writeProperty);
  }

  /** What the body does not name stays as it is. */
  @Put("/{id}")
  HttpResponse<byte[]> change(HttpRequest<byte[]> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    JsonBody body = JsonBody.of(request);
    String name = body.optionalString("name");
    String description = body.optionalString("description");
    @Nullable Boolean isPrivate = body.optionalFlag("isPrivate");
    Optional<GroupView> view =
        work.run(
            () -> {
              Changed changed = groups.change(caller, groupId, name, description, isPrivate);
              return GroupView.behind(changed, groups, caller, groupId);
            });
    return Answers.ok(json -> view.ifPresent(group -> group.writeProperty(json)));
  }

  @Delete("/{id}")
  HttpResponse<byte[]> close(HttpRequest<?> request, @PathVariable String id)
      throws StoreException {
    ObjectId caller = Caller.of(request).id();
    ObjectId groupId = Query.id("id", id);
    return switch (work.run(() -> groups.close(caller, groupId))) {
      case Changed.Done _ -> Answers.ok(_ -> {});
      case Refused refused -> throw RefusalException.ofGroup(refused, groupId);
    };
  }

  /** A list, which is encoded within the bound on the store's work: it can be large. */
  private static HttpResponse<byte[]> answer(List<GroupView> views) {
    return Answers.ok(
        json -> {
          json.writeArrayPropertyStart("groups");
          views.forEach(view -> view.write(json));
          json.writeEndArray();
        });
  }
}
