package dev.verbatim.server.identity;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says once in the log that there is a proxy in front of which the settings do not tell. Safe on
 * any thread, and never blocks.
 */
final class ProxyNotice {
  private static final Logger log = LoggerFactory.getLogger(ProxyNotice.class);

  private final AtomicBoolean isSaid = new AtomicBoolean();

  /** A proxy has forwarded something. */
  void onForwarded() {
    if (!isSaid.get() && isSaid.compareAndSet(false, true)) {
      log.warn(
          "A proxy forwards what comes (X-Forwarded-For), and TRUST_PROXY is 0: all clients count"
              + " as one address, with its limits. Set TRUST_PROXY to the number of proxies");
    }
  }
}
