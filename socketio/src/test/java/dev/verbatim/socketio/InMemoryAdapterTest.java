package dev.verbatim.socketio;

import java.util.List;

/** One server with two event loops. */
final class InMemoryAdapterTest extends AdapterContract {
  @Override
  List<TestServer> start() {
    return List.of(new TestServer(SocketIoOptions.defaults()));
  }

  @Override
  Adapter adapter(List<TestServer> joined) {
    return joined.getFirst().io().of("/").adapter();
  }
}
