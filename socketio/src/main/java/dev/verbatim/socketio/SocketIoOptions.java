package dev.verbatim.socketio;

import dev.verbatim.socketio.protocol.Mistakes;
import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A server's settings, with the names and defaults of Socket.IO's own.
 *
 * @param path where the server listens, with a slash in front, and one at the end if {@code
 *     addTrailingSlash} says so
 * @param addTrailingSlash whether what is asked for under the path has a slash behind it, {@code
 *     /socket.io/?…}; if not, {@code /socket.io?…} will do as well
 * @param serveClient whether the browser client's files are served under the path
 * @param clientFiles where these come from: gives the content of a file, such as {@code
 *     socket.io.min.js}, or null if there is none of that name, and is asked once, when the server
 *     is made; or null to serve none
 * @param pingInterval from one answered ping to the next
 * @param pingTimeout how long a ping may stay unanswered
 * @param upgradeTimeout how long a change of transport may take
 * @param connectTimeout how long a connection may be in no namespace
 * @param ackTimeout how long an acknowledgement is awaited where nothing else is said; Node's
 *     server would wait for ever
 * @param cleanupEmptyChildNamespaces whether a namespace that came to be by a client's wish goes
 *     with its last client
 * @param maxHttpBufferSize bytes of one WebSocket message or one polling payload
 * @param transports what clients may use
 * @param allowUpgrades whether clients may change from polling to WebSocket
 * @param allowEIO3 whether clients of Engine.IO v3, which is Socket.IO 1 and 2, are served too:
 *     they are connected to the main namespace unasked, by way of its middleware, and the query
 *     behind a namespace's name is their {@code auth}; JSONP is refused
 * @param perMessageDeflate how WebSocket messages are compressed for clients that can, or null for
 *     not at all
 * @param httpCompression how answers to polls are compressed for clients that can, or null for not
 *     at all
 * @param cors pages of other origins that may poll, or null for none
 * @param cookie set by the first answer of a session that polls, or null for none
 * @param initialHeaders adds headers to the first answer of each session, to the 101 of a WebSocket
 *     too; called on an event loop with the request, or null
 * @param headers adds headers to every answer that a transport gives, to that 101 too, but to no
 *     refusal; called on an event loop with the request, or null
 * @param requestIds whether a request that is refused is answered with {@code X-Request-Id}, under
 *     which the log tells of it at debug, or of the fault at error: its own, if that is of 1 to 64
 *     letters, digits, dots, hyphens and underscores, else 16 hexadecimal digits
 * @param allowRequest asked for each handshake, or null to allow all
 * @param addressOf says of a handshake, on an event loop, which address the limits of addresses
 *     count for, or null for none; who stands behind a proxy reads what that one adds
 * @param mapper turns arguments into JSON and back; on the threads of those who emit and of the
 *     handlers that read them
 * @param limits the bounds
 * @see <a href="https://socket.io/docs/v4/server-options/">Socket.IO's server options</a>
 */
