package dev.verbatim.chat.store;

class InMemoryChatStoreTest extends ChatStoreContract implements AtomicCommitContract {
  private final InMemoryChatStore store = new InMemoryChatStore();

  /** Closing loses nothing, so opening again finds what a file would have kept. */
  @Override
  protected ChatStore open() {
    return store;
  }
}
