/* Manual pages in the man(7) macros, from the tables. man/NAME.1 are this output, and
 * tools/check-man holds them to it. */
#ifndef CMD_MANPAGE_H
#define CMD_MANPAGE_H

#include "cmd/command.h"

/* The page of one command, or of goward itself when command is NULL. */
Str manpage_render(Arena *a, const Command *command);
/* "goward-proof-export"; "goward" for NULL. */
Str manpage_name(Arena *a, const Command *command);

#endif
