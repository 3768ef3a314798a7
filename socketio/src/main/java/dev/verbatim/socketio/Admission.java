package dev.verbatim.socketio;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way of one client through a namespace's middleware. Each middleware runs where its
 * namespace's {@link Dispatch} says; what it says is heard on the socket's event loop.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  private final Socket socket;
  private final List<Middleware> chain;

  Admission(Socket socket, List<Middleware> chain) {
    this.socket = socket;
    this.chain = chain;
  }

  /** Begins with the first middleware. On the loop. */
  void begin() {
    ask(0);
  }

  private void ask(int index) {
    if (index == chain.size()) {
      socket.onAdmitted();
    } else {
      Step step = new Step(index);
      socket.dispatch(() -> run(chain.get(index), step));
    }
  }

  private void run(Middleware middleware, Step step) {
    try {
      middleware.handle(socket, step);
    } catch (Throwable e) {
      log.atError()
          .setCause(e)
          .addKeyValue("socketId", socket.publicId())
          .log("middleware of {} failed", socket.namespace().name());
      step.refuse("Internal error");
    }
  }

  /** One middleware's say; what comes after the first is ignored. */
  private final class Step implements Middleware.Next {
    private final int index;

    /** The event loop's. */
    private boolean said;

    Step(int index) {
      this.index = index;
    }

    @Override
    public void proceed() {
      say(() -> ask(index + 1));
    }

    @Override
    public void refuse(String message, Object data) {
      List<byte[]> binary = new ArrayList<>(0);
      byte[] json = socket.namespace().server().options().mapper().write(data, binary);
      if (!binary.isEmpty()) {
        throw new IllegalArgumentException("binary data in a CONNECT_ERROR");
      }
      refuseJson(message, json);
    }

    @Override
    public void refuseJson(String message, byte @Nullable [] data) {
      say(() -> socket.onRefused(message, data));
    }

    private void say(Runnable next) {
      socket
          .session()
          .loop()
          .run(
              () -> {
                if (!said) {
                  said = true;
                  next.run();
                }
              });
    }
  }
}
