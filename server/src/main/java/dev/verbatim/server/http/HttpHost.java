package dev.verbatim.server.http;

import dev.verbatim.server.Limits;
import dev.verbatim.server.StopTimes;
import dev.verbatim.server.settings.Settings;
import io.micronaut.context.ApplicationContext;
import io.micronaut.context.env.PropertySource;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpResponseFactory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.http.server.exceptions.ServerStartupException;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.web.router.Router;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The port: Micronaut's Netty server with Socket.IO's gate in front of its routes. */
public final class HttpHost implements AutoCloseable {
  private static final Pattern PATTERN_IN_TEMPLATE = Pattern.compile(":[^}]*}");

  private final ApplicationContext context;
  private final EmbeddedServer server;

  private HttpHost(ApplicationContext context, EmbeddedServer server) {
    this.context = context;
    this.server = server;
  }

  /**
   * Listens. Blocks until the first connection can come.
   *
   * @throws BindException if the address cannot be had; the message says why
   */
  public static HttpHost start(Backend backend) throws BindException {
    ApplicationContext context =
        ApplicationContext.builder()
            .banner(false)
            .deduceEnvironment(false)
            .deducePackage(false)
            .deduceCloudEnvironment(false)
            .environmentPropertySource(false)
            .bootstrapEnvironment(false)
            .enableDefaultPropertySources(false)
            .propertySources(PropertySource.of("settings", properties(backend.settings())))
            .singletons(backend)
            .build();
    try {
      context.start();
      // It looks for its implementation on the disk, and the first answer may be an event loop's.
      var _ = HttpResponseFactory.INSTANCE;
      EmbeddedServer server = context.getBean(EmbeddedServer.class);
      server.start();
      return new HttpHost(context, server);
    } catch (ServerStartupException e) {
      context.close();
      throw refusal(backend.settings(), e);
    } catch (RuntimeException e) {
      context.close();
      throw e;
    }
  }

  /**
   * Binds the address for a moment. Somebody else may take it behind that: {@link #start} says so
   * then.
   *
   * @throws BindException if the address cannot be had; the message says why
   */
  public static void requireFree(Settings settings) throws BindException {
    var address = new InetSocketAddress(settings.host(), settings.port());
    try (ServerSocket socket = new ServerSocket()) {
      if (address.isUnresolved()) {
        throw new UnresolvedAddressException();
      }
      socket.bind(address);
    } catch (IOException | UnresolvedAddressException e) {
      throw refusal(settings, e);
    }
  }

  private static BindException refusal(Settings settings, Exception failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    // The native transport puts the name of the call and a number before the words.
    String message = String.valueOf(cause.getMessage());
    String words =
        cause instanceof UnresolvedAddressException
            ? "no such host"
            : message.substring(message.lastIndexOf(": ") + 1).strip();
    BindException refusal =
        new BindException(
            words.startsWith("Address already in use")
                ? "port " + settings.port() + " is taken; PORT names another"
                : "cannot listen on " + settings.host() + ":" + settings.port() + ": " + words);
    refusal.initCause(failure);
    return refusal;
  }

  private static Map<String, Object> properties(Settings settings) {
    Duration idle =
        settings
            .socketIo()
            .pingInterval()
            .plus(settings.socketIo().pingTimeout())
            .plus(Limits.IDLE_MARGIN);
    Map<String, Object> properties = new HashMap<>();
    properties.put("micronaut.server.host", settings.host());
    properties.put("micronaut.server.port", settings.port() == 0 ? -1 : settings.port());
    properties.put("micronaut.server.max-request-size", Limits.BODY_BYTES_MAX);
    properties.put("micronaut.server.max-request-buffer-size", Limits.BODY_BYTES_MAX);
    properties.put("micronaut.server.idle-timeout", idle);
    properties.put("micronaut.server.read-idle-timeout", idle);
    properties.put("micronaut.server.write-idle-timeout", idle);
    properties.put("micronaut.server.thread-selection", "MANUAL");
    properties.put("micronaut.server.netty.max-header-size", Limits.HEAD_CHARS_MAX);
    properties.put("micronaut.server.netty.max-initial-line-length", Limits.HEAD_CHARS_MAX);
    // Who may ask decides CrossOrigin. Of itself the framework refuses, with a bare 403, other
    // sites'
    // pages that come to a localhost, which is what every request behind a proxy here looks like.
    properties.put("micronaut.server.cors.localhost-pass-through", true);
    // Compression does it, beside the event loops.
    properties.put("micronaut.server.netty.compression-threshold", -1);
    int loops = Runtime.getRuntime().availableProcessors();
    properties.put("micronaut.netty.event-loops.default.num-threads", loops);
    properties.put("micronaut.netty.event-loops.parent.num-threads", 1);
    for (String group : List.of("default", "parent")) {
      String prefix = "micronaut.netty.event-loops." + group + ".";
      properties.put(prefix + "transport", List.of("epoll", "nio"));
      properties.put(prefix + "shutdown-quiet-period", Duration.ZERO);
      properties.put(
          prefix + "shutdown-timeout", new StopTimes(settings.shutdownTimeout()).group());
    }
    return properties;
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /**
   * What is served: method and path of each route, with names in braces; without those for HEAD
   * beside those for GET.
   */
  public Set<String> routes() {
    return context
        .getBean(Router.class)
        .uriRoutes()
        .filter(route -> route.getHttpMethod() != HttpMethod.HEAD)
        .map(
            route ->
                route.getHttpMethodName() + " " + path(route.getUriMatchTemplate().toPathString()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** A template without the patterns of what stands in its braces. */
  static String path(String template) {
    return PATTERN_IN_TEMPLATE.matcher(template).replaceAll("}");
  }

  /** The event loops of all connections, and the one that accepts them. */
  public List<EventExecutor> eventLoops() {
    EventLoopGroupRegistry groups = context.getBean(EventLoopGroupRegistry.class);
    return Stream.of("default", "parent")
        .flatMap(name -> groups.getEventLoopGroup(name).stream())
        .flatMap(group -> StreamSupport.stream(group.spliterator(), /* parallel= */ false))
        .toList();
  }

  /** Completed, on any thread, when no route owes an answer for a moment. */
  public CompletableFuture<Void> whenAnswered() {
    return context.getBean(OpenRequests.class).whenAnswered();
  }

  /**
   * Takes no more connections, and of those that are there no more requests; what was asked before
   * is answered. Blocks.
   *
   * @throws TimeoutException if connections are still taken when the time is over
   */
  public void stopListening(Duration within) throws TimeoutException {
    boolean isClosed = context.getBean(Listeners.class).close(within);
    context.getBean(OpenRequests.class).end();
    if (!isClosed) {
      throw new TimeoutException("an event loop does not answer");
    }
  }

  /** Cuts the connections of requests that are not answered yet. Blocks. */
  public void cut(Duration within) {
    context.getBean(OpenRequests.class).cut(within);
  }

  /** Takes no more connections, and cuts what is left of them. */
  @Override
  public void close() {
    context.close();
  }
}
