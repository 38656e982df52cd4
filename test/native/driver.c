/*
 * Runs the relay threads without Node: this thread stands for JavaScript, others for clients and servers. For sanitizers and valgrind.
 *
 *   driver SECONDS CLIENTS PIPES
 *
 * Fails when a byte is wrong, a transfer stalls, none is whole, or a descriptor or pipe is left over.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../../native/accept.h"
#include "../../native/engine.h"
#include "peers.h"

enum { SLOTS = 4096, THREADS = 2, AHEAD = 64 };

/* What is known of a slot. */
enum role { NONE, DIALLING, ASKING, RELAYED };
struct known {
  enum role role;
  /* Of a client the dial that is made for it, and of that the client. */
  struct half *other;
  /* Of a client: a second dial. */
  struct half *rival;
  /* Of a dial on behalf of a descriptor. */
  int fd;
};

static struct engine engine;
static struct known known[SLOTS];
static int woken;
static uint16_t proxy_port, server_port;
static atomic_bool over;
static atomic_int clients_running;
static unsigned dice = 1;

static void wake(struct engine *unused) {
  (void)unused;
  if (write(woken, &(uint64_t){1}, 8) < 0) abort();
}

static bool chance(unsigned percent) { return (unsigned)rand_r(&dice) % 100 < percent; }
static struct known *know(struct half *half) { return &known[slot_of(&engine, half)]; }

static void command(struct half *half, struct command command) { engine_command(&engine, half, command); }

static struct half *dial(struct half *client, int fd) {
  struct command dial = {.kind = COMMAND_DIAL};
  address_parse(&dial.dial.target, "127.0.0.1", server_port);
  if (chance(10)) address_parse(&dial.dial.source, "127.0.0.9", 0);
  unsigned thread = client == NULL ? (unsigned)rand_r(&dice) : slot_of(&engine, client);
  struct half *half = slot_take(&engine.threads[thread % THREADS]);
  *know(half) = (struct known){.role = DIALLING, .other = client, .fd = fd};
  if (client != NULL && chance(70)) {
    dial.dial.client = client;
    dial.dial.client_generation = generation_of(&engine, client);
  }
  command(half, dial);
  return half;
}

static void give_up(struct half *dial) {
  if (dial == NULL) return;
  *know(dial) = (struct known){.fd = -1};
  command(dial, (struct command){.kind = COMMAND_CANCEL});
}

static void on_asked(struct half *half) {
  struct known *client = know(half);
  *client = (struct known){.role = ASKING};
  if (chance(3)) {
    command(half, (struct command){.kind = COMMAND_RELEASE});
  } else if (chance(3)) {
    command(half, (struct command){.kind = chance(50) ? COMMAND_CANCEL : COMMAND_ABORT});
  } else {
    client->other = dial(half, -1);
    if (chance(20)) client->rival = dial(half, -1);
    /* It may be connected, and coupled, all the same. */
    if (client->rival != NULL && chance(50)) {
      give_up(client->other);
      client->other = NULL;
    }
    /* One that loses the race. */
    if (chance(10)) give_up(dial(NULL, -1));
  }
}

static void on_connected(struct half *half, bool coupled) {
  struct known *dialled = know(half);
  struct half *client = dialled->other;
  if (dialled->role != DIALLING || (client == NULL && dialled->fd < 0)) return;
  if (client != NULL) give_up(know(client)->other == half ? know(client)->rival : know(client)->other);
  struct command relay = {.kind = COMMAND_RELAY, .relay = {.upstream = half, .client = -1}};
  if (client == NULL) {
    relay.relay.client = dialled->fd;
    client = slot_take(thread_of(&engine, slot_of(&engine, half)));
  }
  *know(client) = (struct known){.role = RELAYED, .other = half};
  *dialled = (struct known){.role = RELAYED, .other = client};
  if (!coupled) command(client, relay);
  if (chance(2)) command(client, (struct command){.kind = COMMAND_ABORT});
  if (chance(10)) command(client, (struct command){.kind = COMMAND_KEEP_ALIVE});
}

/* Nothing is done for a client that asks any more. */
static void forget(struct half *half) {
  struct known *client = know(half);
  give_up(client->other);
  give_up(client->rival);
  *client = (struct known){.role = NONE};
}

static void on_left(struct half *half) {
  if (know(half)->role != ASKING) return;
  forget(half);
  command(half, (struct command){.kind = COMMAND_CANCEL});
}

static void on_failed(struct half *half) {
  struct known *dialled = know(half);
  if (dialled->role != DIALLING) return;
  if (dialled->fd >= 0) close(dialled->fd);
  if (dialled->other == NULL) return;
  struct known *client = know(dialled->other);
  *(client->other == half ? &client->other : &client->rival) = NULL;
  if (client->other == NULL && client->rival == NULL) on_left(dialled->other);
}

