package dev.verbatim.socketio;

/** Says which namespaces come to be when a client asks for them. */
@FunctionalInterface
public interface NamespacePredicate {
  /**
   * Asked for each CONNECT to a name that there is no namespace of, on the client's event loop: it
   * must not block.
   *
   * @param name the name that the client asks for, which begins with a slash
   * @param handshake what the client said, its {@code auth} included
   * @return whether a namespace of this name may be made
   */
  boolean test(String name, Handshake handshake);
}
