#define _GNU_SOURCE
#include "options.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: wsload [OPTION VALUE]...\n"
    "Opens WebSocket clients on loopback, walks each through a handshake, sends and counts.\n"
    "\n"
    "the server\n"
    "  -p PORT              its port (3001)\n"
    "  --pid PID            its process, whose processor time and memory are then printed\n"
    "  --path PATH          of the upgrade (/socket.io/?EIO=4&transport=websocket)\n"
    "\n"
    "the clients\n"
    "  -n N                 how many (100)\n"
    "  -g N                 groups that they are spread over in turn (1), named g0, g1, ...\n"
    "  --groups FILE        their ids, one a line, instead of -g\n"
    "  --tokens FILE        the clients' tokens, one a line, used in turn\n"
    "  --first N            those of the first N groups come first and send; all others come at\n"
    "                       once behind that, and again as stock clients do when refused\n"
    "  --connects N         handshakes under way at once (200)\n"
    "  --say TEXT           a step of the handshake: what a client sends, nothing when empty,\n"
    "  --expect TEXT        and what the answer contains, none when empty; 8 steps at most\n"
    "  --ping TEXT          the server's heartbeat (2)\n"
    "  --pong TEXT          the answer to it (3)\n"
    "  --lines 1            a frame holds a message in each of its lines\n"
    "\n"
    "the messages\n"
    "  --send TEXT          a message; without it none is sent\n"
    "  --payload N          characters that %p stands for (100)\n"
    "  --senders N          senders in each group (1)\n"
    "  --window N           messages that each has in flight; without it --rate counts\n"
    "  --rate N             messages a second, of all senders together\n"
    "  --seconds N          for how long (10)\n"
    "  --hold N             seconds for which the clients stay idle before that (0)\n"
    "  --new TEXT           found at the head of a delivered message (new_message)\n"
    "  --ack TEXT           of an acknowledgement (message_sent)\n"
    "  --err TEXT           of an error (_error)\n"
    "\n"
    "In what --say and --send take, %g is the client's group, %i its number, %k its token, %t the\n"
    "time, from which latency is counted, %n the number of messages sent before, %p the payload.\n";

void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fputs("wsload: ", stderr);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(2);
}

static int number(const char *option, const char *value, int least, int most) {
  char *end;
  errno = 0;
  long parsed = strtol(value, &end, 10);
  if (errno || end == value || *end || parsed < least || parsed > most) {
    die("%s takes a whole number from %d to %d, not \"%s\"", option, least, most, value);
  }
  return (int)parsed;
}

static double decimal(const char *option, const char *value) {
  char *end;
  double parsed = strtod(value, &end);
  if (end == value || *end || !(parsed >= 0)) {
    die("%s takes a number, not \"%s\"", option, value);
  }
  return parsed;
}

// The lines of a file that are not empty.
static struct names names_in(const char *file) {
  FILE *stream = fopen(file, "r");
  if (!stream) {
    die("%s: %s", file, strerror(errno));
  }
  struct names names = {0};
  char *line = NULL;
  size_t capacity = 0;
  while (getline(&line, &capacity, stream) > 0) {
    line[strcspn(line, "\r\n")] = 0;
    if (*line) {
      names.items = realloc(names.items, sizeof *names.items * (names.count + 1));
      names.items[names.count++] = strdup(line);
    }
  }
  free(line);
  fclose(stream);
  if (!names.count) {
    die("%s is empty", file);
  }
  return names;
}

// g0, g1 and so on.
static struct names names_made(int count) {
  struct names names = {.items = malloc(sizeof *names.items * count), .count = count};
  for (int i = 0; i < count; i++) {
    if (asprintf(&names.items[i], "g%d", i) < 0) {
      die("out of memory");
    }
  }
  return names;
}

// What is kept from one option for another.
struct pending {
  const char *say; // waits for its --expect; NULL: none does
  int group_count; // counts when no file of groups is given
};

static void on_say(struct pending *pending, const char *value) {
  if (pending->say) {
    die("--say \"%s\" lacks its --expect", pending->say);
  }
  pending->say = value;
}

