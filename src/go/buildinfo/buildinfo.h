/*
 * What a Go program says of how it was built: debug/buildinfo, read from the file without running
 * it. A program of Go 1.13 or newer tells the version of the Go that built it, one that was built
 * as a module also its path, its module and those of its dependencies, and since 1.18 the settings
 * that `go version -m` prints as "build" lines. Bytes are decided by debug/buildinfo.Read and
 * runtime/debug.ParseBuildInfo.
 *
 * All of it is the program's own word: a name on the label, no proof.
 */
#ifndef GO_BUILDINFO_BUILDINFO_H
#define GO_BUILDINFO_BUILDINFO_H

#include "base/vec.h"
#include "go/buildinfo/exe.h"

#define BUILDINFO_MAX_TEXT (4 * MIB) /* the modules of the largest known programs are 200 KiB */
#define BUILDINFO_MAX_VERSION 4096
#define BUILDINFO_MAX_SEARCH \
    (16 * MIB) /* of data without a section of that name; the linker puts
                                         * it near the beginning */

typedef enum {
    BUILDINFO_FAILED, /* *err says why: no right to read it, an I/O error, lines out of form */
    BUILDINFO_ABSENT, /* no such file; of buildinfo_read_file */
    BUILDINFO_NONE,   /* no program: a script, a text, a directory, a damaged file */
    BUILDINFO_OTHER,  /* a program, and not Go's (or stripped of its data); *ret says for what */
    BUILDINFO_FOUND,
} BuildInfoOutcome;

typedef struct {
    Str path, version, sum; /* version "(devel)" of a module built in place; sum may be empty */
} BuildModule;

typedef struct {
    BuildModule module;
    BuildModule replace; /* path empty: it is not replaced */
} BuildDependency;

typedef struct {
    Str key, value; /* "CGO_ENABLED", "-ldflags", "GOAMD64", "vcs.revision", "DefaultGODEBUG" ... */
} BuildSetting;

typedef struct {
    ExeFormat format;
    bool is_64;
    uint32_t machine; /* as the format numbers it: ELF's e_machine */
    Str os, arch;     /* GOOS and GOARCH: of the settings, else of the format; may be empty */
    Str interpreter;  /* ELF: what loads it; empty for a static program */

    Str go_version; /* as it stands there: "go1.26.8", "go1.26.8 X:nodwarf5", "devel go1.27-..." */
    Str path;       /* of the main package: "cmd/go"; empty when built outside a module */
    BuildDependency main;
    VEC(BuildDependency) deps;
    VEC(BuildSetting) settings;
} BuildInfo;

/* Of an open file, and of the file at path, followed if it is a symlink. *ret is set with
 * BUILDINFO_OTHER and BUILDINFO_FOUND; its strings live on a. Reads some 12 KiB. */
BuildInfoOutcome buildinfo_read(Arena *a, int fd, BuildInfo *ret, Err *err);
BuildInfoOutcome buildinfo_read_file(Arena *a, Str path, BuildInfo *ret, Err *err);

/* The value of a setting; empty when there is none of that key. */
Str buildinfo_setting(const BuildInfo *info, Str key);

/* "1.26.8" of go_version, whatever follows it there; empty for one that is no release of Go. */
Str buildinfo_version(const BuildInfo *info);

#endif
