/* What flows from one socket to its peer: through a pipe where it comes in bulk, through the thread's memory where it does not. */
#pragma once
#include <stddef.h>

#include "thread.h"

enum flow_result {
  /* epoll will tell when it can go on. */
  FLOW_WAITS,
  /* It could go on, but others want their turn. */
  FLOW_AGAIN,
  /* The end has been passed on. */
  FLOW_ENDED,
  /* The socket is lost: `broken` says why. */
  FLOW_LOST,
  /* Its peer takes no more: `broken` of the peer says why. */
  FLOW_PEER_BROKE,
};

enum flow_result flow(struct thread *thread, struct half *half);

/* Whether enough has been dropped for a peer that takes no more. */
bool flow_is_wasted(const struct half *half);

/* Lets `bytes`, which are the half's from now on, go first. */
void flow_hold(struct half *half, unsigned char *bytes, size_t size);

/* Frees what is held; and what is in a pipe as well. */
void flow_release(struct half *half);
void flow_discard(struct thread *thread, struct half *half);

/* Leaves the first bytes of what is held out: they were not for the peer. */
void flow_skip(struct half *half, size_t size);

struct counters *flow_counters(struct thread *thread, struct half *half);
