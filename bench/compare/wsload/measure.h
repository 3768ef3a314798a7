// What is measured: time, latencies, and what a process uses.
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 64 * 16 };

// Latencies in microseconds: exact below 16, then to one part in eight.
struct histogram {
  uint64_t counts[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *histogram, uint64_t micros);

// The lower edge of the bucket that holds this share (0 to 1) of the latencies; -1 without any.
double histogram_percentile(const struct histogram *histogram, double share);

// The monotonic clock.
uint64_t now_nanos(void);

// Seconds of processor time that this process has used.
double own_cpu_seconds(void);

// Seconds of processor time that another has used, to a clock tick, and the memory it holds; -1
// when there is no such process.
double cpu_seconds_of(int pid);
long rss_kib_of(int pid);

#endif
