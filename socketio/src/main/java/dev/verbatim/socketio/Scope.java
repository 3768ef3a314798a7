package dev.verbatim.socketio;

import java.util.List;

/** The namespaces that a broadcast goes to. Asked anew for each, from any thread. */
interface Scope {
  List<Namespace> namespaces();
}
