package dev.verbatim.server.identity.clerk;

import dev.verbatim.chat.Identities;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.identity.RefusedTokens;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Takes in what Clerk tells of users and sessions by webhook, in any order and as often as it comes
 * (clerk.com/docs, "Webhooks"). Stateless, safe on any thread that may block.
 */
public final class ClerkWebhook {
  private static final Logger log = LoggerFactory.getLogger(ClerkWebhook.class);

  /** Svix's ids have some 30. */
  private static final int ID_CHARS_MAX = 128;

  private final SvixSignature signature;
  private final Identities identities;
  private final Consumer<String> revoked;
  private final RefusedTokens refused;

  /**
   * @param revoked is told of a session that counts no more, once that is durable
   */
  public ClerkWebhook(
      SvixSignature signature,
      Identities identities,
      Consumer<String> revoked,
      RefusedTokens refused) {
    this.signature = signature;
    this.identities = identities;
    this.revoked = revoked;
    this.refused = refused;
  }

  /** What became of a delivery. */
  public sealed interface Taken {
    /** What it tells is durable, was so before, or is of no concern here. */
    record Done() implements Taken {}

    /** Nobody is known to have sent it. */
    record Unsigned() implements Taken {}

    /** It is signed and still no event of Clerk's. */
    record Malformed() implements Taken {}
  }

  /**
   * Takes one delivery. Blocks until what it tells is durable.
   *
   * @param id the header {@code svix-id}, null if there is not exactly one; so the other two
   * @throws StoreException if that is open; Svix delivers again what is not answered with 2xx
   */
  public Taken take(
      @Nullable String id, @Nullable String timestamp, @Nullable String signatures, byte[] body)
      throws StoreException {
    if (id == null
        || id.isEmpty()
        || id.length() > ID_CHARS_MAX
        || timestamp == null
        || signatures == null
        || !signature.isGood(id, timestamp, signatures, body)) {
      refused.onUnsignedWebhook();
      return new Taken.Unsigned();
    }
    try {
      Taken taken = take(ClerkJson.read(body), id);
      if (taken instanceof Taken.Malformed) {
        log.warn("A signed webhook is no event of Clerk's: {}", id);
      }
      return taken;
    } catch (JacksonException _) {
      // Its message would hold some of the body.
      log.warn("A signed webhook is no JSON: {}", id);
      return new Taken.Malformed();
    }
  }

  private Taken take(JsonNode event, String eventId) throws StoreException {
    JsonNode data = event.path("data");
    return switch (event.path("type").stringValue("")) {
      case "" -> new Taken.Malformed();
      case "user.created", "user.updated" -> tell(ClerkUser.of(data), eventId);
      case "user.deleted" -> delete(ClerkUser.id(data), eventId);
      case "session.ended", "session.removed", "session.revoked" ->
          revoke(ClerkUser.id(data), eventId);
      default -> new Taken.Done();
    };
  }

  private Taken tell(@Nullable ClerkUser user, String eventId) throws StoreException {
    if (user == null) {
      return new Taken.Malformed();
    }
    var _ = identities.tell(user.profile(), user.isBanned(), user.updatedAt(), eventId);
    return new Taken.Done();
  }

  private Taken delete(@Nullable String userId, String eventId) throws StoreException {
    if (userId == null) {
      return new Taken.Malformed();
    }
    var _ = identities.delete(userId, eventId);
    return new Taken.Done();
  }

  private Taken revoke(@Nullable String sessionId, String eventId) throws StoreException {
    if (sessionId == null) {
      return new Taken.Malformed();
    }
    identities.revoke(sessionId, eventId);
    revoked.accept(sessionId);
    return new Taken.Done();
  }
}
