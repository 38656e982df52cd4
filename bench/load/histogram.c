#include "histogram.h"

/* Nanoseconds below 128 have a class each, above that each doubling has 64. */
enum { STEPS = 64, CLASSES = STEPS * 42 };

static uint64_t classes[CLASSES], total;

static unsigned class_of(uint64_t ns) {
  if (ns < 2 * STEPS) return ns;
  unsigned doublings = 57 - __builtin_clzll(ns); /* so many shifts bring it below 2 * STEPS */
  unsigned at = doublings * STEPS + (ns >> doublings);
  return at < CLASSES ? at : CLASSES - 1;
}

/* The middle of a class. */
static double middle(unsigned at) {
  if (at < 2 * STEPS) return at;
  unsigned doublings = at / STEPS - 1;
  return ((double)(at - doublings * STEPS) + 0.5) * (double)(1ull << doublings);
}

void histogram_add(double seconds) {
  classes[class_of(seconds * 1e9)]++;
  total++;
}

uint64_t histogram_count(void) { return total; }

double histogram_at(double share) {
  uint64_t below = 0;
  for (unsigned at = 0; at < CLASSES; at++) {
    below += classes[at];
    if (below > 0 && below >= share * total) return middle(at) / 1e3;
  }
  return 0;
}
