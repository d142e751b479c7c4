/*
 * Files of other tools that name the Go of a project. goward takes the first one of a directory
 * that names a release, in the order of PinKind:
 *
 *   .go-version     1.26.8                        (goenv; "go1.26.8" as well)
 *   .tool-versions  golang 1.26.8                 (asdf; "go 1.26.8" as mise writes it)
 *   go.version      go1.26.8
 *   mise.toml       [tools]  go = "1.26.8"        (also an array, whose first counts, or a table)
 *   .mise.toml
 */
#ifndef TOOLCHAIN_PINS_H
#define TOOLCHAIN_PINS_H

#include "base/err.h"

/* Of one file. The largest that make sense hold a page of text. */
#define PIN_MAX_FILE (256 * KIB)

typedef enum {
    PIN_NONE,
    PIN_GO_VERSION,
    PIN_TOOL_VERSIONS,
    PIN_GO_DOT_VERSION,
    PIN_MISE,
    PIN_MISE_HIDDEN,
    PIN_KIND_COUNT,
} PinKind;

typedef enum {
    PIN_SAYS_NOTHING, /* of Go: not there, or only of other tools */
    PIN_SAYS_EXACT,   /* one release: name */
    PIN_SAYS_SPEC,    /* the newest of some: spec, which go/mod/spec.h reads */
    PIN_SAYS_OTHER,   /* something that is left to the file's own tool: "system", "ref:master" */
    PIN_SAYS_COUNT,
} PinSays;

typedef struct {
    PinSays says;
    PinKind kind;
    Str file;       /* as given */
    isize line;     /* from 1 */
    Str text;       /* the value as it stands in the file: "1.26", "latest" */
    Str name;       /* EXACT: "go1.26.8" */
    Str spec;       /* SPEC: "1.26", "stable" */
    bool is_number; /* of TOML, without quotes: 1.20 is the number 1.2 to other readers */
} Pin;

/* Whether it names a release or a SPEC. */
static inline bool pin_is_usable(const Pin *pin)
{
    return pin->says == PIN_SAYS_EXACT || pin->says == PIN_SAYS_SPEC;
}

/* "mise.toml" */
Str pin_file_name(PinKind kind);

/* Reads the text of such a file. ERR_FORMAT ("file:line: what") for a version file that holds no
 * version, and for broken TOML. Strings live in text, or on a. */
bool pin_parse(Arena *a, PinKind kind, Str file, Str text, Pin *ret, Err *err);

/* The pin of that kind in dir (absolute). */
bool pin_read(Arena *a, Str dir, PinKind kind, Pin *ret, Err *err);

#endif
