#include "engine.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

/* Address space only: a page costs memory once a slot in it is used. */
static void *reserve(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return memory == MAP_FAILED ? NULL : memory;
}

static size_t halves_size(uint32_t capacity) { return capacity * sizeof(struct half); }

static size_t generations_size(uint32_t capacity) { return capacity * sizeof(uint32_t); }

static void release(void *memory, size_t size) {
  if (memory != NULL) munmap(memory, size);
}

size_t counters_size(uint32_t capacity) { return capacity * sizeof(struct counters); }

static void stop(struct engine *engine, unsigned started) {
  atomic_store(&engine->stopping, true);
  for (unsigned i = 0; i < started; i++) thread_join(&engine->threads[i]);
}

int engine_open(struct engine *engine, unsigned threads, uint32_t capacity, int pipes, int allowance) {
  *engine = (struct engine){
      .capacity = capacity,
      .threads_count = threads,
      .allowance = allowance,
      .silent = engine->silent,
      .wake_javascript = engine->wake_javascript,
  };
  atomic_init(&engine->pipes_allowed, pipes);
  engine->halves = reserve(halves_size(capacity));
  engine->generations = reserve(generations_size(capacity));
  engine->counters = reserve(counters_size(capacity));
  if (engine->halves == NULL || engine->generations == NULL || engine->counters == NULL) {
    release(engine->halves, halves_size(capacity));
    release(engine->generations, generations_size(capacity));
    release(engine->counters, counters_size(capacity));
    return ENOMEM;
  }
  mailbox_open(&engine->events, sizeof(struct event));
  engine->threads = more_memory(NULL, threads * sizeof(struct thread));
  for (unsigned i = 0; i < threads; i++) {
    int error = thread_start(&engine->threads[i], engine);
    if (error == 0) continue;
    stop(engine, i);
    release(engine->counters, counters_size(capacity));
    engine->counters = NULL;
    engine_close(engine);
    return error;
  }
  return 0;
}

/* What events hold that JavaScript will not hear of any more. */
static void discard_events(struct engine *engine) {
  struct letters letters = {0};
  mailbox_take(&engine->events, &letters);
  const struct event *events = (const struct event *)letters.items;
  for (size_t i = 0; i < letters.count; i++) {
    free(events[i].bytes);
    if (events[i].kind == EVENT_SILENT || events[i].kind == EVENT_RELEASED) close(events[i].fd);
  }
  free(letters.items);
}

void engine_close(struct engine *engine) {
  if (!atomic_load(&engine->stopping)) stop(engine, engine->threads_count);
  discard_events(engine);
  mailbox_close(&engine->events);
  release(engine->halves, halves_size(engine->capacity));
  release(engine->generations, generations_size(engine->capacity));
  free(engine->threads);
}

void engine_report(struct thread *thread, const struct event *event) {
  mailbox_put(&thread->engine->events, event);
  thread->reported = true;
}

void engine_decided(struct engine *engine, int clients) {
  atomic_fetch_sub(&engine->undecided, clients);
  if (!atomic_exchange(&engine->accept_waits, false)) return;
  for (unsigned i = 0; i < engine->threads_count; i++) thread_wake(&engine->threads[i]);
}

void engine_command(struct engine *engine, struct half *half, struct command command) {
  command.half = half;
  command.generation = generation_of(engine, half);
  thread_command(thread_of(engine, slot_of(engine, half)), &command);
}

struct half *slot_take(struct thread *thread) {
  struct engine *engine = thread->engine;
  pthread_mutex_lock(&thread->slots_lock);
  struct half *half = thread->free;
  if (half != NULL) {
    thread->free = half->next;
  } else if (thread->next_fresh < engine->capacity) {
    half = &engine->halves[thread->next_fresh];
    thread->next_fresh += engine->threads_count;
  }
  if (half != NULL) atomic_fetch_add_explicit(&engine->generations[slot_of(engine, half)], 1, memory_order_relaxed);
  pthread_mutex_unlock(&thread->slots_lock);
  return half;
}

void slot_free(struct engine *engine, struct half *half) {
  uint32_t slot = slot_of(engine, half);
  struct thread *thread = thread_of(engine, slot);
  atomic_store_explicit(&engine->counters[slot].taken, 0, memory_order_relaxed);
  atomic_store_explicit(&engine->counters[slot].sent, 0, memory_order_relaxed);
  pthread_mutex_lock(&thread->slots_lock);
  half->next = thread->free;
  thread->free = half;
  pthread_mutex_unlock(&thread->slots_lock);
}
