/*
 * What JavaScript sees: `create(threads, capacity, pipes, allowance, onEvents)` gives an object of functions and arrays.
 * `counters` holds two doubles a slot, bytes taken and bytes sent. `onEvents(count)` finds events in `events`, FIELDS integers each, and the
 * first bytes of clients in `bytes`.
 */
#include <node_api.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "accept.h"
#include "engine.h"
#include "memory.h"

/* Where things are in an event: see native.ts. */
enum { KIND, SLOT, CODE, PORT, TEXT_SIZE, BYTES_AT, BYTES_SIZE, DESCRIPTOR, TEXT, FIELDS = TEXT + ADDRESS_TEXT / 4 + 1 };
enum { UPSTREAM = PORT, SIDE = TEXT_SIZE };
/* Events, and bytes of clients, that are handed to JavaScript at once; a client's first bytes are far fewer. */
enum { EVENTS_AT_ONCE = 256, BYTES_AT_ONCE = 256 * 1024 };

/* An engine as one JavaScript environment has it. */
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
  /* Listeners keep the process, as Node's own do. */
  unsigned listening;
  bool open;
};

static napi_value throw_errno(napi_env env, int error) {
  napi_throw_error(env, NULL, strerror(error));
  return NULL;
}

static napi_value number(napi_env env, int32_t value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

/* The engine a function was made for, and its arguments; NULL once it is closed. */
static struct bound *arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  void *data;
  napi_get_cb_info(env, info, &count, values, NULL, &data);
  struct bound *bound = data;
  return bound->open ? bound : NULL;
}

static int32_t integer(napi_env env, napi_value value) {
  int32_t result = 0;
  napi_get_value_int32(env, value, &result);
  return result;
}

static bool text(napi_env env, napi_value value, char *buffer, size_t size) {
  return napi_get_value_string_latin1(env, value, buffer, size, NULL) == napi_ok;
}

static struct half *half_at(struct bound *bound, napi_env env, napi_value slot) {
  return &bound->engine.halves[(uint32_t)integer(env, slot)];
}

static void command(struct bound *bound, struct half *half, const struct command *command) {
  thread_command(thread_of(&bound->engine, slot_of(&bound->engine, half)), command);
}

/* dial(thread, address, port, source | ''): slot, or -errno. */
static napi_value dial(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  struct bound *bound = arguments(env, info, 4, argv);
  if (bound == NULL) return number(env, -ECANCELED);
  char target[64], source[64];
  struct command dial = {.kind = COMMAND_DIAL};
  if (!text(env, argv[1], target, sizeof target) || !text(env, argv[3], source, sizeof source) ||
      !address_parse(&dial.dial.target, target, (unsigned)integer(env, argv[2])) ||
      (source[0] != '\0' && !address_parse(&dial.dial.source, source, 0)))
    return number(env, -EINVAL);
  dial.half = slot_take(&bound->engine.threads[(uint32_t)integer(env, argv[0]) % bound->engine.threads_count]);
  if (dial.half == NULL) return number(env, -EMFILE);
  command(bound, dial.half, &dial);
  return number(env, (int32_t)slot_of(&bound->engine, dial.half));
}

static unsigned char *copy_bytes(napi_env env, napi_value value, uint32_t *size) {
  void *bytes;
  size_t length;
  if (napi_get_buffer_info(env, value, &bytes, &length) != napi_ok || length == 0) return NULL;
  *size = (uint32_t)length;
  return memcpy(more_memory(NULL, length), bytes, length);
}

