package dev.verbatim.server.http;

import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.Limits;
import dev.verbatim.server.identity.Accounts;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.wire.Refusal;
import dev.verbatim.server.wire.WireJson;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of the development identity; with any other, and in production, there is no such route.
 */
@Controller("/dev")
@Produces("*/*")
@ExecuteOn(TaskExecutors.BLOCKING)
final class DevelopmentController {
  private final @Nullable Accounts accounts;
  private final StoreWork work;

  DevelopmentController(Backend backend, StoreWork work) {
    this.accounts = backend.settings().issuesTokens() ? backend.accounts() : null;
    this.work = work;
  }

  @Post("/token")
  @Consumes("*/*")
  HttpResponse<byte[]> token(HttpRequest<byte[]> request) throws StoreException {
    if (accounts == null) {
      throw new RefusalException(Refusal.noRoute());
    }
    JsonBody body = JsonBody.of(request);
    String username = body.string("username");
    if (!DevelopmentIdentity.isUsername(username)) {
      throw RefusalException.ofField("username", "username must be 1 to 32 of a-z 0-9 _ -");
    }
    Accounts.SignedUp signedUp =
        work.run(() -> accounts.signUp(username, name(body, "firstName"), name(body, "lastName")));
    // Beside the token stand words of whoever asks: its length shall not tell what is in it.
    return Answers.created(
            json -> {
              json.writeStringProperty("token", signedUp.token().token());
              json.writeName("user");
              WireJson.user(json, signedUp.user());
              WireJson.time(json, "expiresAt", signedUp.token().expiresAt());
            })
        .header(HttpHeaders.CACHE_CONTROL, Compression.NO_TRANSFORM);
  }

  private static @Nullable String name(JsonBody body, String field) {
    String name = body.optionalString(field);
    if (name == null) {
      return null;
    }
    // An unpaired surrogate cannot be encoded.
    if (name.length() > Limits.NAME_LENGTH_MAX
        || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      throw RefusalException.ofField(
          field, field + " must have at most " + Limits.NAME_LENGTH_MAX + " characters");
    }
    return name.isBlank() ? null : name.strip();
  }
}
