/* A relay thread: one epoll for all its sockets, edge-triggered, and commands from JavaScript. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "half.h"
#include "mailbox.h"

struct engine;

enum command_kind { COMMAND_DIAL, COMMAND_CANCEL, COMMAND_RELAY, COMMAND_ABORT, COMMAND_KEEP_ALIVE };

struct command {
  enum command_kind kind;
  /* Of a relay: its client's half. */
  struct half *half;
  union {
    struct {
      struct address target;
      /* Length 0: the kernel chooses. */
      struct address source;
    } dial;
    struct {
      struct half *upstream;
      int client;
      /* What goes to the upstream, and to the client, before anything else. The thread frees them. */
      unsigned char *head;
      unsigned char *greeting;
      uint32_t head_size;
      uint32_t greeting_size;
    } relay;
  };
};

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
  /* Halves that had to let others have their turn, and those of them that are moved in this round. */
  struct half *again;
  struct half *turn;
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

/* Lets a half go on in the next round; or, for one that is closed, no more. */
void thread_again(struct thread *thread, struct half *half);
void thread_forget(struct thread *thread, struct half *half);
