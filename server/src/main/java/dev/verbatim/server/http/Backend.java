package dev.verbatim.server.http;

import dev.verbatim.chat.Chat;
import dev.verbatim.server.identity.Accounts;
import dev.verbatim.server.identity.Admission;
import dev.verbatim.server.identity.clerk.ClerkWebhook;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.telemetry.Traces;
import dev.verbatim.socketio.SocketIoServer;
import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind the HTTP edge.
 *
 * @param accounts of the development identity, null with any other
 * @param webhook of the identity provider, null if there is none
 * @param pageIdentity how people sign in on the page
 * @param metrics of all of it
 * @param traces of what is followed
 * @param isDraining whether the service is about to end
 */
public record Backend(
    Settings settings,
    Chat chat,
    Admission admission,
    @Nullable Accounts accounts,
    @Nullable ClerkWebhook webhook,
    PageIdentity pageIdentity,
    SocketIoServer sockets,
    InstantSource clock,
    Metrics metrics,
    Traces traces,
    BooleanSupplier isDraining) {}
