package dev.verbatim.socketio;

import java.util.List;

/**
 * A family of namespaces that come to be when a client first asks for one: by a pattern of names,
 * or a predicate. Each child begins with a copy of the middleware and handlers that its parent has
 * by then. What is emitted here goes to the children that this server has.
 *
 * <p>All methods may be called from any thread.
 */
public final class ParentNamespace extends NamespaceHandlers<ParentNamespace>
    implements Broadcaster {
  private final Namespaces namespaces;
  private final NamespacePredicate predicate;

  ParentNamespace(Namespaces namespaces, NamespacePredicate predicate) {
    this.namespaces = namespaces;
    this.predicate = predicate;
  }

  @Override
  ParentNamespace self() {
    return this;
  }

  /** The namespaces that have come to be by this and are there now. A copy. */
  public List<Namespace> children() {
    return namespaces.childrenOf(this);
  }

  /** All sockets of all children. */
  @Override
  public Broadcast broadcast() {
    return Broadcast.all(this::children);
  }

  boolean isFor(String name, Handshake handshake) {
    return predicate.test(name, handshake);
  }
}
