/* Literal addresses as text and as the kernel has them. */
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

struct address {
  union {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
  };
  socklen_t length;
};

enum { ADDRESS_TEXT = INET6_ADDRSTRLEN + 2 };

/* Reads a literal address, an IPv6 one with or without a scope; false where it is none. */
bool address_parse(struct address *address, const char *text, unsigned port);

/* Writes the address (without its port) into `text` and gives its length; IPv4 in its IPv6 form as IPv4. */
size_t address_print(const struct address *address, char *text, size_t size);

unsigned address_port(const struct address *address);
