/* A relay thread: one epoll for all its sockets, edge-triggered, and commands from JavaScript. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "half.h"
#include "mailbox.h"

struct engine;

enum command_kind {
  COMMAND_DIAL,
  /* Closes what a dial connects, or a client that asks. */
  COMMAND_CANCEL,
  /* Couples a descriptor, or a client that asks, with what a dial connected. */
  COMMAND_RELAY,
  COMMAND_ABORT,
  COMMAND_KEEP_ALIVE,
  /* Gives a client that asks to JavaScript. */
  COMMAND_RELEASE,
  COMMAND_LISTEN,
  COMMAND_UNLISTEN,
  /* A client that another thread has accepted. */
  COMMAND_ADOPT,
};

struct command {
  enum command_kind kind;
  /* Of a relay: its client's half. NULL where it is about a listener. */
  struct half *half;
  /* Its slot may be another's by the time the command is carried out. */
  uint32_t generation;
  union {
    struct {
      struct address target;
      /* Length 0: the kernel chooses. */
      struct address source;
      /* A client that asks, which is coupled with it as soon as it is connected; or NULL. */
      struct half *client;
      uint32_t client_generation;
      uint32_t skip;
      unsigned char *greeting;
      uint32_t greeting_size;
    } dial;
    struct {
      struct half *upstream;
      /* -1: the client is one that asks, and has its first bytes. */
      int client;
      /* How many of those are not for the upstream. */
      uint32_t skip;
      /* What goes to the upstream, and to the client, before anything else. The thread frees them. */
      unsigned char *head;
      unsigned char *greeting;
      uint32_t head_size;
      uint32_t greeting_size;
    } relay;
    /* Of a listener: what was accepted from it, or what it is. */
    struct {
      int fd;
      uint32_t acceptor;
      struct address from;
    } client;
    struct acceptor *acceptor;
  };
};

struct acceptor;
struct caller;

struct thread {
  struct engine *engine;
  pthread_t id;
  int epoll;
  int wake;
  /* Commands wait for the wake-up that `thread_flush` gives. Main thread only. */
  bool due;
  /* Something was reported that JavaScript has not been told of. */
  bool reported;
  struct mailbox commands;
  struct pipes pipes;
  /* Halves that wait for their turn, and those of them that come first. */
  struct half *again;
  struct half *turn;
  /* How many of the next turns are to be short. */
  int short_turns;
  /* Bytes that relays have taken. */
  uint64_t moved;
  /* Listeners that this thread accepts from. */
  struct acceptor *acceptors;
  /* Silent clients, the longest silent first. */
  struct caller *callers;
  struct caller *last_caller;
  int callers_count;
  /* Where small messages pass through. */
  unsigned char *scratch;
  /* Free slots of this thread. */
  pthread_mutex_t slots_lock;
  struct half *free;
  uint32_t next_fresh;
};

/* Makes the thread's descriptors and starts it; an errno where it cannot be had. */
int thread_start(struct thread *thread, struct engine *engine);

/* Ends it, which the engine's `stopping` asks for, and closes every socket it has. */
void thread_join(struct thread *thread);

/* Queues a command; `thread_flush` lets the thread know. */
void thread_command(struct thread *thread, const struct command *command);
void thread_flush(struct thread *thread);

/* The nearer of two times to wait (ms), where -1 is for ever. */
static inline int sooner(int one, int other) {
  if (one < 0 || other < 0) return one < 0 ? other : one;
  return one < other ? one : other;
}

/* Makes the thread look around. Any thread. */
void thread_wake(struct thread *thread);
