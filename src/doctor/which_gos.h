/*
 * The Gos of a machine: what a program called go is, those that a PATH finds, and those that lie
 * where Gos are usually put. Nothing is run: a program's build information says what it is.
 */
#ifndef DOCTOR_WHICH_GOS_H
#define DOCTOR_WHICH_GOS_H

#include "doctor/context.h"
#include "go/buildinfo/buildinfo.h"

#define WHICH_MAX_GOS 100           /* of one list */
#define WHICH_MAX_NAMES 20000       /* entries of one directory that are looked at */
#define WHICH_MAX_SCRIPT (64 * KIB) /* bytes of a script, a crontab, a unit, a shell's file */

typedef enum {
    WHICH_NONE,   /* nothing that can be read */
    WHICH_GO,     /* the go command of a Go */
    WHICH_GOWARD, /* goward's own link */
    WHICH_STUB,   /* golang.org/dl/go1.X.Y, which starts a Go in ~/sdk */
    WHICH_SCRIPT, /* begins with "#!" */
    WHICH_OTHER,  /* another program, or no program at all */
    WHICH_KIND_COUNT,
} WhichKind;

typedef struct {
    WhichKind kind;
    Str path;       /* as it was found */
    Str real;       /* without symlinks */
    Str root;       /* of WHICH_GO: the directory that cmd/go takes for its GOROOT, whole or not */
    Str version;    /* of WHICH_GO: "1.26.8", or empty */
    bool is_loaded; /* it is a program, and info holds what it says */
    BuildInfo info;
} WhichGo;

typedef VEC(WhichGo) WhichGos;

/* What the file at path (absolute) is. */
WhichGo which_look(const Doctor *d, Str path);

/* Whether the program at path ends before what its headers say: a download or a copy that stopped,
 * a disk that was full. */
bool which_is_cut_off(const Doctor *d, Str path);

/* The programs called name that a search along path_value would run, in its order, each real file
 * once. Relative elements are passed over. */
WhichGos which_along(const Doctor *d, Str path_value, Str name);
/* The first of them, of kind WHICH_NONE when there is none. */
WhichGo which_first(const Doctor *d, Str path_value, Str name);
/* The first go on PATH. */
WhichGo which_in_use(const Doctor *d);
/* The go command of the newest Go among them, NULL when there is none. */
const WhichGo *which_newest(const WhichGos *gos);
/* Whether a later go along PATH is of a Go that is new enough, and the first one is not: it is the
 * order that is wrong (GWD013). */
bool which_fits_later(const Doctor *d, Str wanted);

/* Gos in the places where installers, distributions and version managers put them, each real file
 * once, in the order of a table. */
WhichGos which_on_machine(const Doctor *d);

/* "go1.19.8 (/usr/bin/go)"; with its tree where that lies elsewhere. */
Str which_say(Arena *a, const WhichGo *go);

/* The next directory of a PATH, absolute and without slashes at its end. */
bool which_next_dir(Str *path_value, Str *ret);

/* The GOROOT to look at: of the Go in use, else of the first go on PATH; empty when there is
 * none. */
Str which_root(const Doctor *d);

/* The version that the go line of the workspace or module around the working directory asks for,
 * and its place; empty when there is none. */
Str which_go_line(const Doctor *d, Place *ret_place);

/* The whole of a small regular file; false for anything else. */
bool which_read_text(const Doctor *d, Str path, Str *ret);
/* Without the quotes around a word. */
Str which_unquoted(Str word);

/* "1.26" -> 26; -1 for what is no version of Go 1. */
int64_t which_minor(Str version);

#endif
