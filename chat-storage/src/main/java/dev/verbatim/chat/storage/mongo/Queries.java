package dev.verbatim.chat.storage.mongo;

/** All questions to a database. For any thread. */
record Queries(
    MessageQueries messages,
    ReadQueries reads,
    GroupQueries groups,
    UserQueries users,
    SessionQueries sessions,
    CopyQueries copies) {

  static Queries on(Collections collections, Numbering numbering, Limits limits) {
    MessageQueries messages = new MessageQueries(collections, numbering);
    ReadQueries reads = new ReadQueries(collections, messages, limits);
    return new Queries(
        messages,
        reads,
        new GroupQueries(collections, messages, reads),
        new UserQueries(collections),
        new SessionQueries(collections),
        new CopyQueries(collections));
  }
}
