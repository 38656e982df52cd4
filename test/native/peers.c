#include "peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct tally tally;

enum { CHUNK = 128 * 1024, PATIENCE = 20000 };

/* A receiver that makes the relay wait: its buffer (bytes), how long it stands still (us), and what is more than all buffers hold. */
enum { SMALL_BUFFER = 8 * 1024, STILL = 300 * 1000, MUCH = 14 * 1024 * 1024 };

/* What a client asks of the server: 'E' echo, 'S' echo after standing still, 'R' reset after some bytes, 'C' close at once. */
struct request {
  char kind;
  uint8_t seed;
  uint8_t nothing[2];
  uint32_t size;
};

static unsigned char pattern(uint8_t seed, uint32_t at) { return (unsigned char)(seed + at + (at >> 8) * 7 + (at >> 16) * 13); }

int listen_anywhere(bool blocking, uint16_t *port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK), 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){SMALL_BUFFER}, sizeof(int));
  if (bind(fd, (void *)&address, size) != 0 || listen(fd, 512) != 0) abort();
  getsockname(fd, (void *)&address, &size);
  *port = ntohs(address.sin_port);
  return fd;
}

static void reset(int fd) {
  struct linger linger = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  close(fd);
}

static bool read_all(int fd, void *buffer, size_t size) {
  for (size_t have = 0; have < size;) {
    ssize_t n = recv(fd, (char *)buffer + have, size - have, 0);
    if (n <= 0) return false;
    have += (size_t)n;
  }
  return true;
}

static bool write_all(int fd, const void *buffer, size_t size) {
  for (size_t have = 0; have < size;) {
    ssize_t n = send(fd, (const char *)buffer + have, size - have, MSG_NOSIGNAL);
    if (n <= 0) return false;
    have += (size_t)n;
  }
  return true;
}

static void echo(int fd, char kind) {
  unsigned char *buffer = malloc(CHUNK);
  if (kind == 'S') usleep(STILL);
  for (ssize_t n; (n = recv(fd, buffer, CHUNK, 0)) > 0;) {
    if (!write_all(fd, buffer, (size_t)n)) break;
  }
  free(buffer);
}

static void *serve_one(void *argument) {
  int fd = (int)(intptr_t)argument;
  struct request request;
  if (!read_all(fd, &request, sizeof request)) {
    close(fd);
    return NULL;
  }
  if (request.kind == 'R') {
    unsigned char some[1000];
    if (request.size > 0) read_all(fd, some, request.size % sizeof some);
    reset(fd);
    return NULL;
  }
  if (request.kind != 'C') echo(fd, request.kind);
  close(fd);
  return NULL;
}

void serve_forever(int listener) {
  pthread_attr_t detached;
  pthread_attr_init(&detached);
  pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
  for (int fd; (fd = accept(listener, NULL, NULL)) >= 0;) {
    pthread_t thread;
    if (pthread_create(&thread, &detached, serve_one, (void *)(intptr_t)fd) != 0) close(fd);
  }
}

/* Sends `size` bytes of the pattern and checks them as they come back; false where it ended early, with `ok` false where a byte is wrong. */
static bool exchange(int fd, struct request request, uint32_t give_up_at, unsigned *seed, bool *ok) {
  unsigned char *buffer = malloc(CHUNK);
  uint32_t sent = 0, received = 0;
  bool shut = false;
  while (received < request.size && *ok) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    if (sent < request.size) wait.events |= POLLOUT;
    if (poll(&wait, 1, PATIENCE) <= 0) {
      fprintf(stderr, "stalled: sent %u, received %u of %u\n", sent, received, request.size);
      *ok = false;
    }
    if (received >= give_up_at) break;
    if (wait.revents & POLLOUT) {
      uint32_t n = request.size - sent, most = 1 + (uint32_t)rand_r(seed) % CHUNK;
      if (n > most) n = most;
      for (uint32_t i = 0; i < n; i++) buffer[i] = pattern(request.seed, sent + i);
      ssize_t taken = send(fd, buffer, n, MSG_NOSIGNAL | MSG_DONTWAIT);
      if (taken > 0) sent += (uint32_t)taken;
      else if (errno != EAGAIN) break;
    }
    if (sent == request.size && !shut) shut = shutdown(fd, SHUT_WR) == 0;
    if (wait.revents & (POLLIN | POLLHUP | POLLERR)) {
      if (received == 0 && request.size == MUCH) usleep(STILL);
      ssize_t n = recv(fd, buffer, CHUNK, MSG_DONTWAIT);
      if (n == 0 || (n < 0 && errno != EAGAIN)) break;
      for (ssize_t i = 0; i < n; i++) *ok = *ok && buffer[i] == pattern(request.seed, received + (uint32_t)i);
      if (n > 0) received += (uint32_t)n;
    }
  }
  free(buffer);
  atomic_fetch_add(&tally.bytes, received);
  return received == request.size && recv(fd, &(char){0}, 1, 0) == 0;
}

void one_client(uint16_t port, unsigned *seed) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
  struct timeval patience = {PATIENCE / 1000, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (rand_r(seed) % 2) setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){SMALL_BUFFER}, sizeof(int));
  if (connect(fd, (void *)&address, sizeof address) != 0) {
    close(fd);
    return;
  }
  unsigned what = (unsigned)rand_r(seed) % 20;
  if (what == 0) usleep(80 * 1000);
  if (what == 1) {
    rand_r(seed) % 2 ? close(fd) : reset(fd);
    return;
  }
  static const char KINDS[] = "EEEEEEEEEEEESRRCC";
  struct request request = {
      .kind = KINDS[(unsigned)rand_r(seed) % (sizeof KINDS - 1)],
      .seed = (uint8_t)rand_r(seed),
      .size = (uint32_t)rand_r(seed) % (rand_r(seed) % 4 ? 2000 : 3000000),
  };
  if (request.kind == 'S') request.size = MUCH;
  if (!write_all(fd, &request, sizeof request)) {
    close(fd);
    return;
  }
  uint32_t give_up_at = what < 5 ? (uint32_t)rand_r(seed) % (request.size + 1) : UINT32_MAX;
  bool ok = true;
  bool whole = exchange(fd, request, give_up_at, seed, &ok);
  atomic_fetch_add(!ok ? &tally.wrong : whole ? &tally.exact : &tally.cut, 1);
  what == 2 ? reset(fd) : (void)close(fd);
}
