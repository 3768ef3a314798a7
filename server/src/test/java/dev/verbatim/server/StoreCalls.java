package dev.verbatim.server;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/** Tells the watch over event loops that the store blocks, which does so in SQLite's own code. */
public final class StoreCalls implements BlockHoundIntegration {
  private static final String SQLITE = "org.sqlite.core.NativeDB";

  @Override
  public void applyTo(BlockHound.Builder builder) {
    builder
        .markAsBlocking(SQLITE, "prepare_utf8", "([B)J")
        .markAsBlocking(SQLITE, "_exec_utf8", "([B)I")
        .markAsBlocking(SQLITE, "step", "(J)I");
  }
}
