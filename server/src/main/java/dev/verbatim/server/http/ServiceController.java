package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.About;
import dev.verbatim.server.Limits;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** What the service says of itself. */
@Context // made at start, from which it counts
@Controller
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class ServiceController {
  private static final Logger log = LoggerFactory.getLogger(ServiceController.class);
  private static final List<String> FEATURES =
      List.of("groups", "messages", "read receipts", "typing", "presence", "replay");

  private final Backend backend;
  private final Operators operators;
  private final Instant startedAt;
  private final String version = About.version();
  private final ReentrantLock pinging = new ReentrantLock();
  private volatile @Nullable Pinged pinged;

  ServiceController(Backend backend, Operators operators) {
    this.backend = backend;
    this.operators = operators;
    this.startedAt = backend.clock().instant();
  }

  @Get("/health")
  HttpResponse<byte[]> health() {
    boolean isStoreThere = isStoreThere();
    return health(isStoreThere, isStoreThere);
  }

  /** The process answers, and at once: of the store it tells what was last known. */
  @Get("/health/live")
  HttpResponse<byte[]> live() {
    Pinged last = pinged;
    return health(true, last == null || last.isThere());
  }

  /** The service can be used. */
  @Get("/health/ready")
  HttpResponse<byte[]> ready() {
    boolean isStoreThere = isStoreThere();
    return health(isStoreThere && !backend.isDraining().getAsBoolean(), isStoreThere);
  }

  /** For operators: the same, and what the service has counted. */
  @Get("/health/detailed")
  HttpResponse<byte[]> detailed(HttpRequest<?> request) {
    operators.check(request);
    boolean isStoreThere = isStoreThere();
    Vitals vitals = Vitals.of(backend);
    return health(isStoreThere, isStoreThere, vitals::write);
  }

  /** What the store last said. One request at a time asks it; the others take what was known. */
  private boolean isStoreThere() {
    Pinged last = pinged;
    Instant now = backend.clock().instant();
    boolean isFresh =
        last != null && Duration.between(last.at(), now).abs().compareTo(Limits.PING_AGE_MAX) < 0;
    if (last != null && (isFresh || !pinging.tryLock())) {
      return last.isThere();
    }
    if (last == null) {
      pinging.lock();
    }
    try {
      boolean isThere = ping();
      pinged = new Pinged(isThere, now);
      return isThere;
    } finally {
      pinging.unlock();
    }
  }

  private record Pinged(boolean isThere, Instant at) {}

  private boolean ping() {
    try {
      backend.chat().ping();
      return true;
    } catch (StoreException e) {
      log.warn("The store does not answer: {}", e.getMessage());
      return false;
    }
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
