#include "address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

static bool parse_v6(struct sockaddr_in6 *v6, const char *text) {
  const char *sign = strchr(text, '%');
  if (sign == NULL) return inet_pton(AF_INET6, text, &v6->sin6_addr) == 1;
  char bare[INET6_ADDRSTRLEN];
  size_t length = (size_t)(sign - text);
  if (length >= sizeof bare) return false;
  memcpy(bare, text, length);
  bare[length] = '\0';
  v6->sin6_scope_id = if_nametoindex(sign + 1);
  if (v6->sin6_scope_id == 0) v6->sin6_scope_id = (uint32_t)strtoul(sign + 1, NULL, 10);
  return inet_pton(AF_INET6, bare, &v6->sin6_addr) == 1;
}

bool address_parse(struct address *address, const char *text, unsigned port) {
  memset(address, 0, sizeof *address);
  if (inet_pton(AF_INET, text, &address->v4.sin_addr) == 1) {
    address->v4.sin_family = AF_INET;
    address->v4.sin_port = htons((uint16_t)port);
    address->length = sizeof address->v4;
    return true;
  }
  address->v6.sin6_family = AF_INET6;
  address->v6.sin6_port = htons((uint16_t)port);
  address->length = sizeof address->v6;
  return parse_v6(&address->v6, text);
}

size_t address_print(const struct address *address, char *text, size_t size) {
  const void *bytes = &address->v4.sin_addr;
  int family = AF_INET;
  if (address->any.sa_family == AF_INET6) {
    const struct in6_addr *v6 = &address->v6.sin6_addr;
    bool mapped = IN6_IS_ADDR_V4MAPPED(v6);
    bytes = mapped ? (const void *)(v6->s6_addr + 12) : (const void *)v6;
    family = mapped ? AF_INET : AF_INET6;
  }
  return inet_ntop(family, bytes, text, (socklen_t)size) == NULL ? 0 : strlen(text);
}

unsigned address_port(const struct address *address) {
  return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}
