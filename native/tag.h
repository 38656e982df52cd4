/* What epoll gives back for a descriptor: a half, an acceptor, or nothing for the wake-up. Told apart by the lowest bit. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

struct acceptor;

static inline void *tag_acceptor(struct acceptor *acceptor) { return (char *)acceptor + 1; }
static inline bool is_acceptor(const void *tagged) { return ((uintptr_t)tagged & 1) != 0; }
static inline struct acceptor *acceptor_of(void *tagged) { return (struct acceptor *)((char *)tagged - 1); }
