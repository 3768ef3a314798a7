package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
import dev.verbatim.server.wire.Refusal;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the identity provider tells of its users and sessions; without a secret there is none. */
@Controller("/webhooks")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class WebhookController {
  private final @Nullable ClerkWebhook webhook;
  private final StoreWork work;

  WebhookController(Backend backend, StoreWork work) {
    this.webhook = backend.webhook();
    this.work = work;
  }

  /** What the store cannot take now is refused like any other request, and delivered again. */
  @Post("/clerk")
  @Consumes("*/*")
  HttpResponse<byte[]> clerk(HttpRequest<byte[]> request) throws StoreException {
    if (webhook == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    byte[] body = request.getBody(byte[].class).orElse(new byte[0]);
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
  }

  /** The header, null if there is not exactly one. */
  private static @Nullable String header(HttpRequest<?> request, String name) {
    List<String> values = request.getHeaders().getAll(name);
    return values.size() == 1 ? values.getFirst() : null;
  }
}
