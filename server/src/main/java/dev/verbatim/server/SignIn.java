package dev.verbatim.server;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.Timers;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.http.PageIdentity;
import dev.verbatim.server.identity.Accounts;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.DevelopmentIdentity;
import dev.verbatim.server.identity.DevelopmentKey;
import dev.verbatim.server.identity.Identity;
import dev.verbatim.server.identity.IdentityCalls;
import dev.verbatim.server.identity.RefusedTokens;
import dev.verbatim.server.identity.clerk.BackendApi;
import dev.verbatim.server.identity.clerk.Background;
import dev.verbatim.server.identity.clerk.ClerkIdentity;
import dev.verbatim.server.identity.clerk.ClerkLimits;
import dev.verbatim.server.identity.clerk.ClerkTrust;
import dev.verbatim.server.identity.clerk.ClerkUsers;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
import dev.verbatim.server.identity.clerk.Revocations;
import dev.verbatim.server.identity.clerk.RevokedSessions;
import dev.verbatim.server.identity.clerk.SessionWatch;
import dev.verbatim.server.identity.clerk.SvixSignature;
import dev.verbatim.server.settings.Secret;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.socket.ChatSockets;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Who comes in and how, wired for one of the identities; closed before the chat.
 *
 * @param accounts of the development identity, null with any other
 * @param webhook of the identity provider, null if there is none
 * @param revoked which of the issuer's sessions count no more
 * @param endings end what goes on by itself, in the order in which that began
 */
public record SignIn(
    String description,
    Admission admission,
    @Nullable Accounts accounts,
    @Nullable ClerkWebhook webhook,
    RevokedSessions revoked,
    PageIdentity page,
    List<Runnable> endings)
    implements AutoCloseable {

  /**
   * What all kinds of it are made with.
   *
   * @param keyFetchTimeMax {@link ClerkLimits#KEY_FETCH_TIME_MAX}, or more where nobody shall wait
   *     in vain
   * @param calls is told of what the identity provider is asked
   */
  public record Means(
      Chat chat,
      ChatSockets sockets,
      Clock clock,
      Timers timers,
      Executor blocking,
      Duration keyFetchTimeMax,
      IdentityCalls calls) {}

  /**
   * As the settings say. Blocks.
   *
   * @throws IOException if the development key cannot be used
   */
  public static SignIn of(Settings settings, Means means) throws IOException, StoreException {
    return switch (settings.identity()) {
      case Settings.Development _ -> development(settings, means);
      case Settings.Clerk clerk -> clerk(clerk, settings, means);
    };
  }

  private static SignIn development(Settings settings, Means means)
      throws IOException, StoreException {
    var identity = new DevelopmentIdentity(DevelopmentKey.in(settings.dataDir()), means.clock());
    var _ = means.chat().lobby().ensureLobby();
    var accounts = new Accounts(identity, means.chat().lobby());
    return new SignIn(
        identity.description(),
        new Admission(
            identity,
            means.chat().users(),
            accounts,
            new RefusedTokens(means.clock()),
            settings.trustProxy(),
            means.clock()),
        accounts,
        /* webhook= */ null,
        RevokedSessions.NONE,
        settings.issuesTokens() ? new PageIdentity.Development() : new PageIdentity.Elsewhere(),
        List.of());
  }

  private static SignIn clerk(Settings.Clerk clerk, Settings settings, Means means)
      throws StoreException {
    List<Runnable> endings = new ArrayList<>();
    Chat chat = means.chat();
    var background = new Background(means.timers(), means.blocking());
    var revocations =
        new Revocations(
            chat.identities(),
            means.sockets()::onRevoked,
            chat.isStoreShared(),
            means.clock(),
            background);
    revocations.start();
    endings.add(revocations::close);
    BackendApi api = api(clerk, means);
    if (api != null) {
      endings.add(api::close);
    }
    var refused = new RefusedTokens(means.clock());
    ClerkWebhook webhook = webhook(clerk, revocations, refused, means);
    var users =
        new ClerkUsers(
            chat.users(), chat.identities(), api, webhook != null, means.clock(), background);
    endings.add(users::close);
    var trust =
        new ClerkTrust(clerk.issuer(), clerk.keys(), settings.apiOrigins(), clerk.requiresAzp());
    Identity identity =
        new ClerkIdentity(
            trust, revocations, means.clock(), means.keyFetchTimeMax(), means.calls());
    if (api != null && webhook == null) {
      var watch =
          new SessionWatch(
              api,
              means.sockets()::issuerSessionIds,
              revocations,
              refused,
              means.clock(),
              background);
      watch.start();
      endings.add(watch::close);
      identity = watch.watch(identity);
    }
    return new SignIn(
        identity.description(),
        new Admission(identity, chat.users(), users, refused, settings.trustProxy(), means.clock()),
        /* accounts= */ null,
        webhook,
        revocations,
        page(clerk),
        endings);
  }

  private static @Nullable BackendApi api(Settings.Clerk clerk, Means means) {
    Secret key = clerk.secretKey();
    return key == null
        ? null
        : new BackendApi(clerk.apiUrl(), key.value(), means.clock(), means.calls());
  }

  private static @Nullable ClerkWebhook webhook(
      Settings.Clerk clerk, Revocations revocations, RefusedTokens refused, Means means) {
    Secret secret = clerk.webhookSecret();
    return secret == null
        ? null
        : new ClerkWebhook(
            new SvixSignature(secret.value(), ClerkLimits.WEBHOOK_TOLERANCE, means.clock()),
            means.chat().identities(),
            revocations::onRevoked,
            refused);
  }

  private static PageIdentity page(Settings.Clerk clerk) {
    String key = clerk.publishableKey();
    // The key's host is that of the issuer, or the settings are refused.
    return key == null
        ? new PageIdentity.Elsewhere()
        : new PageIdentity.Clerk(key, URI.create(clerk.issuer()).getHost());
  }

  @Override
  public void close() {
    endings.reversed().forEach(Runnable::run);
  }
}