static bool on_event(const struct event *event) {
  switch (event->kind) {
    case EVENT_ASKED:
      on_asked(event->half);
      engine_decided(&engine, 1);
      return false;
    case EVENT_CONNECTED:
      on_connected(event->half, event->code);
      return false;
    case EVENT_LEFT:
      on_left(event->half);
      return false;
    case EVENT_CLOSED:
      return true;
    case EVENT_TURNED_AWAY:
      engine_decided(&engine, 1);
      return false;
    case EVENT_SILENT:
      engine_decided(&engine, 1);
      if (chance(50)) close(event->fd);
      else dial(NULL, event->fd);
      break;
    case EVENT_RELEASED:
      close(event->fd);
      free(event->bytes);
      break;
    case EVENT_ENDED:
      /* A dial that was given up had coupled it. */
      if (know(event->half)->role == ASKING) forget(event->half);
      slot_free(&engine, event->upstream);
      break;
    case EVENT_FAILED:
      on_failed(event->half);
      break;
    case EVENT_CANCELLED:
      break;
  }
  slot_free(&engine, event->half);
  return false;
}

/* Hears what the threads report until the acceptor is closed, or for a while. */
static bool hear(struct letters *letters) {
  bool closed = false;
  uint64_t times;
  if (read(woken, &times, 8) < 0) usleep(1000);
  mailbox_take(&engine.events, letters);
  const struct event *events = (const struct event *)letters->items;
  for (size_t i = 0; i < letters->count; i++) closed |= on_event(&events[i]);
  for (int i = 0; i < THREADS; i++) thread_flush(&engine.threads[i]);
  return closed;
}

static void *client_thread(void *argument) {
  unsigned seed = (unsigned)(uintptr_t)argument;
  while (!atomic_load(&over)) one_client(proxy_port, &seed);
  atomic_fetch_sub(&clients_running, 1);
  return NULL;
}

static void *server_thread(void *listener) {
  serve_forever((int)(intptr_t)listener);
  return NULL;
}

static int descriptors(void) {
  int count = 0;
  DIR *directory = opendir("/proc/self/fd");
  while (readdir(directory) != NULL) count++;
  closedir(directory);
  return count;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  signal(SIGPIPE, SIG_IGN);
  int before = descriptors(), clients = atoi(argv[2]);
  woken = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
  int server = listen_anywhere(true, &server_port), listener = listen_anywhere(false, &proxy_port);
  atomic_int silent = 0;
  engine.wake_javascript = wake;
  engine.silent = &silent;
  if (engine_open(&engine, THREADS, SLOTS, atoi(argv[3]), AHEAD) != 0) return 1;
  struct acceptor *acceptor = acceptor_open(&engine.threads[0], 0, listener);
  thread_command(&engine.threads[0], &(struct command){.kind = COMMAND_LISTEN, .acceptor = acceptor});
  thread_flush(&engine.threads[0]);

  pthread_t serving, *asking = calloc((size_t)clients, sizeof *asking);
  pthread_create(&serving, NULL, server_thread, (void *)(intptr_t)server);
  atomic_store(&clients_running, clients);
  for (int i = 0; i < clients; i++) pthread_create(&asking[i], NULL, client_thread, (void *)(uintptr_t)(i + 1));

  struct letters letters = {0};
  time_t end = time(NULL) + atoi(argv[1]);
  while (time(NULL) < end || atomic_load(&clients_running) > 0) {
    if (time(NULL) >= end) atomic_store(&over, true);
    hear(&letters);
  }
  for (int i = 0; i < clients; i++) pthread_join(asking[i], NULL);
  acceptor_close(acceptor);
  thread_command(&engine.threads[0], &(struct command){.kind = COMMAND_UNLISTEN, .acceptor = acceptor});
  thread_flush(&engine.threads[0]);
  while (!hear(&letters)) continue;
  /* What is under way ends by itself, or with the engine. */
  for (time_t until = time(NULL) + 2; time(NULL) < until;) hear(&letters);
  engine_close(&engine);
  shutdown(server, SHUT_RDWR);
  pthread_join(serving, NULL);
  close(server);
  close(woken);
  free(letters.items);
  free(asking);
  int left = descriptors() - before;
  for (int i = 0; i < 100 && left > 0; i++, left = descriptors() - before) usleep(50 * 1000);
  printf("exact=%ld cut=%ld wrong=%ld mib=%ld descriptors=%d pipes=%d\n", atomic_load(&tally.exact), atomic_load(&tally.cut),
         atomic_load(&tally.wrong), atomic_load(&tally.bytes) >> 20, left, atoi(argv[3]) - atomic_load(&engine.pipes_allowed));
  return tally.wrong > 0 || left != 0 || tally.exact == 0 || atomic_load(&engine.pipes_allowed) != atoi(argv[3]);
}
