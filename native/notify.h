/* Messages to a service manager, as sd_notify(3) sends them. */
#pragma once
#include <stddef.h>

/* Sends one datagram to the socket at `path`, of which a leading @ stands for the abstract namespace; 0, or an errno. One thread only. */
int notify_send(const char *path, const char *message, size_t size);
