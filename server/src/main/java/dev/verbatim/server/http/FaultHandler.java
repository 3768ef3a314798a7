package dev.verbatim.server.http;

import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Answers what no route and no other handler expected. */
@Singleton
final class FaultHandler implements ExceptionHandler<Throwable, HttpResponse<byte[]>> {
  @Override
  @SuppressWarnings("rawtypes") // the framework's own signature
  public HttpResponse<byte[]> handle(HttpRequest request, Throwable fault) {
    HttpRequest<?> asked = request;
    String id =
        Faults.record(
            Faults.Owner.ROUTE,
            "answering a request",
            fault,
            "requestId",
            TrackedRequest.idOf(asked));
    return Answers.failure(Refusal.internal(id, ErrorDetails.NONE));
  }
}
