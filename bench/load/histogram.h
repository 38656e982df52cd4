/* Latencies, counted in classes that are at most 1/64 wide. */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H
#include <stdint.h>

void histogram_add(double seconds);
uint64_t histogram_count(void);
/* The latency in microseconds that `share` of all do not exceed; 0 if there are none. */
double histogram_at(double share);
#endif
