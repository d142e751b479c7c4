/* The variables of the selected Go as `go env` would show them, and captures of them in files. */
#ifndef CMD_ENVLIST_H
#define CMD_ENVLIST_H

#include "cmd/command.h"
#include "doctor/variables.h"
#include "toolchain/selected.h"

/* All of them, under the environment that `goward exec` would set. */
bool envlist_read(Invocation *inv, ToolchainContext *c, Selected *ret_selected, GoVariables *ret,
                  Err *err);

/* Whether two machines may differ in it and still build the same: where files lie. */
bool envlist_is_place(Str name);

/* One variable of a capture. */
typedef struct {
    Str name, value, origin;
} Captured;

typedef struct {
    Str go;          /* "go1.26.8" */
    Str platform;    /* of the machine: "linux/amd64" */
    Str fingerprint; /* SHA-256 over all that is no place */
    Captured *ptr;   /* sorted by name */
    isize len;
} Capture;

Capture envlist_capture(Arena *a, const Selected *s, const GoVariables *list, const Environ *env);
Str capture_format(Arena *a, const Capture *c, Str taken_at);
/* file names it in messages; ERR_FORMAT for anything that capture_format would not write. */
bool capture_parse(Arena *a, Str file, Str text, Capture *ret, Err *err);

#endif
