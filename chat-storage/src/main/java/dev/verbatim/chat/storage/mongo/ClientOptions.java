package dev.verbatim.chat.storage.mongo;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;

/**
 * What the driver is told, whatever the address says: a write counts when a majority of the members
 * has it in its journal, and nothing else is ever read. So what was read or acknowledged here
 * outlives the loss of any one member, and so does the order that was made of it.
 */
final class ClientOptions {
  private ClientOptions() {}

  /**
   * The options for questions to this address.
   *
   * @throws IllegalArgumentException if it is no connection string
   */
  static MongoClientSettings of(MongoSettings settings, Limits limits) {
    return MongoClientSettings.builder()
        .applyConnectionString(new ConnectionString(settings.uri()))
        .applicationName("verbatim")
        .readPreference(ReadPreference.primary())
        .readConcern(ReadConcern.MAJORITY)
        .writeConcern(
            WriteConcern.MAJORITY
                .withJournal(true)
                .withWTimeout(limits.majorityWait().toMillis(), MILLISECONDS))
        .retryReads(true)
        .applyToSocketSettings(
            socket ->
                socket
                    .connectTimeout(limits.connectWait().toMillis(), MILLISECONDS)
                    .readTimeout(limits.answerWait().toMillis(), MILLISECONDS))
        .applyToClusterSettings(
            cluster ->
                cluster.serverSelectionTimeout(limits.selectionWait().toMillis(), MILLISECONDS))
        // Whoever asks whether it is back would else be told no oftener than the driver looks.
        .applyToServerSettings(
            server -> server.minHeartbeatFrequency(limits.outagePing().toMillis(), MILLISECONDS))
        .applyToConnectionPoolSettings(
            pool ->
                pool.maxSize(limits.connectionsMax())
                    .maxWaitTime(limits.connectionLoanWait().toMillis(), MILLISECONDS))
        .build();
  }

  /** The same for the writer alone, so that it waits behind no question. */
  static MongoClientSettings writing(MongoSettings settings, Limits limits) {
    return MongoClientSettings.builder(of(settings, limits))
        .applyToConnectionPoolSettings(pool -> pool.maxSize(limits.writerConnectionsMax()))
        .build();
  }

  /**
   * The same for work in the background that may take hours on a database that has grown without
   * us: its answers are waited for as long as the connection lives.
   */
  static MongoClientSettings unhurried(MongoSettings settings, Limits limits) {
    return MongoClientSettings.builder(of(settings, limits))
        .applyToSocketSettings(socket -> socket.readTimeout(0, MILLISECONDS))
        .applyToConnectionPoolSettings(pool -> pool.maxSize(limits.unhurriedConnectionsMax()))
        .build();
  }
}
