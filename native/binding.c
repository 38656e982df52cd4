/*
 * The module: `create(threads, slots, pipes, allowance, onEvents)` gives an object of functions (calls.c) and arrays. `counters` holds two
 * doubles a slot, bytes taken and bytes sent. `onEvents(count)` finds events in `events`, and the first bytes of clients in `bytes`.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "binding.h"
#include "memory.h"
#include "notify.h"

static void shut(void *data) {
  struct bound *bound = data;
  if (!bound->open) return;
  bound->open = false;
  engine_close(&bound->engine);
  free(bound->letters.items);
  napi_release_threadsafe_function(bound->wake, napi_tsfn_abort);
}

/* close(): ends the threads and resets what is open; no event comes afterwards. */
static napi_value close_engine(napi_env env, napi_callback_info info) {
  void *data;
  napi_get_cb_info(env, info, NULL, NULL, NULL, &data);
  struct bound *bound = data;
  if (!bound->open) return NULL;
  shut(bound);
  napi_delete_reference(env, bound->on_events);
  napi_delete_reference(env, bound->object);
  napi_remove_env_cleanup_hook(env, shut, bound);
  return NULL;
}

static void wake_javascript(struct engine *engine) {
  struct bound *bound = (struct bound *)engine;
  napi_call_threadsafe_function(bound->wake, NULL, napi_tsfn_nonblocking);
}

static void free_counters(napi_env env, void *counters, void *capacity) {
  (void)env;
  munmap(counters, counters_size((uint32_t)(uintptr_t)capacity));
}

static void free_bound(napi_env env, void *data, void *hint) {
  (void)env, (void)hint;
  free(data);
}

static napi_value array(napi_env env, napi_typedarray_type type, size_t length, napi_value buffer) {
  napi_value result;
  napi_create_typedarray(env, type, length, buffer, 0, &result);
  return result;
}

static napi_value expose(napi_env env, struct bound *bound, napi_value silent) {
  napi_value object, counters, events, bytes;
  void *memory;
  napi_create_object(env, &object);
  napi_create_external_arraybuffer(env, bound->engine.counters, counters_size(bound->engine.capacity), free_counters,
                                   (void *)(uintptr_t)bound->engine.capacity, &counters);
  napi_create_arraybuffer(env, EVENTS_AT_ONCE * event_fields() * sizeof(int32_t), &memory, &events);
  bound->events = memory;
  napi_create_arraybuffer(env, BYTES_AT_ONCE, &memory, &bytes);
  bound->bytes = memory;
  const napi_property_descriptor properties[] = {
      {.utf8name = "counters", .value = array(env, napi_float64_array, 2 * (size_t)bound->engine.capacity, counters)},
      {.utf8name = "events", .value = array(env, napi_int32_array, EVENTS_AT_ONCE * event_fields(), events)},
      {.utf8name = "bytes", .value = array(env, napi_uint8_array, BYTES_AT_ONCE, bytes)},
      {.utf8name = "silent", .value = array(env, napi_int32_array, 1, silent)},
      {.utf8name = "close", .method = close_engine, .data = bound},
  };
  bind_calls(env, object, bound);
  napi_define_properties(env, object, sizeof properties / sizeof *properties, properties);
  /* The functions point at it. */
  napi_wrap(env, object, bound, free_bound, NULL, NULL);
  napi_create_reference(env, object, 1, &bound->object);
  return object;
}

static napi_value create(napi_env env, napi_callback_info info) {
  napi_value argv[5], name, silent;
  void *memory;
  size_t argc = 5;
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  struct bound *bound = more_memory(NULL, sizeof *bound);
  *bound = (struct bound){.env = env, .engine = {.wake_javascript = wake_javascript}};
  napi_create_string_utf8(env, "acr-proxy relay", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, bound, deliver_events, &bound->wake);
  /* A relay does not keep the process: that is for whoever waits for its end. */
  napi_unref_threadsafe_function(env, bound->wake);
  napi_create_arraybuffer(env, sizeof(int32_t), &memory, &silent);
  bound->engine.silent = memory;
  int error = engine_open(&bound->engine, (unsigned)c_integer(env, argv[0]), (uint32_t)c_integer(env, argv[1]), c_integer(env, argv[2]), c_integer(env, argv[3]));
  if (error != 0) {
    napi_release_threadsafe_function(bound->wake, napi_tsfn_abort);
    free(bound);
    napi_throw_error(env, NULL, strerror(error));
    return NULL;
  }
  bound->open = true;
  napi_create_reference(env, argv[4], 1, &bound->on_events);
  napi_add_env_cleanup_hook(env, shut, bound);
  return expose(env, bound, silent);
}

/* notify(path, message): 0, or an errno. */
static napi_value notify(napi_env env, napi_callback_info info) {
  napi_value argv[2], result;
  size_t argc = 2, size = 0;
  char path[128] = "", message[1024] = "";
  napi_get_cb_info(env, info, &argc, argv, NULL, NULL);
  napi_get_value_string_utf8(env, argv[0], path, sizeof path, NULL);
  napi_get_value_string_utf8(env, argv[1], message, sizeof message, &size);
  napi_create_int32(env, notify_send(path, message, size), &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "notify", NAPI_AUTO_LENGTH, notify, NULL, &function);
  napi_set_named_property(env, exports, "notify", function);
  napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, NULL, &function);
  napi_set_named_property(env, exports, "create", function);
  return exports;
}
