/* Clients and servers that speak through a relay, check every byte, and misbehave. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct tally {
  atomic_long exact;
  atomic_long wrong;
  atomic_long cut;
  atomic_long bytes;
};

extern struct tally tally;

/* A listening socket of 127.0.0.1, not blocking or blocking; its port. */
int listen_anywhere(bool blocking, uint16_t *port);

/* Serves connections until it is closed; each as its first bytes ask. */
void serve_forever(int listener);

/* Connects, does one thing or another, and leaves. */
void one_client(uint16_t port, unsigned *seed);
