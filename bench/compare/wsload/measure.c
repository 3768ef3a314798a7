#define _GNU_SOURCE
#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

// A bucket is an exponent and, from 16 on, the four leading bits, of which the first is always 1.
void histogram_record(struct histogram *histogram, uint64_t micros) {
  int exponent = micros < 16 ? 0 : 63 - __builtin_clzll(micros) - 3;
  int mantissa = (int)(micros >> exponent) & 15;
  int bucket = exponent * 16 + mantissa;
  if (bucket >= HISTOGRAM_BUCKETS) {
    bucket = HISTOGRAM_BUCKETS - 1;
  }
  histogram->counts[bucket]++;
}

double histogram_percentile(const struct histogram *histogram, double share) {
  uint64_t total = 0;
  for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    total += histogram->counts[bucket];
  }
  if (!total) {
    return -1;
  }
  uint64_t seen = 0;
  for (int bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
    seen += histogram->counts[bucket];
    if (seen >= share * total) {
      return (double)((uint64_t)(bucket % 16) << (bucket / 16));
    }
  }
  return -1;
}

uint64_t now_nanos(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ull + time.tv_nsec;
}

static double seconds_of(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

static FILE *proc_file(int pid, const char *name) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  return fopen(path, "r");
}

double cpu_seconds_of(int pid) {
  FILE *stream = proc_file(pid, "stat");
  if (!stream) {
    return -1;
  }
  char text[2048];
  size_t length = fread(text, 1, sizeof text - 1, stream);
  fclose(stream);
  text[length] = 0;
  // The name of the program stands in parentheses and may hold anything; the last one ends it.
  char *after_name = strrchr(text, ')');
  unsigned long user;
  unsigned long system;
  if (!after_name || sscanf(after_name + 2,
                            "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                            &system) != 2) {
    return -1;
  }
  return (user + system) / (double)sysconf(_SC_CLK_TCK);
}

long rss_kib_of(int pid) {
  FILE *stream = proc_file(pid, "status");
  if (!stream) {
    return -1;
  }
  char line[256];
  long kib = -1;
  while (fgets(line, sizeof line, stream)) {
    if (sscanf(line, "VmRSS: %ld", &kib) == 1) {
      break;
    }
  }
  fclose(stream);
  return kib;
}
