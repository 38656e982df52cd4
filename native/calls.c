/* What JavaScript can ask of the threads; native.ts has the same functions with their types. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "accept.h"
#include "binding.h"
#include "memory.h"

static napi_value throw_errno(napi_env env, int error) {
  napi_throw_error(env, NULL, strerror(error));
  return NULL;
}

/* The engine a function was made for, and its arguments; NULL once it is closed. */
static struct bound *arguments(napi_env env, napi_callback_info info, size_t count, napi_value *values) {
  void *data;
  napi_get_cb_info(env, info, &count, values, NULL, &data);
  struct bound *bound = data;
  return bound->open ? bound : NULL;
}

static bool text(napi_env env, napi_value value, char *buffer, size_t size) {
  return napi_get_value_string_latin1(env, value, buffer, size, NULL) == napi_ok;
}

static struct half *half_at(struct bound *bound, napi_env env, napi_value slot) {
  return &bound->engine.halves[(uint32_t)c_integer(env, slot)];
}

static unsigned char *copy_bytes(napi_env env, napi_value value, uint32_t *size) {
  void *bytes;
  size_t length;
  if (napi_get_buffer_info(env, value, &bytes, &length) != napi_ok || length == 0) return NULL;
  *size = (uint32_t)length;
  return memcpy(more_memory(NULL, length), bytes, length);
}

/* dial(thread, address, port, source | '', client slot | -1, bytes to skip, greeting): slot, or -errno. */
static napi_value dial(napi_env env, napi_callback_info info) {
  napi_value argv[7];
  struct bound *bound = arguments(env, info, 7, argv);
  if (bound == NULL) return js_integer(env, -ECANCELED);
  char target[64], source[64];
  struct command dial = {.kind = COMMAND_DIAL};
  if (!text(env, argv[1], target, sizeof target) || !text(env, argv[3], source, sizeof source) ||
      !address_parse(&dial.dial.target, target, (unsigned)c_integer(env, argv[2])) ||
      (source[0] != '\0' && !address_parse(&dial.dial.source, source, 0)))
    return js_integer(env, -EINVAL);
  dial.half = slot_take(&bound->engine.threads[(uint32_t)c_integer(env, argv[0]) % bound->engine.threads_count]);
  if (dial.half == NULL) return js_integer(env, -EMFILE);
  if (c_integer(env, argv[4]) >= 0) {
    dial.dial.client = half_at(bound, env, argv[4]);
    dial.dial.client_generation = generation_of(&bound->engine, dial.dial.client);
    dial.dial.skip = (uint32_t)c_integer(env, argv[5]);
    dial.dial.greeting = copy_bytes(env, argv[6], &dial.dial.greeting_size);
  }
  engine_command(&bound->engine, dial.half, dial);
  return js_integer(env, (int32_t)slot_of(&bound->engine, dial.half));
}

/* relayDescriptor(upstream slot, client descriptor, head, greeting): the client's slot, or -errno. The descriptor stays the caller's. */
static napi_value relay_descriptor(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  struct bound *bound = arguments(env, info, 4, argv);
  if (bound == NULL) return js_integer(env, -ECANCELED);
  struct half *upstream = half_at(bound, env, argv[0]);
  int client = fcntl(c_integer(env, argv[1]), F_DUPFD_CLOEXEC, 0);
  if (client < 0) return js_integer(env, -errno);
  struct command relay = {.kind = COMMAND_RELAY, .relay = {.upstream = upstream, .client = client}};
  relay.half = slot_take(thread_of(&bound->engine, slot_of(&bound->engine, upstream)));
  if (relay.half == NULL) {
    close(client);
    return js_integer(env, -EMFILE);
  }
  relay.relay.head = copy_bytes(env, argv[2], &relay.relay.head_size);
  relay.relay.greeting = copy_bytes(env, argv[3], &relay.relay.greeting_size);
  engine_command(&bound->engine, relay.half, relay);
  return js_integer(env, (int32_t)slot_of(&bound->engine, relay.half));
}

/* relayClient(upstream slot, client slot, bytes to skip, greeting) */
static napi_value relay_client(napi_env env, napi_callback_info info) {
  napi_value argv[4];
  struct bound *bound = arguments(env, info, 4, argv);
  if (bound == NULL) return NULL;
  struct command relay = {
      .kind = COMMAND_RELAY,
      .relay = {.upstream = half_at(bound, env, argv[0]), .client = -1, .skip = (uint32_t)c_integer(env, argv[2])},
  };
  relay.relay.greeting = copy_bytes(env, argv[3], &relay.relay.greeting_size);
  engine_command(&bound->engine, half_at(bound, env, argv[1]), relay);
  return NULL;
}

static napi_value simple(napi_env env, napi_callback_info info, enum command_kind kind) {
  napi_value argv[1];
  struct bound *bound = arguments(env, info, 1, argv);
  if (bound == NULL) return NULL;
  engine_command(&bound->engine, half_at(bound, env, argv[0]), (struct command){.kind = kind});
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
  int fd = fcntl(c_integer(env, argv[2]), F_DUPFD_CLOEXEC, 0);
  if (fd < 0) return throw_errno(env, errno);
  struct thread *thread = &bound->engine.threads[(uint32_t)c_integer(env, argv[0]) % bound->engine.threads_count];
  struct acceptor *acceptor = acceptor_open(thread, (uint32_t)c_integer(env, argv[1]), fd);
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
  if (bound == NULL || napi_get_value_external(env, argv[0], &acceptor) != napi_ok) return js_integer(env, -1);
  return js_integer(env, ((struct acceptor *)acceptor)->fd);
}

/* unlisten(acceptor), once: no client is accepted from now on; an event says when all that were have been told of, and it is freed. */
static napi_value unlisten(napi_env env, napi_callback_info info) {
  napi_value argv[1];
  void *acceptor;
  struct bound *bound = arguments(env, info, 1, argv);
  if (bound == NULL || napi_get_value_external(env, argv[0], &acceptor) != napi_ok) return NULL;
  acceptor_close(acceptor);
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

void bind_calls(napi_env env, napi_value object, struct bound *bound) {
  const napi_property_descriptor functions[] = {
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
  };
  napi_define_properties(env, object, sizeof functions / sizeof *functions, functions);
}
