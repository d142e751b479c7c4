/* What `go list -json` says of a module (cmd/go/internal/modinfo.ModulePublic). */
#ifndef GO_LOAD_MODINFO_H
#define GO_LOAD_MODINFO_H

#include "go/load/load.h"

typedef struct ModInfo {
    Str path, version;
    const struct ModInfo *replace; /* or NULL */
    Str time;                      /* when the version was made, RFC 3339 */
    bool is_main, is_indirect;
    Str dir, go_mod, go_version;
    Str sum, go_mod_sum; /* as in go.sum; since Go 1.23 */
} ModInfo;

/* Of a module by its index; worked out once. */
const ModInfo *modinfo_of(Arena *a, Loaded *l, isize module);

#endif
