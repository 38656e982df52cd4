/* Connections that stand idle. */
#ifndef HOLD_H
#define HOLD_H
/* Opens `count`, says so, and holds them until a line comes on standard input; then sees whether each still works. */
int hold(int port, int count);
#endif
