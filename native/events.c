/* Tells JavaScript what threads have reported: written where it finds it, many at once, by one call. */
#include <stdlib.h>
#include <string.h>

#include "binding.h"

/* Where things are in an event: native.ts has the same. */
enum { KIND, SLOT, CODE, PORT, TEXT_SIZE, BYTES_AT, BYTES_SIZE, DESCRIPTOR, TEXT, FIELDS = TEXT + ADDRESS_TEXT / 4 + 1 };
enum { UPSTREAM = PORT, SIDE = TEXT_SIZE };

unsigned event_fields(void) { return FIELDS; }

static void write_address(int32_t *fields, const struct address *address) {
  fields[PORT] = (int32_t)address_port(address);
  fields[TEXT_SIZE] = (int32_t)address_print(address, (char *)(fields + TEXT), ADDRESS_TEXT);
}

static void write_bytes(struct bound *bound, int32_t *fields, const unsigned char *bytes, uint32_t size) {
  fields[BYTES_AT] = (int32_t)bound->bytes_used;
  fields[BYTES_SIZE] = (int32_t)size;
  if (size > 0) memcpy(bound->bytes + bound->bytes_used, bytes, size);
  bound->bytes_used += size;
}

static void write_event(struct bound *bound, int32_t *fields, const struct event *event) {
  fields[KIND] = (int32_t)event->kind;
  fields[SLOT] = event->half == NULL ? -1 : (int32_t)slot_of(&bound->engine, event->half);
  fields[CODE] = event->code;
  fields[DESCRIPTOR] = event->fd;
  if (event->kind == EVENT_ENDED) {
    fields[UPSTREAM] = (int32_t)slot_of(&bound->engine, event->upstream);
    fields[SIDE] = (int32_t)event->side;
    return;
  }
  if (event->address.length > 0) write_address(fields, &event->address);
  /* A client that asks is its thread's, but what it holds is not touched before it is answered. */
  if (event->kind == EVENT_ASKED) write_bytes(bound, fields, event->half->held, event->half->held_to);
  else write_bytes(bound, fields, event->bytes, event->size);
}

static uint32_t bytes_of(const struct event *event) {
  return event->kind == EVENT_ASKED ? event->half->held_to : event->size;
}

/* As many events as there is room for; how many. */
static size_t write_batch(struct bound *bound, const struct event *events, size_t count) {
  size_t written = 0;
  bound->bytes_used = 0;
  while (written < count && written < EVENTS_AT_ONCE) {
    if (bound->bytes_used + bytes_of(&events[written]) > BYTES_AT_ONCE) break;
    write_event(bound, bound->events + written * FIELDS, &events[written]);
    written++;
  }
  return written;
}

/* After JavaScript has heard of it: until then it may still read the counters. */
static int settle(struct bound *bound, const struct event *event) {
  free(event->bytes);
  switch (event->kind) {
    case EVENT_CONNECTED:
    case EVENT_LEFT:
      return 0;
    case EVENT_CLOSED:
      if (--bound->listening == 0) napi_unref_threadsafe_function(bound->env, bound->wake);
      return 0;
    case EVENT_ASKED:
    case EVENT_TURNED_AWAY:
      return 1;
    case EVENT_ENDED:
      slot_free(&bound->engine, event->upstream);
      break;
    case EVENT_FAILED:
    case EVENT_CANCELLED:
    case EVENT_RELEASED:
    case EVENT_SILENT:
      break;
  }
  slot_free(&bound->engine, event->half);
  return event->kind == EVENT_SILENT;
}

static void call(struct bound *bound, napi_env env, size_t count) {
  napi_value function, receiver, argument = js_integer(env, (int32_t)count);
  napi_get_reference_value(env, bound->on_events, &function);
  napi_get_undefined(env, &receiver);
  napi_call_function(env, receiver, function, 1, &argument, NULL);
}

void deliver_events(napi_env env, napi_value unused, void *context, void *data) {
  (void)unused, (void)data;
  struct bound *bound = context;
  if (env == NULL || !bound->open) return;
  mailbox_take(&bound->engine.events, &bound->letters);
  const struct event *events = (const struct event *)bound->letters.items;
  size_t left = bound->letters.count;
  while (left > 0 && bound->open) {
    size_t count = write_batch(bound, events, left);
    call(bound, env, count);
    int decided = 0;
    for (size_t i = 0; i < count && bound->open; i++) decided += settle(bound, &events[i]);
    if (decided > 0 && bound->open) engine_decided(&bound->engine, decided);
    events += count;
    left -= count;
  }
}
