/* The program that runs. */
#ifndef OS_SELF_H
#define OS_SELF_H

#include "base/str.h"

/* What tells this build of the program from every other (the linker's build id); empty when it was
 * linked without one. It lives for ever. */
Str self_build_id(void);

#endif
