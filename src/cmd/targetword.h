/* A word of --target that may mean several ports: "linux/amd64", "linux", "first-class", "all". */
#ifndef CMD_TARGETWORD_H
#define CMD_TARGETWORD_H

#include "base/err.h"
#include "go/mod/platform.h"
#include "go/root/portlist.h"

/* Ports that are known to be broken are meant only where they are named whole. */
bool targetword_means(Str word, const Port *port);

/* Why no port is meant. Returns false. */
bool targetword_refuse(Str word, Err *err);

#endif
