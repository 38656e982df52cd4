#include "sockets.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif

enum { BACKLOG = 4096, SOURCES = 8 };

void raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) < 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

static struct sockaddr_in loopback(uint32_t offset, int port) {
  return (struct sockaddr_in){
    .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK + offset)};
}

int listen_anywhere(int *port) {
  struct sockaddr_in address = loopback(0, 0);
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) < 0 || listen(listener, BACKLOG) < 0) return -1;
  if (getsockname(listener, (struct sockaddr *)&address, &size) < 0) return -1;
  *port = ntohs(address.sin_port);
  return listener;
}

int dial(int port, uint64_t nonce, bool blocking) {
  int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK), 0);
  if (s < 0) return -1;
  struct sockaddr_in from = loopback(1 + nonce % SOURCES, 0), to = loopback(0, port);
  setsockopt(s, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &(int){1}, sizeof(int));
  if (bind(s, (struct sockaddr *)&from, sizeof from) == 0 &&
      (connect(s, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS))
    return s;
  int why = errno;
  close(s);
  errno = why;
  return -1;
}

void no_delay(int socket) { setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)); }

bool send_all(int socket, const void *bytes, size_t size) {
  return send(socket, bytes, size, MSG_NOSIGNAL) == (ssize_t)size;
}

double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}
