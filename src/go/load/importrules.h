/* Who may import what: internal and vendor directories, programs (cmd/go/internal/load). */
#ifndef GO_LOAD_IMPORTRULES_H
#define GO_LOAD_IMPORTRULES_H

#include "go/load/package.h"

/* Why importer may not import p as path; empty: it may. *ret_shows_stack: whether the message is
 * always shown with the way to it. */
Str importrules_check(Arena *a, const Package *importer, Str path, const Package *p,
                      bool *ret_shows_stack);

#endif
