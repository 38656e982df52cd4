/* Short exchanges, timed one by one in the histogram, until the time is up. */
#ifndef EXCHANGE_H
#define EXCHANGE_H
#include "clients.h"
/* SHORT: connect, hello, answer, close, again. PING: round trips on connections that stay. */
void exchange(struct load *load);
/* The message of a connection with this number, which the backend sends back. */
void ping_write(unsigned char message[PING_SIZE], uint64_t nonce, uint64_t sequence);
#endif
