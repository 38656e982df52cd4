#include "notify.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

/* How long a manager that takes no messages may hold us up (s). */
enum { PATIENCE = 1 };

/* Opened once, so that what is to be said later needs no descriptor that may not be left then. */
static int open_socket(void) {
  static int fd = -1;
  if (fd >= 0) return fd;
  fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct timeval patience = {.tv_sec = PATIENCE};
  if (fd >= 0) setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return fd;
}

int notify_send(const char *path, const char *message, size_t size) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length == 0 || length >= sizeof to.sun_path) return ENAMETOOLONG;
  memcpy(to.sun_path, path, length);
  if (path[0] == '@') to.sun_path[0] = '\0';
  int fd = open_socket();
  if (fd < 0) return errno;
  socklen_t address = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  return sendto(fd, message, size, MSG_NOSIGNAL, (const struct sockaddr *)&to, address) < 0 ? errno : 0;
}
