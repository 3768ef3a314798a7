#define _GNU_SOURCE
#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chat.h"

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum {
  SHORT_MAX = 125,            // payload whose length is in a frame's second byte; control frames
                              // are no longer (RFC 6455, 5.2 and 5.5)
  FRAME_HEAD_MAX = 8,         // of a frame that holds TEXT_MAX, the mask included
  READ_BYTES = 1 << 20,       // in one go
  READS_A_TURN = 4,           // of one client, so that the others have theirs
  EVENTS_A_TURN = 1024,
  CLIENTS_AN_ADDRESS = 25000, // of 127.0.0.0/8, each of which has some 28,000 ports to connect from
};

enum opcode { OP_TEXT = 1, OP_CLOSE = 8, OP_PING = 9, OP_PONG = 10 };

static void *grow(void *memory, size_t size) {
  void *grown = realloc(memory, size);
  if (!grown) {
    die("out of memory");
  }
  return grown;
}

// ---- bytes out

static void await_write(struct load *load, struct client *client, bool wants_write) {
  if (client->wants_write == wants_write) {
    return;
  }
  client->wants_write = wants_write;
  struct epoll_event event = {
      .events = EPOLLIN | (wants_write ? EPOLLOUT : 0),
      .data.ptr = client,
  };
  epoll_ctl(load->epoll, EPOLL_CTL_MOD, client->fd, &event);
}

void connection_close(struct load *load, struct client *client, const char *reason) {
  if (client->state == DEAD) {
    return;
  }
  if (client->state == READY) {
    load->counts.ready--;
  }
  client->state = DEAD;
  load->counts.dead++;
  note_error(load, "client %d closed: %s", client->number, reason);
  close(client->fd);
  free(client->rest);
  free(client->queue);
  client->rest = client->queue = NULL;
  client->rest_length = client->rest_capacity = client->queue_length = client->queue_sent = 0;
}

static void enqueue(struct load *load, struct client *client, const char *bytes, size_t length) {
  if (client->queue_sent) {
    client->queue_length -= client->queue_sent;
    memmove(client->queue, client->queue + client->queue_sent, client->queue_length);
    client->queue_sent = 0;
  }
  client->queue = grow(client->queue, client->queue_length + length);
  memcpy(client->queue + client->queue_length, bytes, length);
  client->queue_length += length;
  await_write(load, client, true);
}

static void put(struct load *load, struct client *client, const char *bytes, size_t length) {
  if (client->queue_length == client->queue_sent) {
    ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length) {
      return;
    }
    if (sent < 0 && errno != EAGAIN) {
      connection_close(load, client, strerror(errno));
      return;
    }
    if (sent > 0) {
      bytes += sent;
      length -= sent;
    }
  }
  enqueue(load, client, bytes, length);
}

// Sends the queue; the write interest ends when it is empty.
static void flush(struct load *load, struct client *client) {
  while (client->queue_sent < client->queue_length) {
    ssize_t sent = send(client->fd, client->queue + client->queue_sent,
                        client->queue_length - client->queue_sent, MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno != EAGAIN) {
        connection_close(load, client, strerror(errno));
      }
      return;
    }
    client->queue_sent += sent;
  }
  free(client->queue);
  client->queue = NULL;
  client->queue_length = 0;
  client->queue_sent = 0;
  await_write(load, client, false);
}

// A client has to mask what it sends; a mask of zeros leaves the bytes as they are.
static void put_frame(struct load *load, struct client *client, enum opcode opcode,
                      const char *payload, size_t length) {
  static char frame[FRAME_HEAD_MAX + TEXT_MAX];
  size_t head = 2;
  frame[0] = (char)(0x80 | opcode);
  if (length <= SHORT_MAX) {
    frame[1] = (char)(0x80 | length);
  } else {
    frame[1] = (char)(0x80 | 126);
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
    head = 4;
  }
  memset(frame + head, 0, 4);
  memcpy(frame + head + 4, payload, length);
  put(load, client, frame, head + 4 + length);
}

void connection_send(struct load *load, struct client *client, const char *text, size_t length) {
  put_frame(load, client, OP_TEXT, text, length);
}

// ---- bytes in

static void on_frame(struct load *load, struct client *client, int opcode, const char *payload,
                     size_t length) {
  switch (opcode) {
    case OP_TEXT:
      chat_on_text(load, client, payload, length);
      break;
    case OP_CLOSE:
      connection_close(load, client, "close frame");
      break;
    case OP_PING:
      if (length <= SHORT_MAX) {
        put_frame(load, client, OP_PONG, payload, length);
      }
      break;
    default:
      break;
  }
}

// The head of a frame: its own length and that of its payload.
struct frame_head {
  size_t length;
  uint64_t payload;
};

// Reads a frame's head, which a server does not mask; false when it is not there as a whole.
static bool read_frame_head(const char *bytes, size_t available, struct frame_head *head) {
  if (available < 2) {
    return false;
  }
  const uint8_t *octets = (const uint8_t *)bytes;
  head->length = 2;
  head->payload = octets[1] & 127;
  if (head->payload < 126) {
    return true;
  }
  head->length = head->payload == 126 ? 4 : 10;
  if (available < head->length) {
    return false;
  }
  head->payload = 0;
  for (size_t i = 2; i < head->length; i++) {
    head->payload = head->payload << 8 | octets[i];
  }
  return true;
}

