package dev.verbatim.server;

import dev.verbatim.chat.Chat;
import dev.verbatim.chat.ChatSettings;
import dev.verbatim.chat.ScheduledTimers;
import dev.verbatim.chat.store.ChatStore;
import dev.verbatim.chat.store.StoreException;
import dev.verbatim.server.faults.Faults;
import dev.verbatim.server.http.Backend;
import dev.verbatim.server.http.ClientAddress;
import dev.verbatim.server.http.HttpHost;
import dev.verbatim.server.identity.clerk.ClerkLimits;
import dev.verbatim.server.logs.Logs;
import dev.verbatim.server.metrics.Metrics;
import dev.verbatim.server.settings.Origins;
import dev.verbatim.server.settings.Settings;
import dev.verbatim.server.socket.ChatSockets;
import dev.verbatim.server.telemetry.Telemetry;
import dev.verbatim.socketio.Cors;
import dev.verbatim.socketio.Drain;
import dev.verbatim.socketio.Limits;
import dev.verbatim.socketio.RequestId;
import dev.verbatim.socketio.SocketIoOptions;
import dev.verbatim.socketio.SocketIoServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service, wired by hand: settings, store, chat, identity, sockets, and the port in front. Made
 * whole by {@link #start} and ended once by {@link #close}, from any thread.
 */
public final class Verbatim implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Verbatim.class);

  /** An address may connect at once as often as otherwise in so many seconds. */
  private static final int CONNECT_BURST_SECONDS = 5;

  /**
   * What may come in at once after a quiet time is a fifth of what may in a second: few notice that
   * long.
   */
  private static final int ADMISSION_BURSTS_PER_SECOND = 5;

  private final Settings settings;
  private final Chat chat;
  private final SignIn signIn;
  private final ScheduledTimers timers;
  private final ExecutorService blocking;
  private final SocketIoServer sockets;
  private final ChatSockets chatSockets;
  private final HttpHost host;
  private final Metrics metrics;
  private final Telemetry telemetry;
  private final AtomicBoolean isDraining;

  private Verbatim(
      Settings settings,
      Chat chat,
      SignIn signIn,
      ScheduledTimers timers,
      ExecutorService blocking,
      SocketIoServer sockets,
      ChatSockets chatSockets,
      HttpHost host,
      Metrics metrics,
      Telemetry telemetry,
      AtomicBoolean isDraining) {
    this.settings = settings;
    this.chat = chat;
    this.signIn = signIn;
    this.timers = timers;
    this.blocking = blocking;
    this.sockets = sockets;
    this.chatSockets = chatSockets;
    this.host = host;
    this.metrics = metrics;
    this.telemetry = telemetry;
    this.isDraining = isDraining;
  }

  /**
   * Starts all of it. Blocks until the port is open.
   *
   * @throws StartException with the reason; nothing is left open then
   */
  public static Verbatim start(Settings settings, Clock clock) throws StartException {
    requireFreePort(settings);
    ChatStore store = null;
    Chat chat = null;
    SignIn signIn = null;
    var timers =
        new ScheduledTimers(
            "verbatim-timers",
            fault -> {
              var _ = Faults.record(Faults.Owner.TIMER, "a timer's task", fault);
            });
    ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    var metrics = new Metrics();
    Telemetry telemetry = Telemetry.NONE;
    try {
      telemetry = Telemetry.of(settings);
      var sockets = SocketIoServer.create(socketIoOptions(settings));
      ChatSettings chatSettings = chatSettings(settings);
      var chatSockets =
          new ChatSockets(
              sockets.of("/"),
              clock,
              timers,
              chatSettings.presenceGroupMax(),
              metrics,
              telemetry.traces());
      store =
          metrics.storeCalls().measure(Stores.open(settings.store(), Stores.writerOf(settings)));
      chat = Chat.open(store, chatSettings, chatSockets.listener(), clock, timers, blocking);
      signIn =
          SignIn.of(
              settings,
              new SignIn.Means(
                  chat,
                  chatSockets,
                  clock,
                  timers,
                  blocking,
                  ClerkLimits.KEY_FETCH_TIME_MAX,
                  metrics.identityCalls()));
      chatSockets.open(
          chat,
          signIn.admission(),
          signIn.revoked(),
          settings.rates().eventsPerSecond(),
          settings.rates().eventBurst());
      var isDraining = new AtomicBoolean();
      metrics.bind(sockets, chat, signIn.admission(), clock, timers, isDraining::get, telemetry);
      chat.audit().start();
      HeapGrowth.ofThisProcess(timers, () -> sockets.admissionsWaiting() > 0).watch();
      log.info("Identity: {}", signIn.description());
      // The last that can fail: what is open to all is not to be closed again.
      HttpHost host =
          HttpHost.start(
              new Backend(
                  settings,
                  chat,
                  signIn.admission(),
                  signIn.accounts(),
                  signIn.webhook(),
                  signIn.page(),
                  sockets,
                  clock,
                  metrics,
                  telemetry.traces(),
                  isDraining::get));
      return new Verbatim(
          settings,
          chat,
          signIn,
          timers,
          blocking,
          sockets,
          chatSockets,
          host,
          metrics,
          telemetry,
          isDraining);
    } catch (BindException e) {
      undo(store, chat, signIn, timers, blocking, metrics, telemetry);
      throw new StartException(Reason.of(e), e);
    } catch (IOException e) {
      undo(store, chat, signIn, timers, blocking, metrics, telemetry);
      throw new StartException("the development key cannot be used: " + Reason.of(e), e);
    } catch (StoreException e) {
      undo(store, chat, signIn, timers, blocking, metrics, telemetry);
      throw new StartException("the store cannot be used: " + Reason.of(e), e);
    } catch (RuntimeException | Error e) {
      undo(store, chat, signIn, timers, blocking, metrics, telemetry);
      throw e;
    }
  }

  /** A second server by mistake shall leave nothing behind, a new store least of all. */
  private static void requireFreePort(Settings settings) throws StartException {
    try {
      HttpHost.requireFree(settings);
    } catch (BindException e) {
      throw new StartException(Reason.of(e), e);
    }
  }

  private static void undo(
      @Nullable ChatStore store,
      @Nullable Chat chat,
      @Nullable SignIn signIn,
      ScheduledTimers timers,
      ExecutorService blocking,
      Metrics metrics,
      Telemetry telemetry) {
    if (signIn != null) {
      signIn.close();
    }
    try {
      if (chat != null) {
        chat.close();
      } else if (store != null) {
        store.close();
      }
    } catch (StoreException e) {
      log.error("The store could not be closed: {}", e.getMessage());
    }
    timers.close();
    metrics.close();
    telemetry.close();
    blocking.shutdownNow();
  }

  private static SocketIoOptions socketIoOptions(Settings settings) {
    Origins origins = settings.socketOrigins();
    int connects = settings.rates().connectsPerSecond();
    int admissions = settings.rates().admissionsPerSecond();
    return SocketIoOptions.builder()
        .allowEIO3(true)
        .pingInterval(settings.socketIo().pingInterval())
        .pingTimeout(settings.socketIo().pingTimeout())
        .cors(
            Cors.origin(origin -> origins.allows(origin, null))
                .credentials(true)
                .exposedHeaders(RequestId.HEADER)
                .build())
        .requestIds(true)
        .allowRequest(
            handshake -> {
              String origin = handshake.header("origin");
              return origin == null || origins.allows(origin, handshake.header("host"));
            })
        .addressOf(
            handshake ->
                ClientAddress.of(
                    handshake.address(),
                    handshake.headers("x-forwarded-for"),
                    settings.trustProxy()))
        .limits(
            Limits.builder()
                .handshakeRate(connects, Math.max(1, CONNECT_BURST_SECONDS * connects))
                .admissionRate(admissions, Math.max(1, admissions / ADMISSION_BURSTS_PER_SECOND))
                .admissionWaitMax(dev.verbatim.server.Limits.ADMISSION_WAIT_MAX)
                .build())
        .clientFiles(Verbatim::clientFile)
        .build();
  }

  /** A file of the browser client, which the build puts into the jar. */
  private static byte @Nullable [] clientFile(String name) {
    try (InputStream file = Verbatim.class.getResourceAsStream("/socket.io/" + name)) {
      return file == null ? null : file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("The jar cannot be read", e);
    }
  }

  static ChatSettings chatSettings(Settings settings) {
    Settings.Chat chat = settings.chat();
    return ChatSettings.builder()
        .messageRate(settings.rates().messagesPerSecond(), settings.rates().messageBurst())
        .typingTimeout(chat.typingTimeout())
        .presenceGrace(chat.presenceGrace())
        .presenceGroupMax(chat.presenceGroupMax())
        .replayLimit(chat.replayMax())
        .closeWaitMax(new StopTimes(settings.shutdownTimeout()).store())
        .sessionCleanup(chat.sessionCleanupInterval(), chat.sessionTimeout())
        .build();
  }

  Chat chat() {
    return chat;
  }

  /** Has the log look what has changed, for as long as this runs. */
  void watch(Logs logs) {
    logs.watch(timers, blocking);
  }

  /** The port it listens on. */
  public int port() {
    return host.port();
  }

  /** Of all that must go on for the service to be well. */
  Pulse pulse() {
    List<Executor> threads = new ArrayList<>(host.eventLoops());
    threads.add(task -> timers.after(Duration.ZERO, task));
    return new Pulse(threads, () -> chat.writer().progress());
  }

  /** Method and path of each route. */
  Set<String> routes() {
    return host.routes();
  }

  /**
   * Ends it in order. It is not ready from now on, nobody new is let in, and every answer is its
   * connection's last, while the port stays open for those who ask how it is. Sockets' transports
   * are closed at a pace, each once what it has brought is committed and answered, which makes
   * stock clients come back by themselves. What routes owe is answered; the port and the store are
   * closed. Blocks, for no longer than {@link StopTimes} says. Only the first call does something.
   *
   * @throws IllegalStateException if something could not be closed, which the log tells; all else
   *     is
   */
  @Override
  public void close() {
    if (!isDraining.compareAndSet(false, true)) {
      return;
    }
    StopTimes times = new StopTimes(settings.shutdownTimeout());
    log.info(
        "Stopping: {} connections, at most {} ms",
        grouped(sockets.sessionCount()),
        grouped(times.whole().toMillis()));
    long began = System.nanoTime();
    StopSteps steps = new StopSteps();
    steps.take(
        "closing all connections",
        () -> await(sockets.close(drain(times)), times.sockets().plus(times.client())));
    steps.take("answering all requests", () -> awaitAnswers(times.requests()));
    steps.take("closing the port", () -> host.stopListening(times.loops()));
    steps.take("answering the last requests", () -> awaitAnswers(times.requests()));
    steps.take("ending what looks after sessions", signIn::close);
    steps.take("closing the store", chat::close);
    steps.take("ending the timers", timers::close);
    steps.take("cutting what is left", () -> host.cut(times.cut()));
    steps.take("ending the event loops", host::close);
    steps.take("ending the metrics", metrics::close);
    steps.take("ending what is sent to a collector", telemetry::close);
    steps.take("ending what blocks", blocking::shutdownNow);
    log.info(
        "Stopped after {} ms", grouped(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began)));
    steps.end();
  }

  private Drain drain(StopTimes times) {
    return Drain.within(times.sockets())
        .clientWaitMax(times.client())
        .spread(StopTimes.CLOSES_PER_SECOND, times.spread())
        .settled(asking -> chatSockets.settled(chat, asking));
  }

  /** A request of which the client does not send the rest is cut: the stop has not failed. */
  private void awaitAnswers(Duration within) {
    try {
      await(host.whenAnswered(), within);
    } catch (TimeoutException e) {
      log.warn("Some requests are unanswered: {}", e.getMessage());
    }
  }

  private static void await(CompletionStage<Void> done, Duration within) throws TimeoutException {
    try {
      done.toCompletableFuture().get(within.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("It has failed", e);
    } catch (TimeoutException _) {
      throw new TimeoutException("not done within " + grouped(within.toMillis()) + " ms");
    }
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
