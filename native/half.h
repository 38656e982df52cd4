/*
 * One socket, and what flows from it. A dial makes one; two, each the other's peer, are a relay.
 * A half belongs to one thread for good: its slot says to which. Only that thread touches it, except for taking and
 * freeing slots (slots.h) and the counters.
 */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "pipes.h"

enum half_state {
  HALF_FREE,
  /* A client that has not said anything yet. */
  HALF_SILENT,
  /* A client whose first bytes JavaScript has. */
  HALF_ASKING,
  HALF_DIALLING,
  /* Connected, and not yet relayed. */
  HALF_CONNECTED,
  HALF_RELAYING,
  /* Closed; the slot is freed once JavaScript has heard of it. */
  HALF_OVER,
};

/* Who ended a relay. */
enum side { SIDE_CLIENT, SIDE_UPSTREAM, SIDE_PROXY };

struct caller;

struct half {
  union {
    /* Of a dial: the client that it is made for, which may be over by now. */
    struct half *peer;
    /* While it is silent. */
    struct caller *caller;
  };
  /* The next one that is to be moved again, or the next free slot. */
  struct half *next;
  /* Bytes from this socket that its peer did not take. */
  unsigned char *held;
  struct pipe *pipe;
  uint32_t held_from;
  uint32_t held_to;
  uint32_t piped;
  /* What its peer, which takes no more, was not given. */
  uint32_t dropped;
  /* Of a dial: which use of its client's slot is meant, and how many of the first bytes there are not for the upstream. */
  uint32_t peer_generation;
  uint32_t skip;
  int fd;
  /* What sending to this socket met; what it has said before is still delivered. */
  int broken;
  /* Of a relay's client half: how it ended first. Errno 0 is an orderly end. */
  int16_t cause;
  uint8_t cause_side;
  bool cause_known;
  uint8_t state;
  bool is_upstream;
  bool readable;
  bool writable;
  /* An end or an error is to be read behind what comes before it. */
  bool hangup;
  bool ended;
  /* The end has been passed on to the peer. */
  bool passed;
  /* Comes in large pieces: worth a pipe. */
  bool bulk;
  /* The peer did not take the last pipe at once. */
  bool slow;
  /* The kernel may hold small pieces back (RFC 896), which concerns only what is sent after the first. */
  bool nagle;
  bool spoken_to;
  /* Stands in the list of those to be moved again. */
  bool again;
};

/* What JavaScript reads at any time; doubles, since it has no other numbers. */
struct counters {
  _Atomic double taken;
  _Atomic double sent;
};
