#include "load.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>

void load_init(struct load *load, const struct options *options) {
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  *load = (struct load){
      .options = options,
      .epoll = epoll_create1(0),
      .clients = calloc(options->clients, sizeof *load->clients),
  };
  if (load->epoll < 0 || !load->clients) {
    die("cannot start: %s", strerror(errno));
  }
}

void note_error(struct load *load, const char *format, ...) {
  if (load->first_error[0]) {
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(load->first_error, sizeof load->first_error, format, arguments);
  va_end(arguments);
}

void print_error(struct load *load) {
  if (load->first_error[0]) {
    printf("first error: %s\n", load->first_error);
  }
  load->first_error[0] = 0;
  fflush(stdout);
}
