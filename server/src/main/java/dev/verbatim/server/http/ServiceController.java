package dev.verbatim.server.http;

import dev.verbatim.server.About;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.context.annotation.Context;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;

/** What the service says of itself. */
@Context // made at start, from which it counts
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ServiceController {
  private static final List<String> FEATURES =
      List.of("groups", "messages", "read receipts", "typing", "presence", "replay");

  private final Backend backend;
  private final Operators operators;
  private final Instant startedAt;
  private final String version = About.version();
  private final StoreHealth store;

  ServiceController(Backend backend, Operators operators) {
    this.backend = backend;
    this.operators = operators;
    this.startedAt = backend.clock().instant();
    this.store = new StoreHealth(backend.chat()::ping, backend.clock());
  }

  @Get("/health")
  HttpResponse<byte[]> health() {
    boolean isStoreThere = store.isThere();
    return health(isStoreThere, isStoreThere);
  }

  /** The process answers, and at once: of the store it tells what was last known. */
  @Get("/health/live")
  HttpResponse<byte[]> live() {
    return health(true, store.lastKnown());
  }

  /** The service can be used. */
  @Get("/health/ready")
  HttpResponse<byte[]> ready() {
    boolean isStoreThere = store.isThere();
    return health(isStoreThere && !backend.isDraining().getAsBoolean(), isStoreThere);
  }

  /** For operators: the same, and what the service has counted. */
  @Get("/health/detailed")
  HttpResponse<byte[]> detailed(HttpRequest<?> request) {
    operators.check(request);
    boolean isStoreThere = store.isThere();
    Vitals vitals = Vitals.of(backend);
    return health(isStoreThere, isStoreThere, vitals::write);
  }

  private HttpResponse<byte[]> health(boolean isWell, boolean isStoreThere) {
    return health(isWell, isStoreThere, _ -> {});
  }

  private HttpResponse<byte[]> health(
      boolean isWell, boolean isStoreThere, Consumer<JsonGenerator> more) {
    Instant now = backend.clock().instant();
    return Answers.object(
        isWell ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
        json -> {
          json.writeStringProperty("status", isWell ? "ok" : "error");
          WireJson.time(json, "timestamp", now);
          json.writeStringProperty("service", About.SERVICE);
          json.writeStringProperty("version", version);
          json.writeStringProperty("database", isStoreThere ? "connected" : "disconnected");
          json.writeNumberProperty("uptime", Duration.between(startedAt, now).toMillis() / 1000.0);
          more.accept(json);
        });
  }

  @Get("/info")
  HttpResponse<byte[]> info() {
    return Answers.object(
        HttpStatus.OK,
        json -> {
          json.writeStringProperty("service", About.SERVICE);
          json.writeStringProperty("version", version);
          json.writeStringProperty("description", About.DESCRIPTION);
          json.writeArrayPropertyStart("features");
          FEATURES.forEach(json::writeString);
          json.writeEndArray();
          json.writeObjectPropertyStart("endpoints");
          json.writeStringProperty("health", "/health");
          json.writeStringProperty("info", "/info");
          json.writeStringProperty("users", "/api/users/me");
          json.writeStringProperty("groups", "/api/groups");
          json.writeStringProperty("messages", "/api/messages");
          json.writeStringProperty("socket", backend.sockets().options().path());
          json.writeEndObject();
        });
  }
}
