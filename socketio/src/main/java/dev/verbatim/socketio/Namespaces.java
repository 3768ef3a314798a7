package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The namespaces of a server. Safe for all threads: found without a lock; those that come to be by
 * a client's wish, and may go with their last one, come and go under the monitor.
 */
final class Namespaces {
  private static final Logger log = LoggerFactory.getLogger(Namespaces.class);

  private final SocketIoServer server;
  private final Map<String, Namespace> byName = new ConcurrentHashMap<>();
  private final List<ParentNamespace> parents = new CopyOnWriteArrayList<>();
  private final List<Consumer<Namespace>> created = new CopyOnWriteArrayList<>();

  /** Those that have a parent; under the monitor. */
  private int childCount;

  Namespaces(SocketIoServer server) {
    this.server = server;
  }

  /** The namespace of a name, made at first use. */
  Namespace of(String name) {
    String full = name.startsWith("/") ? name : "/" + name;
    Namespace known = byName.get(full);
    return known != null ? known : make(full);
  }

  private synchronized Namespace make(String name) {
    Namespace known = byName.get(name);
    if (known != null) {
      return known;
    }
    Namespace made = new Namespace(server, name, null);
    byName.put(name, made);
    return made;
  }

  ParentNamespace addParent(NamespacePredicate predicate) {
    ParentNamespace parent = new ParentNamespace(this, predicate);
    parents.add(parent);
    return parent;
  }

  void onCreated(Consumer<Namespace> handler) {
    created.add(handler);
  }

  /** Those that there are: a view, which changes with them. */
  Collection<Namespace> all() {
    return byName.values();
  }

  List<Namespace> childrenOf(ParentNamespace parent) {
    List<Namespace> children = new ArrayList<>();
    for (Namespace namespace : byName.values()) {
      if (namespace.parent() == parent) {
        children.add(namespace);
      }
    }
    return children;
  }

  /**
   * The namespace that a client asks for, or null if it may have none of this name. Who gets one
   * has to {@link #leave} it.
   */
  @Nullable Namespace enter(String name, Handshake handshake) {
    Namespace known = byName.get(name);
    if (known != null && known.parent() == null) {
      return known;
    }
    ParentNamespace parent = known == null ? parentOf(name, handshake) : known.parent();
    return parent == null ? null : enterChild(name, parent);
  }

  private @Nullable ParentNamespace parentOf(String name, Handshake handshake) {
    for (ParentNamespace parent : parents) {
      if (parent.isFor(name, handshake)) {
        return parent;
      }
    }
    return null;
  }

  private synchronized @Nullable Namespace enterChild(String name, ParentNamespace parent) {
    Namespace child = byName.get(name);
    if (child == null) {
      if (childCount >= server.options().limits().dynamicNamespacesMax()) {
        log.warn("no namespace is made for a client: there are {} already", childCount);
        return null;
      }
      child = new Namespace(server, name, parent);
      child.copyFrom(parent);
      byName.put(name, child);
      childCount++;
      fireCreated(child);
    }
    child.clients++;
    return child;
  }

  private void fireCreated(Namespace child) {
    for (Consumer<Namespace> handler : created) {
      try {
        handler.accept(child);
      } catch (RuntimeException e) {
        log.error("handler of the new namespace {} failed", child.name(), e);
      }
    }
  }

  /** A client has left the namespace, or was not let in. */
  void leave(Namespace namespace) {
    if (namespace.parent() != null) {
      leaveChild(namespace);
    }
  }

  private synchronized void leaveChild(Namespace child) {
    child.clients--;
    if (child.clients == 0 && server.options().cleanupEmptyChildNamespaces()) {
      byName.remove(child.name());
      childCount--;
      child.onEnd();
    }
  }
}
