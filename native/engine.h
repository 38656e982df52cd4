/* What the relay threads and JavaScript share. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "half.h"
#include "mailbox.h"
#include "thread.h"

enum event_kind {
  /* A dial: `address` is the socket's own end, `code` is 1 where the client that waited for it is coupled with it. */
  EVENT_CONNECTED,
  /* A dial: `code` is the errno. The slot is free. */
  EVENT_FAILED,
  /* A dial that was given up. The slot is free. */
  EVENT_CANCELLED,
  /* A relay: `side` and `code` say how. Both slots are free. */
  EVENT_ENDED,
  /* A client of the acceptor `code`, at `address`, has said what its half holds. */
  EVENT_ASKED,
  /* The same for one of which nothing was heard: `fd` is JavaScript's from now on. The slot is free. */
  EVENT_SILENT,
  /* A client that asked was lost. */
  EVENT_LEFT,
  /* A client that JavaScript wants itself: `fd` and `bytes` are its own. The slot is free. */
  EVENT_RELEASED,
  /* The acceptor `code` is closed, and all its clients have been told of. */
  EVENT_CLOSED,
  /* A client of the acceptor `code`, at `address`, found its connection closed: there was no descriptor or slot for it. */
  EVENT_TURNED_AWAY,
};

struct event {
  enum event_kind kind;
  enum side side;
  int code;
  struct half *half;
  struct half *upstream;
  /* The socket's own end, of a client the other one. */
  struct address address;
  int fd;
  unsigned char *bytes;
  uint32_t size;
};

struct engine {
  struct half *halves;
  /* How often each slot was taken. */
  _Atomic uint32_t *generations;
  struct counters *counters;
  uint32_t capacity;
  unsigned threads_count;
  struct thread *threads;
  atomic_int pipes_allowed;
  atomic_bool stopping;
  /* The kernel refuses splice(2) between these sockets: bytes are copied. */
  atomic_bool no_splice;
  struct mailbox events;
  /* Clients accepted that JavaScript has not yet taken note of, and how many there may be: the rest waits in the kernel. */
  atomic_int undecided;
  int allowance;
  /* Those among them that have not said anything; where JavaScript can read it. */
  atomic_int *silent;
  /* An acceptor waits for there to be fewer. */
  atomic_bool accept_waits;
  /* Whose the next client is; of the threads that accept. */
  atomic_uint turn;
  /* Lets JavaScript know that there are events. Any thread. */
  void (*wake_javascript)(struct engine *engine);
};

/* Starts the threads; an errno where they cannot be had, and then nothing is left. */
int engine_open(struct engine *engine, unsigned threads, uint32_t capacity, int pipes, int allowance);

/* Ends the threads and closes every socket; the counters stay. */
void engine_close(struct engine *engine);

/* JavaScript has taken note of so many clients. */
void engine_decided(struct engine *engine, int clients);

/* Tells JavaScript, at the end of the thread's round. */
void engine_report(struct thread *thread, const struct event *event);

size_t counters_size(uint32_t capacity);

static inline uint32_t slot_of(const struct engine *engine, const struct half *half) {
  return (uint32_t)(half - engine->halves);
}

/* Slots go round the threads, so that each has its own. */
static inline struct thread *thread_of(const struct engine *engine, uint32_t slot) {
  return &engine->threads[slot % engine->threads_count];
}

/* Tells one use of a slot from the next. Any thread, of a slot that it knows to be in use. */
static inline uint32_t generation_of(const struct engine *engine, const struct half *half) {
  return atomic_load_explicit(&engine->generations[slot_of(engine, half)], memory_order_relaxed);
}

/* Queues a command for the half's thread; `thread_flush` lets that know. JavaScript only. */
void engine_command(struct engine *engine, struct half *half, struct command command);

/* A free half of this thread, or NULL. Any thread. */
struct half *slot_take(struct thread *thread);
void slot_free(struct engine *engine, struct half *half);

static inline void count(_Atomic double *counter, size_t bytes) {
  /* One writer: no locked instruction is needed. */
  double before = atomic_load_explicit(counter, memory_order_relaxed);
  atomic_store_explicit(counter, before + (double)bytes, memory_order_relaxed);
}
