#define _GNU_SOURCE
#include "chat.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connection.h"

enum {
  HEAD_BYTES = 48,    // of a text, within which the name of its event stands
  LATENCY_EVERY = 16, // delivery that is looked into for its time, for reading the clock costs
};

// The time in a message is this mark and 16 hexadecimal digits of now_nanos.
static const char TIME_MARK[] = "T@";

// ---- texts out

// A text that is being put together.
struct draft {
  char text[TEXT_MAX];
  size_t length;
};

// Makes room at the end of a draft, and says where it is.
static char *extend(struct draft *draft, size_t length) {
  if (draft->length + length > TEXT_MAX) {
    die("a message is longer than %d bytes", TEXT_MAX);
  }
  char *end = draft->text + draft->length;
  draft->length += length;
  return end;
}

static void append(struct draft *draft, const char *text, size_t length) {
  memcpy(extend(draft, length), text, length);
}

static void append_number(struct draft *draft, const char *format, uint64_t value) {
  char text[32];
  int length = snprintf(text, sizeof text, format, value);
  append(draft, text, length);
}

static void append_placeholder(const struct load *load, const struct client *client,
                               struct draft *draft, char name) {
  const struct options *options = load->options;
  switch (name) {
    case 'g': {
      const char *group = options->groups.items[client->group];
      append(draft, group, strlen(group));
      break;
    }
    case 'k':
      if (options->tokens.count) {
        const char *token = options->tokens.items[client->number % options->tokens.count];
        append(draft, token, strlen(token));
      }
      break;
    case 'i':
      append_number(draft, "%" PRIu64, client->number);
      break;
    case 'n':
      append_number(draft, "%" PRIu64, load->counts.sent);
      break;
    case 't':
      append(draft, TIME_MARK, strlen(TIME_MARK));
      append_number(draft, "%016" PRIx64, now_nanos());
      break;
    case 'p':
      memset(extend(draft, options->payload), 'x', options->payload);
      break;
    case '%':
      append(draft, "%", 1);
      break;
    default:
      die("there is no placeholder %%%c", name);
  }
}

void chat_send(struct load *load, struct client *client, const char *template) {
  static struct draft draft;
  draft.length = 0;
  while (*template) {
    size_t literal = strcspn(template, "%");
    append(&draft, template, literal);
    template += literal;
    if (*template) {
      append_placeholder(load, client, &draft, template[1]);
      template += 2;
    }
  }
  connection_send(load, client, draft.text, draft.length);
}

// ---- texts in

static bool contains(const char *text, size_t length, const char *wanted) {
  return memmem(text, length, wanted, strlen(wanted)) != NULL;
}

// Goes on with the handshake until there is something to wait for.
static void do_steps(struct load *load, struct client *client) {
  const struct options *options = load->options;
  while (client->step < options->step_count) {
    const struct step *step = &options->steps[client->step];
    if (step->say) {
      chat_send(load, client, step->say);
    }
    if (step->expect || client->state == DEAD) {
      return;
    }
    client->step++;
  }
  client->state = READY;
  load->counts.ready++;
}

void chat_begin(struct load *load, struct client *client) {
  client->state = STEPPING;
  client->step = 0;
  do_steps(load, client);
}

static void on_error(struct load *load, const char *text, size_t length) {
  load->counts.errors++;
  note_error(load, "%.*s", (int)(length > 500 ? 500 : length), text);
}

static void on_step_text(struct load *load, struct client *client, const char *text,
                         size_t length) {
  const char *expected = load->options->steps[client->step].expect;
  bool refused = length > 1 && text[0] == '4' && text[1] == '4'; // CONNECT_ERROR of Socket.IO
  if (contains(text, length, expected)) {
    client->step++;
    do_steps(load, client);
  } else if (refused || contains(text, length, load->options->error)) {
    on_error(load, text, length);
  }
}

static void record_latency(struct histogram *micros, const char *text, size_t length) {
  const char *mark = memmem(text, length, TIME_MARK, strlen(TIME_MARK));
  if (!mark) {
    return;
  }
  uint64_t sent_at = strtoull(mark + strlen(TIME_MARK), NULL, 16);
  uint64_t now = now_nanos();
  if (now > sent_at) {
    histogram_record(micros, (now - sent_at) / 1000);
  }
}

static void on_text(struct load *load, struct client *client, const char *text, size_t length) {
  const struct options *options = load->options;
  struct counts *counts = &load->counts;
  if (length == strlen(options->ping) && !memcmp(text, options->ping, length)) {
    connection_send(load, client, options->pong, strlen(options->pong));
    counts->heartbeats++;
    return;
  }
  if (client->state == STEPPING) {
    on_step_text(load, client, text, length);
    return;
  }
  size_t head = length < HEAD_BYTES ? length : HEAD_BYTES;
  if (contains(text, head, options->delivery)) {
    counts->delivered++;
    if (counts->delivered % LATENCY_EVERY == 0) {
      record_latency(&load->delivery_micros, text, length);
    }
  } else if (contains(text, head, options->acknowledgement)) {
    counts->acknowledged++;
    client->in_flight -= client->in_flight > 0;
    record_latency(&load->acknowledgement_micros, text, length);
  } else if (contains(text, head, options->error)) {
    client->in_flight -= client->in_flight > 0;
    on_error(load, text, length);
  }
}

static void on_lines(struct load *load, struct client *client, const char *text, size_t length) {
  const char *end = text + length;
  while (text < end && client->state != DEAD) {
    const char *newline = memchr(text, '\n', end - text);
    const char *line_end = newline ? newline : end;
    if (line_end > text) {
      on_text(load, client, text, line_end - text);
    }
    text = line_end + 1;
  }
}

void chat_on_text(struct load *load, struct client *client, const char *text, size_t length) {
  if (load->options->by_line) {
    on_lines(load, client, text, length);
  } else {
    on_text(load, client, text, length);
  }
}
