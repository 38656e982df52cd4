/* TCP over IPv4 loopback: what the proxies are measured on. */
#ifndef SOCKETS_H
#define SOCKETS_H
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

/* As many descriptors as may be had. */
void raise_descriptor_limit(void);
/* Listens on a port that the kernel chooses; -1 with errno. */
int listen_anywhere(int *port);
/* Begins to connect, from one of several addresses, which no port shortage of one address can then hinder; -1 with errno. */
int dial(int port, uint64_t nonce, bool blocking);
void no_delay(int socket);
bool send_all(int socket, const void *bytes, size_t size);
double now(void);
#endif
