package dev.verbatim.server.identity.clerk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Clerk's Backend API and JWKS on a real port: users and sessions that a test puts there, and all
 * that a service far away may do instead of answering. For any thread.
 */
public final class ClerkStub implements AutoCloseable {
  /** A secret key of a production instance. */
  public static final String SECRET_KEY = "sk_live_not_to_be_seen";

  /** A bound on waiting for other threads, never a pace. */
  private static final long WAIT_SECONDS = 60;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, String> objects = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Semaphore begun = new Semaphore(0);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile Fault fault = _ -> false;

  /** Answers a request by itself, or leaves it. */
  private interface Fault {
    boolean answers(HttpExchange exchange) throws IOException, InterruptedException;
  }

  public ClerkStub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::onRequest);
    server.start();
  }

  /** The address that {@code CLERK_API_URL} would have. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** There is such a user, {@link ClerkEvents#user} being one. */
  public void putUser(String id, String json) {
    objects.put("/v1/users/" + id, json);
  }

  public void putSession(String id, String status) {
    objects.put("/v1/sessions/" + id, ClerkEvents.session(id, status));
  }

  /** What {@code /v1/jwks} and the instance itself tell. */
  public void putJwks(String json) {
    objects.put("/v1/jwks", json);
    objects.put("/.well-known/jwks.json", json);
  }

  /** Nothing is said of it any more. */
  public void remove(String path) {
    var _ = objects.remove(path);
  }

  /** From now on every answer has this status, and names and values of headers in turn. */
  public void fail(int status, String... headers) {
    fault =
        exchange -> {
          for (int i = 0; i < headers.length; i += 2) {
            exchange.getResponseHeaders().add(headers[i], headers[i + 1]);
          }
          answer(exchange, status, "{\"errors\":[]}");
          return true;
        };
  }

  /** So many answers have this status, and those after them are good. */
  public void failOnly(int times, int status) {
    Semaphore left = new Semaphore(times);
    fault =
        exchange -> {
          if (left.tryAcquire()) {
            answer(exchange, status, "");
            return true;
          }
          return false;
        };
  }

  /** Says nothing until {@link #release}, and goes on then. */
  public void hang() {
    fault =
        _ -> {
          released.await();
          return false;
        };
  }

  /** Begins to answer, and never ends. */
  public void hangInTheBody() {
    fault =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          released.await();
          return true;
        };
  }

  /** Sends spaces for as long as somebody takes them. */
  public void flood() {
    byte[] chunk = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
    fault =
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            while (released.getCount() > 0) {
              body.write(chunk);
            }
          }
          return true;
        };
  }

  /** All is well again. */
  public void recover() {
    fault = _ -> false;
  }

  public void release() {
    released.countDown();
  }

  /** Waits until one more request has come than were waited for. */
  public void awaitRequest() throws InterruptedException {
    if (!begun.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("Nobody asks");
    }
  }

  /** The paths that were asked for, in order. */
  public List<String> requests() {
    return List.copyOf(requests);
  }

  private void onRequest(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    requests.add(path);
    begun.release();
    try (exchange) {
      if (!fault.answers(exchange)) {
        answer(exchange, path);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void answer(HttpExchange exchange, String path) throws IOException {
    String object = objects.get(path);
    boolean isOpen = path.startsWith("/.well-known/");
    String bearer = exchange.getRequestHeaders().getFirst("Authorization");
    if (!isOpen && (bearer == null || !bearer.startsWith("Bearer sk_"))) {
      answer(exchange, 401, "{\"errors\":[]}");
    } else if (object == null) {
      answer(exchange, 404, "{\"errors\":[{\"code\":\"resource_not_found\"}]}");
    } else {
      answer(exchange, 200, object);
    }
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    release();
    server.stop(0);
    threads.shutdownNow();
  }
}
