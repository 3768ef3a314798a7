package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/**
 * Stands before {@code /api} and {@code /dev}: the limit of requests, then, for {@code /api}, the
 * token. It sees requests for unknown routes too.
 */
@ServerFilter({"/api", "/api/**", "/dev", "/dev/**"})
final class RequestGuard {
  private static final String STANDING = "verbatim.standing";

  private final Backend backend;
  private final StoreWork work;
  private final RequestRates rates;

  RequestGuard(Backend backend, StoreWork work) {
    this.backend = backend;
    this.work = work;
    this.rates = new RequestRates(backend.settings().rates());
  }

  /** Lets the request pass, or answers it. */
  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  @Nullable HttpResponse<byte[]> guard(HttpRequest<?> request) {
    boolean wantsToken = !request.getPath().startsWith("/dev");
    Admission.Outcome outcome = null;
    Refusal failure = null;
    try {
      outcome =
          wantsToken
              ? work.run(() -> backend.admission().admit(Bearer.of(request), source(request)))
              : null;
    } catch (StoreException e) {
      failure = StoreFailureHandler.refusal(request, e);
    } catch (RefusalException e) {
      failure = e.refusal();
    }
    String key =
        outcome instanceof Admission.Admitted(var user, _)
            ? user.id().toString()
            : address(request);
    Refusal overRate = count(key, request);
    if (overRate != null) {
      return told(request, Answers.failure(overRate));
    }
    if (failure != null) {
      return told(request, Answers.failure(failure));
    }
    return switch (outcome) {
      case null -> tooLarge(request);
      case Admission.Admitted(var user, _) -> {
        new Caller(user).attachTo(request);
        yield tooLarge(request);
      }
      case Admission.Unavailable unavailable ->
          told(request, Answers.failure(Refusal.of(unavailable)));
      case Admission.OverRate unseen -> told(request, Answers.failure(Refusal.of(unseen)));
      case Admission.Refused refused ->
          told(request, Answers.failure(HttpStatus.UNAUTHORIZED, Refusal.of(refused)));
    };
  }

  /** Also a body that its route would not read is refused, if the request says how long it is. */
  private static @Nullable HttpResponse<byte[]> tooLarge(HttpRequest<?> request) {
    return request.getContentLength() > Limits.BODY_BYTES_MAX
        ? told(request, Answers.failure(HttpStatus.REQUEST_ENTITY_TOO_LARGE, Refusal.tooLarge()))
        : null;
  }

  private Admission.Source source(HttpRequest<?> request) {
    return new Admission.Source(
        address(request),
        ClientAddress.FORWARDING_HEADERS.stream().anyMatch(request.getHeaders()::contains));
  }

  private String address(HttpRequest<?> request) {
    return ClientAddress.key(
        ClientAddress.of(
            request.getRemoteAddress().getAddress(),
            request.getHeaders().getAll("X-Forwarded-For"),
            backend.settings().trustProxy()));
  }

  private long now() {
    return backend.clock().millis();
  }

  /** What is answered here does not pass the filter of answers. */
  private static MutableHttpResponse<byte[]> told(
      HttpRequest<?> request, MutableHttpResponse<byte[]> answer) {
    tell(request, answer);
    return answer;
  }

  /** Tells the caller what is left. */
  @ResponseFilter
  void finish(HttpRequest<?> request, MutableHttpResponse<?> response) {
    tell(request, response);
  }

  private static void tell(HttpRequest<?> request, MutableHttpResponse<?> response) {
    request
        .getAttribute(STANDING, RequestRates.Standing.class)
        .ifPresent(
            standing ->
                response
                    .header("RateLimit-Limit", Integer.toString(standing.limit()))
                    .header("RateLimit-Remaining", Integer.toString(standing.remaining()))
                    .header("RateLimit-Reset", Long.toString(standing.resetSeconds())));
  }

  private @Nullable Refusal count(String key, HttpRequest<?> request) {
    if (!rates.isOn()) {
      return null;
    }
    RequestRates.Standing standing = rates.count(key, now());
    request.setAttribute(STANDING, standing);
    return standing.isAllowed()
        ? null
        : Refusal.ofRate("Too many requests", standing.resetSeconds(), ErrorDetails.NONE);
  }
}