static void on_expect(struct pending *pending, struct options *options, const char *value) {
  if (!pending->say) {
    die("--expect \"%s\" lacks its --say", value);
  }
  if (options->step_count == STEPS_MAX) {
    die("there are more than %d steps", STEPS_MAX);
  }
  options->steps[options->step_count++] = (struct step){
      .say = *pending->say ? pending->say : NULL,
      .expect = *value ? value : NULL,
  };
  pending->say = NULL;
}

// Takes an option that is a text as it stands; false when it is no such option.
static bool take_text(struct options *options, const char *option, const char *value) {
  const struct {
    const char *name;
    const char **target;
  } texts[] = {
      {"--path", &options->path}, {"--send", &options->send},
      {"--new", &options->delivery}, {"--ack", &options->acknowledgement},
      {"--err", &options->error}, {"--ping", &options->ping},
      {"--pong", &options->pong},
  };
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    if (!strcmp(option, texts[i].name)) {
      *texts[i].target = value;
      return true;
    }
  }
  return false;
}

// Takes an option that is a whole number; false when it is no such option.
static bool take_number(struct options *options, struct pending *pending, const char *option,
                        const char *value) {
  const struct {
    const char *name;
    int *target;
    int least;
    int most;
  } numbers[] = {
      {"-p", &options->port, 1, 65535},
      {"--pid", &options->server_pid, 0, INT_MAX},
      {"-n", &options->clients, 1, 1000000},
      {"--first", &options->first_groups, 0, 1000000},
      {"-g", &pending->group_count, 1, 1000000},
      {"--connects", &options->connects_max, 1, 1000000},
      {"--payload", &options->payload, 0, 60000},
      {"--senders", &options->senders, 1, 1000000},
      {"--window", &options->window, 0, 1000000},
      {"--seconds", &options->seconds, 0, 86400},
      {"--hold", &options->hold_seconds, 0, 86400},
  };
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    if (!strcmp(option, numbers[i].name)) {
      *numbers[i].target = number(option, value, numbers[i].least, numbers[i].most);
      return true;
    }
  }
  return false;
}

static void take(struct options *options, struct pending *pending, const char *option,
                 const char *value) {
  if (take_text(options, option, value) || take_number(options, pending, option, value)) {
    return;
  }
  if (!strcmp(option, "--say")) {
    on_say(pending, value);
  } else if (!strcmp(option, "--expect")) {
    on_expect(pending, options, value);
  } else if (!strcmp(option, "--rate")) {
    options->rate = decimal(option, value);
  } else if (!strcmp(option, "--lines")) {
    options->by_line = number(option, value, 0, 1);
  } else if (!strcmp(option, "--groups")) {
    options->groups = names_in(value);
  } else if (!strcmp(option, "--tokens")) {
    options->tokens = names_in(value);
  } else {
    die("unknown option %s; wsload --help lists them", option);
  }
}

struct options options_of(int argc, char **argv) {
  struct options options = {
      .port = 3001,
      .path = "/socket.io/?EIO=4&transport=websocket",
      .clients = 100,
      .connects_max = 200,
      .payload = 100,
      .senders = 1,
      .seconds = 10,
      .delivery = "new_message",
      .acknowledgement = "message_sent",
      .error = "_error",
      .ping = "2",
      .pong = "3",
  };
  if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))) {
    fputs(usage, stdout);
    exit(0);
  }
  struct pending pending = {.group_count = 1};
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) {
      die("%s needs a value", argv[i]);
    }
    take(&options, &pending, argv[i], argv[i + 1]);
  }
  if (pending.say) {
    die("--say \"%s\" lacks its --expect", pending.say);
  }
  if (options.send && !options.window && !options.rate) {
    die("--send needs --window or --rate");
  }
  if (options.first_groups && (!options.send || !options.rate)) {
    die("--first needs --send and --rate");
  }
  if (!options.groups.count) {
    options.groups = names_made(pending.group_count);
  }
  if (options.first_groups > options.groups.count) {
    die("--first is more than there are groups");
  }
  return options;
}
