/* An engine as one JavaScript environment has it. */
#pragma once
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/* Events, and bytes of clients, that are handed to JavaScript at once; a client's first bytes are far fewer. */
enum { EVENTS_AT_ONCE = 256, BYTES_AT_ONCE = 256 * 1024 };

struct bound {
  struct engine engine;
  napi_env env;
  napi_threadsafe_function wake;
  napi_ref on_events;
  /* The object is kept as long as threads run: its arrays are theirs too. */
  napi_ref object;
  int32_t *events;
  unsigned char *bytes;
  uint32_t bytes_used;
  struct letters letters;
  /* Listeners keep the process, as Node's own do, until their last client has been told of. */
  unsigned listening;
  bool open;
};

/* Adds the functions by which JavaScript commands the threads. */
void bind_calls(napi_env env, napi_value object, struct bound *bound);

/* Integers an event has. */
unsigned event_fields(void);

/* Called on JavaScript's thread when threads have reported something. */
void deliver_events(napi_env env, napi_value unused, void *bound, void *data);

static inline napi_value js_integer(napi_env env, int32_t value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

static inline int32_t c_integer(napi_env env, napi_value value) {
  int32_t result = 0;
  napi_get_value_int32(env, value, &result);
  return result;
}
