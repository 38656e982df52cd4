#include "payload.h"
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

static int file = -1;
static unsigned char *bytes;

int payload_make(void) {
  size_t size = PERIOD + LARGEST;
  file = memfd_create("payload", MFD_CLOEXEC);
  if (file < 0 || ftruncate(file, size) < 0) return 0;
  bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (bytes == MAP_FAILED) return 0;
  uint64_t x = 88172645463325252u; /* xorshift64 */
  for (size_t i = 0; i < size; i++) {
    x ^= x << 13, x ^= x >> 7, x ^= x << 17;
    bytes[i] = i < PERIOD ? x >> 32 : bytes[i - PERIOD];
  }
  return 1;
}

uint64_t payload_start(uint64_t nonce) { return nonce * 7919 % PERIOD; }

const unsigned char *payload_at(uint64_t place) { return bytes + place % PERIOD; }

ssize_t payload_send(int socket, uint64_t place, uint64_t count) {
  off_t from = place % PERIOD;
  return sendfile(socket, file, &from, count < LARGEST ? count : LARGEST);
}
