// floor: the least that a server can do. It speaks just enough to satisfy wsload, has one room that
// nobody leaves but by closing, and writes a message as one ready-made frame, with one send() for
// each member: what a fan-out costs that does not batch, and no more. One thread; run it as
//   floor PORT CONTENT_CHARACTERS
// It trusts its clients: a frame comes in one piece under a mask of zeros, as wsload sends it.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
  TIME_CHARACTERS = 18, // T@ and 16 hexadecimal digits, which the content begins with
  CONTENT_MAX = 60000,
  FRAME_MAX = CONTENT_MAX + 1024,
  EVENT_HEAD_BYTES = 30, // of a text, within which the name of its event stands
  EVENTS_A_TURN = 512,
  BACKLOG = 4096,
};

// A message as the reference service sends it, but for what differs from one to the next.
#define MESSAGE                                                                                  \
  "\"message\":{\"_id\":\"0123456789abcdef01234567\",\"groupId\":\"g0\","                        \
  "\"senderId\":\"0123456789abcdef01234567\",\"content\":\"%.*s%s\",\"type\":\"text\","          \
  "\"isDeleted\":false,\"readBy\":[],\"createdAt\":\"2026-11-22T12:00:00.000Z\","                \
  "\"updatedAt\":\"2026-11-22T12:00:00.000Z\"}"

static const char MESSAGE_SENT[] = "42[\"message_sent\",{" MESSAGE ",\"tempId\":\"1\"}]";
static const char NEW_MESSAGE[] =
    "42[\"new_message\",{" MESSAGE ",\"sender\":{\"_id\":\"0123456789abcdef01234567\","
    "\"firstName\":\"user1\",\"lastName\":\"\",\"username\":\"user1\"}}]";

static const char UPGRADED[] =
    "HTTP/1.1 101 Switching Protocols\r\n"
    "Upgrade: websocket\r\n"
    "Connection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
static const char HANDSHAKE[] =
    "0{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":25000,\"pingTimeout\":60000,"
    "\"maxPayload\":1000000}";

struct client {
  int fd;
  bool upgraded;
  char *queue; // what the socket did not take yet
  size_t queue_length;
};

struct frame {
  char bytes[FRAME_MAX];
  size_t length;
};

static int epoll;
static struct client **members;
static int member_count;
static char padding[CONTENT_MAX + 1]; // the content after the time

static void fail(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static void watch(struct client *client, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = client};
  epoll_ctl(epoll, operation, client->fd, &event);
}

// ---- out

