/* The server behind the proxies. */
#ifndef BACKEND_H
#define BACKEND_H
/* Serves until it is killed; prints its port first. Returns 1 if it cannot. */
int backend(void);
#endif
