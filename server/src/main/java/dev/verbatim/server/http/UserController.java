package dev.verbatim.server.http;

import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** Users. */
@Controller("/api/users")
@Produces("*/*")
final class UserController {
  @Get("/me")
  HttpResponse<byte[]> me(HttpRequest<?> request) {
    Caller caller = Caller.of(request);
    return Answers.ok(
        json -> {
          json.writeName("user");
          WireJson.user(json, caller.user());
        });
  }
}