static void put(struct client *client, const char *bytes, size_t length) {
  if (!client->queue_length) {
    ssize_t sent = send(client->fd, bytes, length, MSG_NOSIGNAL);
    if (sent == (ssize_t)length) {
      return;
    }
    if (sent > 0) {
      bytes += sent;
      length -= sent;
    }
  }
  client->queue = realloc(client->queue, client->queue_length + length);
  if (!client->queue) {
    fail("queue");
  }
  memcpy(client->queue + client->queue_length, bytes, length);
  client->queue_length += length;
  watch(client, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void flush(struct client *client) {
  ssize_t sent = send(client->fd, client->queue, client->queue_length, MSG_NOSIGNAL);
  if (sent > 0) {
    client->queue_length -= sent;
    memmove(client->queue, client->queue + sent, client->queue_length);
  }
  if (!client->queue_length) {
    watch(client, EPOLL_CTL_MOD, EPOLLIN);
  }
}

// Formats a text and puts the head of a frame before it (RFC 6455, 5.2). The text is written behind
// room for the longer head and moved when the shorter will do.
static void frame_format(struct frame *frame, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  size_t length = vsnprintf(frame->bytes + 4, sizeof frame->bytes - 4, format, arguments);
  va_end(arguments);
  size_t head = length < 126 ? 2 : 4;
  frame->bytes[0] = (char)0x81;
  if (head == 2) {
    frame->bytes[1] = (char)length;
    memmove(frame->bytes + 2, frame->bytes + 4, length);
  } else {
    frame->bytes[1] = 126;
    frame->bytes[2] = (char)(length >> 8);
    frame->bytes[3] = (char)length;
  }
  frame->length = head + length;
}

static void say(struct client *client, const char *text) {
  static struct frame frame;
  frame_format(&frame, "%s", text);
  put(client, frame.bytes, frame.length);
}

// ---- events

static void on_join(struct client *client) {
  members = realloc(members, sizeof *members * (member_count + 1));
  if (!members) {
    fail("members");
  }
  members[member_count++] = client;
  say(client, "42[\"group_joined\",{}]");
}

static void on_message(struct client *client, const char *text, size_t length) {
  static struct frame frame;
  const char *time = memmem(text, length, "T@", 2);
  if (!time) {
    return;
  }
  frame_format(&frame, MESSAGE_SENT, TIME_CHARACTERS, time, padding);
  put(client, frame.bytes, frame.length);
  frame_format(&frame, NEW_MESSAGE, TIME_CHARACTERS, time, padding);
  for (int i = 0; i < member_count; i++) {
    if (members[i] != client) {
      put(members[i], frame.bytes, frame.length);
    }
  }
}

static void on_text(struct client *client, const char *text, size_t length) {
  size_t head = length < EVENT_HEAD_BYTES ? length : EVENT_HEAD_BYTES;
  if (length >= 2 && !memcmp(text, "40", 2)) {
    say(client, "40{\"sid\":\"x\"}");
  } else if (memmem(text, head, "authenticate", 12)) {
    say(client, "42[\"authentication_success\",{}]");
  } else if (memmem(text, head, "join_group", 10)) {
    on_join(client);
  } else if (memmem(text, head, "send_message", 12)) {
    on_message(client, text, length);
  }
}

// ---- in

static void on_frames(struct client *client, const char *bytes, size_t length) {
  const uint8_t *octets = (const uint8_t *)bytes;
  size_t done = 0;
  while (length - done >= 6) {
    size_t payload = octets[done + 1] & 127;
    size_t head = 2 + 4; // the mask
    if (payload == 126) {
      payload = octets[done + 2] << 8 | octets[done + 3];
      head += 2;
    }
    if (length - done < head + payload) {
      break;
    }
    on_text(client, bytes + done + head, payload);
    done += head + payload;
  }
}

static void on_close(struct client *client) {
  for (int i = 0; i < member_count; i++) {
    if (members[i] == client) {
      members[i] = members[--member_count];
      break;
    }
  }
  close(client->fd);
  free(client->queue);
  free(client);
}

static void on_readable(struct client *client) {
  static char buffer[1 << 20];
  ssize_t length = recv(client->fd, buffer, sizeof buffer, 0);
  if (length < 0 && errno == EAGAIN) {
    return;
  }
  if (length <= 0) {
    on_close(client);
  } else if (!client->upgraded) {
    client->upgraded = true;
    put(client, UPGRADED, strlen(UPGRADED));
    say(client, HANDSHAKE);
  } else {
    on_frames(client, buffer, length);
  }
}

static void on_connections(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    struct client *client = calloc(1, sizeof *client);
    if (!client) {
      fail("client");
    }
    client->fd = fd;
    watch(client, EPOLL_CTL_ADD, EPOLLIN);
  }
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  int on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {
      .sin_family = AF_INET,
      .sin_port = htons(port),
      .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, BACKLOG)) {
    fail("listen");
  }
  // The listener is the one whose event names no client.
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  return listener;
}

static void serve(int listener) {
  static struct epoll_event events[EVENTS_A_TURN];
  int count = epoll_wait(epoll, events, EVENTS_A_TURN, -1);
  for (int i = 0; i < count; i++) {
    struct client *client = events[i].data.ptr;
    if (!client) {
      on_connections(listener);
      continue;
    }
    if (events[i].events & EPOLLOUT && client->queue_length) {
      flush(client);
    }
    if (events[i].events & EPOLLIN) {
      on_readable(client);
    }
  }
}

int main(int argc, char **argv) {
  int port = argc == 3 ? atoi(argv[1]) : 0;
  int content = argc == 3 ? atoi(argv[2]) : 0;
  if (port < 1 || port > 65535 || content < TIME_CHARACTERS || content > CONTENT_MAX) {
    fprintf(stderr, "usage: floor PORT CONTENT_CHARACTERS (%d to %d)\n", TIME_CHARACTERS,
            CONTENT_MAX);
    return 2;
  }
  memset(padding, 'x', content - TIME_CHARACTERS);
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll = epoll_create1(0);
  int listener = listen_on(port);
  for (;;) {
    serve(listener);
  }
}