public record SocketIoOptions(
    String path,
    boolean addTrailingSlash,
    boolean serveClient,
    @Nullable Function<String, byte @Nullable []> clientFiles,
    Duration pingInterval,
    Duration pingTimeout,
    Duration upgradeTimeout,
    Duration connectTimeout,
    Duration ackTimeout,
    boolean cleanupEmptyChildNamespaces,
    int maxHttpBufferSize,
    Set<TransportName> transports,
    boolean allowUpgrades,
    boolean allowEIO3,
    @Nullable PerMessageDeflate perMessageDeflate,
    @Nullable HttpCompression httpCompression,
    @Nullable Cors cors,
    @Nullable Cookie cookie,
    @Nullable BiConsumer<ResponseHeaders, Handshake> initialHeaders,
    @Nullable BiConsumer<ResponseHeaders, Handshake> headers,
    boolean requestIds,
    @Nullable AllowRequest allowRequest,
    Function<Handshake, @Nullable InetAddress> addressOf,
    Mapper mapper,
    Limits limits) {

  /** The transports of Engine.IO. */
  public enum TransportName {
    /** HTTP long-polling. */
    POLLING("polling"),
    /** WebSocket. */
    WEBSOCKET("websocket");

    private final String text;

    TransportName(String text) {
      this.text = text;
    }

    /** The name in the query of a handshake. */
    public String text() {
      return text;
    }
  }

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException naming every setting that cannot be
   */
  public SocketIoOptions {
    transports = Set.copyOf(transports);
    Mistakes mistakes = new Mistakes();
    if (path.length() < 2 || !path.startsWith("/")) {
      mistakes.add("path is none behind a slash: " + path);
    } else if (path.endsWith("/") != addTrailingSlash) {
      mistakes.add("path does not end as addTrailingSlash says: " + path);
    }
    if (transports.isEmpty()) {
      mistakes.add("transports are none");
    }
    mistakes.mustBePositive("maxHttpBufferSize", maxHttpBufferSize);
    mistakes.mustBePositive("pingInterval", pingInterval);
    mistakes.mustBePositive("pingTimeout", pingTimeout);
    mistakes.mustBePositive("upgradeTimeout", upgradeTimeout);
    mistakes.mustBePositive("connectTimeout", connectTimeout);
    mistakes.mustBePositive("ackTimeout", ackTimeout);
    mistakes.throwIfAny();
  }

  /** Whether a request of this URI is the server's. */
  boolean isServed(String uri) {
    if (!uri.startsWith(path)) {
      return false;
    }
    return addTrailingSlash
        || uri.length() == path.length()
        || isPathEnd(uri.charAt(path.length()));
  }

  private static boolean isPathEnd(char c) {
    return c == '/' || c == '?';
  }

  /** The defaults. */
  public static SocketIoOptions defaults() {
    return builder().build();
  }

  /** A builder that starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets what differs from the defaults. For one thread. */
  public static final class Builder {
    private String path = "/socket.io";
    private boolean addTrailingSlash = true;
    private boolean serveClient = true;
    private @Nullable Function<String, byte @Nullable []> clientFiles;
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pingTimeout = Duration.ofSeconds(20);
    private Duration upgradeTimeout = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(45);
    private Duration ackTimeout = Duration.ofSeconds(20);
    private boolean cleanupEmptyChildNamespaces;
    private int maxHttpBufferSize = 1_000_000;
    private Set<TransportName> transports = EnumSet.allOf(TransportName.class);
    private boolean allowUpgrades = true;
    private boolean allowEIO3;
    private @Nullable PerMessageDeflate perMessageDeflate;
    private @Nullable HttpCompression httpCompression = HttpCompression.DEFAULT;
    private @Nullable Cors cors;
    private @Nullable Cookie cookie;
    private @Nullable BiConsumer<ResponseHeaders, Handshake> initialHeaders;
    private @Nullable BiConsumer<ResponseHeaders, Handshake> headers;
    private boolean requestIds;
    private @Nullable AllowRequest allowRequest;
    private Function<Handshake, @Nullable InetAddress> addressOf = Handshake::address;
    private @Nullable Mapper mapper;
    private Limits limits = Limits.DEFAULT;

    private Builder() {}

    /** Sets {@link SocketIoOptions#path}, with or without the slash at the end. */
    public Builder path(String value) {
      path = value.endsWith("/") ? value.substring(0, value.length() - 1) : value;
      return this;
    }

    /** Sets {@link SocketIoOptions#addTrailingSlash}. */
    public Builder addTrailingSlash(boolean value) {
      addTrailingSlash = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#serveClient}. */
    public Builder serveClient(boolean value) {
      serveClient = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#clientFiles}. */
    public Builder clientFiles(@Nullable Function<String, byte @Nullable []> value) {
      clientFiles = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#pingInterval}. */
    public Builder pingInterval(Duration value) {
      pingInterval = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#pingTimeout}. */
    public Builder pingTimeout(Duration value) {
      pingTimeout = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#upgradeTimeout}. */
    public Builder upgradeTimeout(Duration value) {
      upgradeTimeout = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#connectTimeout}. */
    public Builder connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#ackTimeout}. */
    public Builder ackTimeout(Duration value) {
      ackTimeout = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#cleanupEmptyChildNamespaces}. */
    public Builder cleanupEmptyChildNamespaces(boolean value) {
      cleanupEmptyChildNamespaces = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#maxHttpBufferSize}. */
    public Builder maxHttpBufferSize(int value) {
      maxHttpBufferSize = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#transports}. */
    public Builder transports(Set<TransportName> value) {
      transports = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#allowUpgrades}. */
    public Builder allowUpgrades(boolean value) {
      allowUpgrades = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#allowEIO3}. */
    public Builder allowEIO3(boolean value) {
      allowEIO3 = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#perMessageDeflate} to its default, or to none. */
    public Builder perMessageDeflate(boolean value) {
      return perMessageDeflate(value ? PerMessageDeflate.DEFAULT : null);
    }

    /** Sets {@link SocketIoOptions#perMessageDeflate}. */
    public Builder perMessageDeflate(@Nullable PerMessageDeflate value) {
      perMessageDeflate = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#httpCompression} to its default, or to none. */
    public Builder httpCompression(boolean value) {
      return httpCompression(value ? HttpCompression.DEFAULT : null);
    }

    /** Sets {@link SocketIoOptions#httpCompression}. */
    public Builder httpCompression(@Nullable HttpCompression value) {
      httpCompression = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#cors}. */
    public Builder cors(@Nullable Cors value) {
      cors = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#cookie}. */
    public Builder cookie(@Nullable Cookie value) {
      cookie = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#initialHeaders}. */
    public Builder initialHeaders(@Nullable BiConsumer<ResponseHeaders, Handshake> value) {
      initialHeaders = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#headers}. */
    public Builder headers(@Nullable BiConsumer<ResponseHeaders, Handshake> value) {
      headers = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#requestIds}. */
    public Builder requestIds(boolean value) {
      requestIds = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#allowRequest}, for who decides at once, on the event loop. */
    public Builder allowRequest(Predicate<Handshake> value) {
      return allowRequest(
          (request, decision) -> {
            if (value.test(request)) {
              decision.allow();
            } else {
              decision.refuse(null);
            }
          });
    }

    /** Sets {@link SocketIoOptions#allowRequest}, for who decides later. */
    public Builder allowRequest(AllowRequest value) {
      allowRequest = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#addressOf}; {@link Handshake#address} by default. */
    public Builder addressOf(Function<Handshake, @Nullable InetAddress> value) {
      addressOf = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#mapper}; {@link Mapper#jackson()} by default. */
    public Builder mapper(Mapper value) {
      mapper = value;
      return this;
    }

    /** Sets {@link SocketIoOptions#limits}. */
    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException naming every setting that cannot be
     */
    public SocketIoOptions build() {
      return new SocketIoOptions(
          addTrailingSlash ? path + "/" : path,
          addTrailingSlash,
          serveClient,
          clientFiles,
          pingInterval,
          pingTimeout,
          upgradeTimeout,
          connectTimeout,
          ackTimeout,
          cleanupEmptyChildNamespaces,
          maxHttpBufferSize,
          transports,
          allowUpgrades,
          allowEIO3,
          perMessageDeflate,
          httpCompression,
          cors,
          cookie,
          initialHeaders,
          headers,
          requestIds,
          allowRequest,
          addressOf,
          mapper == null ? Mapper.jackson() : mapper,
          limits);
    }
  }
}
