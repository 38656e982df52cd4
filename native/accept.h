/* Accepts clients from a listening socket that Node has opened, and deals them out to the threads. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "thread.h"

struct acceptor {
  struct acceptor *next;
  struct thread *thread;
  uint32_t id;
  /* Held while it accepts: JavaScript closes the descriptor at once, and not in the middle of that. */
  pthread_mutex_t lock;
  int fd;
  /* There may be more to accept than was taken: when to try again (ms), or once JavaScript has caught up. */
  bool more;
  int retry;
  /* Given up to answer a client when there is no other descriptor. */
  int spare;
};

/* A thread begins to accept from a descriptor, which is the acceptor's own. */
struct acceptor *acceptor_open(struct thread *thread, uint32_t id, int fd);
void acceptor_listen(struct thread *thread, struct acceptor *acceptor);

/*
 * Stops it at once. Main thread. The acceptor itself goes by COMMAND_UNLISTEN, which all threads pass on to each other, since each may
 * have clients of it.
 */
void acceptor_close(struct acceptor *acceptor);
void acceptor_unlisten(struct thread *thread, struct acceptor *acceptor);

/* Accepts what there is, as far as JavaScript keeps up. */
void acceptor_ready(struct thread *thread, struct acceptor *acceptor);

/* Goes on where it had to wait; when it must be asked again (ms), or -1. */
int acceptors_go_on(struct thread *thread);

void acceptors_free(struct thread *thread);