// Serves the whole frames of what was read, and says how many bytes they are.
static size_t on_frames(struct load *load, struct client *client, const char *bytes,
                        size_t length) {
  size_t done = 0;
  struct frame_head head;
  while (client->state != DEAD && read_frame_head(bytes + done, length - done, &head) &&
         length - done - head.length >= head.payload) {
    const char *frame = bytes + done;
    on_frame(load, client, frame[0] & 15, frame + head.length, head.payload);
    done += head.length + head.payload;
  }
  return done;
}

// Looks for the answer to the upgrade, and says how many bytes it is; 0 before all of it is there.
static size_t on_upgrade(struct load *load, struct client *client, const char *bytes,
                         size_t length) {
  const char *end = memmem(bytes, length, "\r\n\r\n", 4);
  if (!end) {
    return 0;
  }
  if (memcmp(bytes, "HTTP/1.1 101", 12)) {
    note_error(load, "%.*s", (int)(length > 300 ? 300 : length), bytes);
    connection_close(load, client, "no upgrade");
    return length;
  }
  chat_begin(load, client);
  return end + 4 - bytes;
}

// Serves what there is, and says how many bytes of it.
static size_t on_bytes(struct load *load, struct client *client, const char *bytes,
                       size_t length) {
  size_t done = 0;
  if (client->state == UPGRADING) {
    done = on_upgrade(load, client, bytes, length);
  }
  if (client->state == STEPPING || client->state == READY) {
    done += on_frames(load, client, bytes + done, length - done);
  }
  return done;
}

// Keeps the beginning of a frame for the next read. Clients with nothing to keep hold no memory.
static void keep_rest(struct client *client, const char *bytes, size_t length) {
  if (!length) {
    free(client->rest);
    client->rest = NULL;
    client->rest_capacity = 0;
  } else {
    if (client->rest_capacity < length) {
      client->rest = grow(client->rest, length);
      client->rest_capacity = length;
    }
    memcpy(client->rest, bytes, length);
  }
  client->rest_length = length;
}

static void on_readable(struct load *load, struct client *client) {
  static char buffer[READ_BYTES];
  for (int turn = 0; turn < READS_A_TURN; turn++) {
    size_t kept = client->rest_length;
    if (kept == sizeof buffer) {
      connection_close(load, client, "frame too long");
      return;
    }
    if (kept) {
      memcpy(buffer, client->rest, kept);
    }
    ssize_t read = recv(client->fd, buffer + kept, sizeof buffer - kept, 0);
    if (read < 0 && errno == EAGAIN) {
      return;
    }
    if (read <= 0) {
      connection_close(load, client, read ? strerror(errno) : "eof");
      return;
    }
    load->counts.bytes_in += read;
    size_t length = kept + read;
    size_t done = on_bytes(load, client, buffer, length);
    if (client->state == DEAD) {
      return;
    }
    keep_rest(client, buffer + done, length - done);
    if (length < sizeof buffer) {
      return;
    }
  }
}

// ---- connecting

static struct sockaddr_in address(uint32_t host, uint16_t port) {
  return (struct sockaddr_in){
      .sin_family = AF_INET,
      .sin_addr.s_addr = htonl(host),
      .sin_port = htons(port),
  };
}

void connection_open(struct load *load, int number) {
  struct client *client = &load->clients[number];
  client->number = number;
  client->in_flight = 0;
  client->group = number % load->options->groups.count;
  client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (client->fd < 0) {
    die("socket: %s (ulimit -n?)", strerror(errno));
  }
  int on = 1;
  setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(client->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  struct sockaddr_in from = address(INADDR_LOOPBACK + 1 + number / CLIENTS_AN_ADDRESS, 0);
  bind(client->fd, (struct sockaddr *)&from, sizeof from);
  struct sockaddr_in to = address(INADDR_LOOPBACK, load->options->port);
  if (connect(client->fd, (struct sockaddr *)&to, sizeof to) < 0 && errno != EINPROGRESS) {
    die("connect: %s", strerror(errno));
  }
  client->state = CONNECTING;
  client->wants_write = true;
  struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = client};
  epoll_ctl(load->epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void on_connected(struct load *load, struct client *client) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error) {
    connection_close(load, client, strerror(error));
    return;
  }
  char request[2048];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\n"
                        "Host: 127.0.0.1:%d\r\n"
                        "Upgrade: websocket\r\n"
                        "Connection: Upgrade\r\n"
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        "Sec-WebSocket-Version: 13\r\n\r\n",
                        load->options->path, load->options->port);
  if (length >= (int)sizeof request) {
    die("--path is too long");
  }
  client->state = UPGRADING;
  await_write(load, client, false);
  put(load, client, request, length);
}

static void on_writable(struct load *load, struct client *client) {
  if (client->state == CONNECTING) {
    on_connected(load, client);
  } else {
    flush(load, client);
  }
}

void connections_serve(struct load *load, int timeout_millis) {
  static struct epoll_event events[EVENTS_A_TURN];
  int count = epoll_wait(load->epoll, events, EVENTS_A_TURN, timeout_millis);
  for (int i = 0; i < count; i++) {
    struct client *client = events[i].data.ptr;
    if (client->state != DEAD && events[i].events & EPOLLOUT) {
      on_writable(load, client);
    }
    if (client->state != DEAD && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
      on_readable(load, client);
    }
  }
}
