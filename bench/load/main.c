/*
 * load: a load generator and backend for proxies that route TLS by server name.
 *
 *   load backend NAME                              serve on a port of the kernel's choice, until killed
 *   load down|up PORT NAME CONNECTIONS BYTES [full] each connection moves BYTES; `full` compares all of them
 *   load short PORT NAME CONNECTIONS SECONDS       connect, hello, answer, close, again
 *   load ping PORT NAME CONNECTIONS SECONDS        round trips of 64 bytes
 *   load hold PORT NAME CONNECTIONS                hold idle connections until a line comes on standard input
 *
 * Nothing is encrypted: a proxy that only passes bytes on cannot tell. Each line of output is a JSON object. Exit status: 0 good,
 * 1 a connection failed or bytes were wrong, 2 usage.
 */
#include "backend.h"
#include "bulk.h"
#include "exchange.h"
#include "histogram.h"
#include "hold.h"
#include "payload.h"
#include "sockets.h"
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

static int usage(void) {
  fputs("usage: load backend NAME | load down|up|short|ping|hold PORT NAME CONNECTIONS [BYTES|SECONDS] [full]\n", stderr);
  return 2;
}

static int report(const struct load *load) {
  double bytes = (double)load->wish.count * load->finished;
  printf("{\"finished\":%llu,\"failed\":%llu,\"wrong\":%llu,\"seconds\":%.6f,\"bytes\":%.0f,", (unsigned long long)load->finished,
         (unsigned long long)load->failed, (unsigned long long)load->wrong, load->seconds, bytes);
  printf("\"exchanges\":%llu,\"p50\":%.3f,\"p99\":%.3f}\n", (unsigned long long)histogram_count(), histogram_at(0.5),
         histogram_at(0.99));
  return load->failed + load->wrong == 0 ? 0 : 1;
}

static int run(const char *mode, struct load load, double amount) {
  if (strcmp(mode, "down") == 0 || strcmp(mode, "up") == 0) {
    load.wish.command = mode[0] == 'd' ? DOWN : UP;
    load.wish.count = amount;
    bulk(&load);
  } else if (strcmp(mode, "short") == 0 || strcmp(mode, "ping") == 0) {
    load.wish.command = mode[0] == 's' ? SHORT : PING;
    load.end = now() + amount;
    exchange(&load);
  } else {
    return usage();
  }
  return report(&load);
}

int main(int argc, char **argv) {
  /* Whoever started it may be killed: then nobody else would end it. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  if (!payload_make()) return perror("load: payload"), 1;
  if (argc == 3 && strcmp(argv[1], "backend") == 0 && frame_name(argv[2])) return backend();
  if (argc < 5 || !frame_name(argv[3])) return usage();
  struct load load = {.port = atoi(argv[2]), .connections = atoi(argv[4]), .wish.full = argc > 6};
  if (load.port <= 0 || load.connections <= 0) return usage();
  if (strcmp(argv[1], "hold") == 0) return hold(load.port, load.connections);
  return argc < 6 ? usage() : run(argv[1], load, strtod(argv[5], NULL));
}
