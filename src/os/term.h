/* What the three standard descriptors are. */
#ifndef OS_TERM_H
#define OS_TERM_H

#include "os/environ.h"

bool term_is_terminal(int fd);
/* Columns, or 80 when that cannot be known. */
int term_width(int fd);

#endif
