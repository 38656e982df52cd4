/* Bytes that depend on their place, so that any that are lost, doubled, moved or another connection's are seen. */
#ifndef PAYLOAD_H
#define PAYLOAD_H
#include <stdint.h>
#include <sys/types.h>

/* A prime: no loss of whole buffers brings the sequence back into step. */
enum { PERIOD = 1048583, LARGEST = 1 << 20 };

/* Makes the bytes; false with errno. */
int payload_make(void);
/* Where the payload of a connection begins. */
uint64_t payload_start(uint64_t nonce);
/* LARGEST bytes from `place` on. */
const unsigned char *payload_at(uint64_t place);
/* Sends up to `count` bytes from `place` on to a socket, out of the page cache; as sendfile(2). */
ssize_t payload_send(int socket, uint64_t place, uint64_t count);
#endif
