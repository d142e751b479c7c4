/*
 * The GODEBUG settings of a Go: which keys it knows, where each may stand, and what has been
 * removed.
 *
 * Two lists in its sources say so. src/internal/godebugs/table.go (since Go 1.21) has the settings
 * that go.mod, go.work and //go:debug lines may name, with the release that changed a default and
 * the value that brings the old behaviour back. src/runtime/runtime1.go has those that the runtime
 * reads as numbers, from the environment alone. A few more are read by the library or the go
 * command and are in neither list; they are compiled in, as are all names for a Go without sources.
 */
#ifndef GO_ROOT_GODEBUGS_H
#define GO_ROOT_GODEBUGS_H

#include "base/err.h"
#include "base/vec.h"

typedef struct {
    Str name;
    bool is_setting; /* go.mod, go.work and //go:debug may name it */
    bool is_number;  /* the runtime reads it, and passes over what is no number */
    int64_t changed; /* 21: its default changed with Go 1.21; 0: never */
    Str old;         /* the value that brings back what was so before */
    Str preset;      /* of is_number: the value when nothing is said */
} GodebugKey;

typedef struct {
    Str name;
    int64_t removed; /* 27: gone since Go 1.27 */
    Str old_rule;    /* the values that are refused, as source; empty: all are */
} GodebugRemoved;

typedef struct {
    VEC(GodebugKey) keys;
    VEC(GodebugRemoved) removed;
    bool removed_is_fatal;   /* a program ends at its start when the environment names one */
    bool cgocheck2_is_fatal; /* so it does for cgocheck above 1 */
    bool has_default;        /* "default=go1.N" may stand in go.mod (since Go 1.23) */
} GodebugTable;

/* Of the Go in goroot. Without its sources: of version; with neither: of all releases at once. */
void godebug_table_read(Arena *a, Str goroot, Str version, GodebugTable *ret);
/* From the texts of table.go (empty: there is none) and runtime1.go. */
void godebug_table_parse(Arena *a, Str table_go, Str runtime1_go, Str version, GodebugTable *ret);

/* NULL when the Go does not know it. */
const GodebugKey *godebug_table_find(const GodebugTable *table, Str name);
const GodebugRemoved *godebug_table_removed(const GodebugTable *table, Str name);
/* Whether the value is one that has been removed with the setting. */
bool godebug_removed_refuses(const GodebugRemoved *removed, Str value);
/* Whether the Go of that version takes a setting in go.mod or go.work (verb "godebug") or above a
 * package ("//go:debug setting"): CheckGodebug of cmd/go/internal/modload, whose words *ret_why has
 * else, on a. */
bool godebug_check(Arena *a, const GodebugTable *table, Str go_version, const char *verb, Str key,
                   Str value, Str *ret_why);
/* The known key whose name is most like it; NULL when none is. With settings_only: that go.mod may
 * have. */
const GodebugKey *godebug_table_nearest(const GodebugTable *table, Str name, bool settings_only);

/* What releases knew a key. */
typedef struct {
    Str name;
    Str since; /* "1.22"; empty: before 1.20 */
    Str until; /* first Go without it; empty: the newest has it */
    bool is_setting;
    Str old_values; /* of a removed one: parted by spaces */
} GodebugHistory;

/* NULL for a name that no known Go had. */
const GodebugHistory *godebug_history(Str name);

#endif