/* relayDescriptor(upstream slot, client descriptor, head, greeting): the client's slot, or -errno. The descriptor stays the caller's. */
static napi_value relay_descriptor(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  struct bound *bound = arguments(env, info, 4, argv);
  if (bound == NULL) return number(env, -ECANCELED);
  struct half *upstream = half_at(bound, env, argv[0]);
  int client = fcntl(integer(env, argv[1]), F_DUPFD_CLOEXEC, 0);
  if (client < 0) return number(env, -errno);
  struct command relay = {.kind = COMMAND_RELAY, .relay = {.upstream = upstream, .client = client}};
  relay.half = slot_take(thread_of(&bound->engine, slot_of(&bound->engine, upstream)));
  if (relay.half == NULL) {
    close(client);
    return number(env, -EMFILE);
  }
  relay.relay.head = copy_bytes(env, argv[2], &relay.relay.head_size);
  relay.relay.greeting = copy_bytes(env, argv[3], &relay.relay.greeting_size);
  command(bound, relay.half, &relay);
  return number(env, (int32_t)slot_of(&bound->engine, relay.half));
}

/* relayClient(upstream slot, client slot, bytes to skip, greeting) */
static napi_value relay_client(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  struct bound *bound = arguments(env, info, 4, argv);
  if (bound == NULL) return NULL;
  struct command relay = {
      .kind = COMMAND_RELAY,
      .half = half_at(bound, env, argv[1]),
      .relay = {.upstream = half_at(bound, env, argv[0]), .client = -1, .skip = (uint32_t)integer(env, argv[2])},
  };
  relay.relay.greeting = copy_bytes(env, argv[3], &relay.relay.greeting_size);
  command(bound, relay.half, &relay);
  return NULL;
}

static napi_value simple(napi_env env, napi_callback_info info, enum command_kind kind) {
  napi_value argv[1];
  struct bound *bound = arguments(env, info, 1, argv);
  if (bound == NULL) return NULL;
  struct half *half = half_at(bound, env, argv[0]);
  command(bound, half, &(struct command){.kind = kind, .half = half});
  return NULL;
}

/* cancel(slot): gives a dial, what it connected, or a client that asks, up. */
static napi_value cancel(napi_env env, napi_callback_info info) { return simple(env, info, COMMAND_CANCEL); }

/* abort(client slot) */
static napi_value abort_relay(napi_env env, napi_callback_info info) { return simple(env, info, COMMAND_ABORT); }

/* keepAlive(client slot) */
static napi_value keep_alive(napi_env env, napi_callback_info info) { return simple(env, info, COMMAND_KEEP_ALIVE); }

/* release(client slot): an event gives the descriptor of a client that asks, and its bytes. */
static napi_value release(napi_env env, napi_callback_info info) { return simple(env, info, COMMAND_RELEASE); }

/* listen(thread, id, descriptor): accepts from a duplicate of it; gives what `unlisten` takes. */
static napi_value listen_at(napi_env env, napi_callback_info info) {
  napi_value argv[3], result;
  struct bound *bound = arguments(env, info, 3, argv);
  if (bound == NULL) return throw_errno(env, ECANCELED);
  int fd = fcntl(integer(env, argv[2]), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return throw_errno(env, errno);
  struct thread *thread = &bound->engine.threads[(uint32_t)integer(env, argv[0]) % bound->engine.threads_count];
  struct acceptor *acceptor = acceptor_open(thread, (uint32_t)integer(env, argv[1]), fd);
  thread_command(thread, &(struct command){.kind = COMMAND_LISTEN, .acceptor = acceptor});
  if (bound->listening++ == 0) napi_ref_threadsafe_function(env, bound->wake);
  napi_create_external(env, acceptor, NULL, NULL, &result);
  return result;
}

/* descriptorOf(acceptor): the duplicate it accepts from. */
static napi_value descriptor_of(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  void *acceptor;
  struct bound *bound = arguments(env, info, 1, argv);
  if (bound == NULL || napi_get_value_external(env, argv[0], &acceptor) != napi_ok) return number(env, -1);
  return number(env, ((struct acceptor *)acceptor)->fd);
}

/* unlisten(acceptor): no client is accepted from now on; an event says when all that were have been told of. */
static napi_value unlisten(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  void *acceptor;
  struct bound *bound = arguments(env, info, 1, argv);
  if (bound == NULL || napi_get_value_external(env, argv[0], &acceptor) != napi_ok) return NULL;
  acceptor_close(acceptor);
  if (--bound->listening == 0) napi_unref_threadsafe_function(env, bound->wake);
  thread_command(((struct acceptor *)acceptor)->thread, &(struct command){.kind = COMMAND_UNLISTEN, .acceptor = acceptor});
  return NULL;
}

/* flush(): lets the threads know of the commands since the last time. */
static napi_value flush(napi_env env, napi_callback_info info) {
  struct bound *bound = arguments(env, info, 0, NULL);
  if (bound == NULL) return NULL;
  for (unsigned i = 0; i < bound->engine.threads_count; i++) thread_flush(&bound->engine.threads[i]);
  return NULL;
}

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
  struct bound *bound = arguments(env, info, 0, NULL);
  if (bound == NULL) return NULL;
  shut(bound);
  napi_delete_reference(env, bound->on_events);
  napi_delete_reference(env, bound->object);
  napi_remove_env_cleanup_hook(env, shut, bound);
  return NULL;
}

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
    case EVENT_CLOSED:
      return 0;
    case EVENT_ASKED:
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
  napi_value function, receiver, argument = number(env, (int32_t)count);
  napi_get_reference_value(env, bound->on_events, &function);
  napi_get_undefined(env, &receiver);
  napi_call_function(env, receiver, function, 1, &argument, NULL);
}

