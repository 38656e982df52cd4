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

/* inet_ntop does this by printf, which is slow for what each connection needs twice. */
static size_t print_v4(const unsigned char *bytes, char *text) {
  char *end = text;
  for (int i = 0; i < 4; i++) {
    if (i > 0) *end++ = '.';
    if (bytes[i] >= 100) *end++ = (char)('0' + bytes[i] / 100);
    if (bytes[i] >= 10) *end++ = (char)('0' + bytes[i] / 10 % 10);
    *end++ = (char)('0' + bytes[i] % 10);
  }
  *end = '\0';
  return (size_t)(end - text);
}

size_t address_print(const struct address *address, char *text, size_t size) {
  const struct in6_addr *v6 = &address->v6.sin6_addr;
  if (address->any.sa_family != AF_INET6) return print_v4((const unsigned char *)&address->v4.sin_addr, text);
  if (IN6_IS_ADDR_V4MAPPED(v6)) return print_v4(v6->s6_addr + 12, text);
  return inet_ntop(AF_INET6, v6, text, (socklen_t)size) == NULL ? 0 : strlen(text);
}

unsigned address_port(const struct address *address) {
  return ntohs(address->any.sa_family == AF_INET6 ? address->v6.sin6_port : address->v4.sin_port);
}
