package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
import dev.verbatim.server.wire.ErrorDetails;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the identity provider tells of its users and sessions; without a secret there is none. */
@Controller("/webhooks")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhookController {
  private static final Logger log = LoggerFactory.getLogger(WebhookController.class);

  private final @Nullable ClerkWebhook webhook;
  private final StoreWork work;

  WebhookController(Backend backend, StoreWork work) {
    this.webhook = backend.webhook();
    this.work = work;
  }

  @Post("/clerk")
  @Consumes("*/*")
  HttpResponse<byte[]> clerk(HttpRequest<byte[]> request) {
    if (webhook == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    byte[] body = request.getBody(byte[].class).orElse(new byte[0]);
    try {
      ClerkWebhook.Taken taken =
          work.run(
              () ->
                  webhook.take(
                      header(request, "svix-id"),
                      header(request, "svix-timestamp"),
                      header(request, "svix-signature"),
                      body));
      return switch (taken) {
        case ClerkWebhook.Taken.Done _ -> Answers.ok(_ -> {});
        case ClerkWebhook.Taken.Unsigned _, ClerkWebhook.Taken.Malformed _ ->
            Answers.failure(Refusal.malformed("The request is malformed"));
      };
    } catch (StoreException e) {
      String id = String.valueOf(TrackedRequest.idOf(request));
      log.atWarn()
          .addKeyValue("requestId", id)
          .log("A webhook has to be delivered again: {}", e.getMessage());
      return Answers.failure(
          HttpStatus.INTERNAL_SERVER_ERROR, Refusal.internal(id, ErrorDetails.NONE));
    }
  }

  /** The header, null if there is not exactly one. */
  private static @Nullable String header(HttpRequest<?> request, String name) {
    List<String> values = request.getHeaders().getAll(name);
    return values.size() == 1 ? values.getFirst() : null;
  }
}