static void deliver(napi_env env, napi_value unused, void *context, void *data) {
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
  napi_create_arraybuffer(env, EVENTS_AT_ONCE * FIELDS * sizeof(int32_t), &memory, &events);
  bound->events = memory;
  napi_create_arraybuffer(env, BYTES_AT_ONCE, &memory, &bytes);
  bound->bytes = memory;
  const napi_property_descriptor properties[] = {
      {.utf8name = "counters", .value = array(env, napi_float64_array, 2 * (size_t)bound->engine.capacity, counters)},
      {.utf8name = "events", .value = array(env, napi_int32_array, EVENTS_AT_ONCE * FIELDS, events)},
      {.utf8name = "bytes", .value = array(env, napi_uint8_array, BYTES_AT_ONCE, bytes)},
      {.utf8name = "silent", .value = array(env, napi_int32_array, 1, silent)},
      {.utf8name = "dial", .method = dial, .data = bound},
      {.utf8name = "cancel", .method = cancel, .data = bound},
      {.utf8name = "relayDescriptor", .method = relay_descriptor, .data = bound},
      {.utf8name = "relayClient", .method = relay_client, .data = bound},
      {.utf8name = "release", .method = release, .data = bound},
      {.utf8name = "listen", .method = listen_at, .data = bound},
      {.utf8name = "descriptorOf", .method = descriptor_of, .data = bound},
      {.utf8name = "unlisten", .method = unlisten, .data = bound},
      {.utf8name = "abort", .method = abort_relay, .data = bound},
      {.utf8name = "keepAlive", .method = keep_alive, .data = bound},
      {.utf8name = "flush", .method = flush, .data = bound},
      {.utf8name = "close", .method = close_engine, .data = bound},
  };
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
  napi_create_threadsafe_function(env, NULL, NULL, name, 0, 1, NULL, NULL, bound, deliver, &bound->wake);
  /* A relay does not keep the process: that is for whoever waits for its end. */
  napi_unref_threadsafe_function(env, bound->wake);
  napi_create_arraybuffer(env, sizeof(int32_t), &memory, &silent);
  bound->engine.silent = memory;
  int error = engine_open(&bound->engine, (unsigned)integer(env, argv[0]), (uint32_t)integer(env, argv[1]), integer(env, argv[2]), integer(env, argv[3]));
  if (error != 0) {
    napi_release_threadsafe_function(bound->wake, napi_tsfn_abort);
    free(bound);
    return throw_errno(env, error);
  }
  bound->open = true;
  napi_create_reference(env, argv[4], 1, &bound->on_events);
  napi_add_env_cleanup_hook(env, shut, bound);
  return expose(env, bound, silent);
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "create", NAPI_AUTO_LENGTH, create, NULL, &function);
  napi_set_named_property(env, exports, "create", function);
  return exports;
}
