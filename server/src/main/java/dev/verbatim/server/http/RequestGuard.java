package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.wire.ErrorCode;
import dev.verbatim.server.wire.ErrorDetails;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.RequestFilter;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stands before {@code /api} and {@code /dev}: the limit of requests, then, for {@code /api}, the
 * token. It sees requests for unknown routes too.
 */
@ServerFilter({"/api", "/api/**", "/dev", "/dev/**"})
final class RequestGuard {
  private static final String STANDING = "verbatim.standing";
  private static final String BEARER = "bearer ";

  private final Backend backend;
  private final RequestRates rates;

  RequestGuard(Backend backend) {
    this.backend = backend;
    this.rates = new RequestRates(backend.settings().rates());
  }

  /** Lets the request pass, or answers it. */
  @RequestFilter
  @ExecuteOn(TaskExecutors.BLOCKING)
  @Nullable HttpResponse<byte[]> guard(HttpRequest<?> request) throws StoreException {
    boolean wantsToken = request.getPath().startsWith("/api");
    Admission.Outcome outcome = wantsToken ? admit(request) : null;
    String key =
        outcome instanceof Admission.Admitted(var user, _)
            ? user.id().toString()
            : ClientAddress.of(
                request.getRemoteAddress(),
                request.getHeaders().getAll("X-Forwarded-For"),
                backend.settings().trustProxy());
    Refusal refusal = count(key, request);
    if (refusal != null) {
      return told(request, Answers.failure(refusal));
    }
    return switch (outcome) {
      case null -> null;
      case Admission.Admitted(var user, _) -> {
        new Caller(user).attachTo(request);
        yield null;
      }
      case Admission.Refused(var code, var message) ->
          told(
              request,
              Answers.failure(HttpStatus.UNAUTHORIZED, code, message)
                  .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer"));
    };
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
    RequestRates.Standing standing = rates.count(key, backend.clock().millis());
    request.setAttribute(STANDING, standing);
    return standing.isAllowed()
        ? null
        : new Refusal(
            HttpStatus.TOO_MANY_REQUESTS,
            ErrorCode.RATE_LIMIT_EXCEEDED,
            "Too many requests",
            ErrorDetails.NONE.withRetryAfter(standing.resetSeconds()));
  }

  private Admission.Outcome admit(HttpRequest<?> request) throws StoreException {
    List<String> values = request.getHeaders().getAll(HttpHeaders.AUTHORIZATION);
    if (values.size() > 1) {
      return Admission.invalid();
    }
    String value = values.isEmpty() ? "" : values.getFirst();
    boolean isBearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
    return backend.admission().admit(isBearer ? value.substring(BEARER.length()).strip() : null);
  }
}
