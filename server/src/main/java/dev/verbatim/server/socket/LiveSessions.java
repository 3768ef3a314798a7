package dev.verbatim.server.socket;

import dev.verbatim.server.identity.clerk.RevokedSessions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/**
 * The sockets of each of the issuer's sessions, as far as such sessions can be revoked; where they
 * cannot, nothing is kept. For any thread; a client is added and removed on its socket's event
 * loop.
 *
 * <p>A session is revoked for {@link RevokedSessions} first and told here then; a socket is added
 * first and asks then. So one of the two finds the other.
 */
final class LiveSessions {
  private final ConcurrentHashMap<String, List<Client>> clients = new ConcurrentHashMap<>();
  private final RevokedSessions revoked;

  LiveSessions(RevokedSessions revoked) {
    this.revoked = revoked;
  }

  void add(String issuerSessionId, Client client) {
    if (!revoked.equals(RevokedSessions.NONE)) {
      clients.merge(issuerSessionId, List.of(client), LiveSessions::joined);
    }
  }

  private static List<Client> joined(List<Client> some, List<Client> more) {
    List<Client> all = new ArrayList<>(some);
    all.addAll(more);
    return List.copyOf(all);
  }

  /** Without effect if it is not there. */
  void remove(String issuerSessionId, Client client) {
    var _ =
        clients.computeIfPresent(
            issuerSessionId,
            (_, present) -> {
              List<Client> left = present.stream().filter(other -> other != client).toList();
              return left.isEmpty() ? null : left;
            });
  }

  /** The sessions that have a socket. */
  Set<String> ids() {
    return Set.copyOf(clients.keySet());
  }

  boolean isRevoked(String issuerSessionId) {
    return revoked.isRevoked(issuerSessionId);
  }

  /** Sends its sockets a DISCONNECT, each on its event loop. */
  void onRevoked(String issuerSessionId) {
    for (Client client : clients.getOrDefault(issuerSessionId, List.of())) {
      try {
        client.onLoop("an end of a session", () -> disconnect(client, issuerSessionId));
      } catch (RejectedExecutionException _) {
        // The event loop has ended, and the socket with it.
      }
    }
  }

  /** Unless it is of another session meanwhile. */
  private static void disconnect(Client client, String issuerSessionId) {
    if (client.state() instanceof Client.State.SignedIn signedIn
        && signedIn.issuerSessionId().equals(issuerSessionId)) {
      client.socket().disconnect();
    }
  }
}
