/*
 * Since which Go the standard library has what it exports.
 *
 * A Go tree says so in one of two places: in the lists below GOROOT/api that the go project keeps
 * its promise by, which distributions have and the zips of the toolchain module have not; and in a
 * table among the sources of its vet (cmd/vendor/golang.org/x/tools/internal/stdlib/manifest.go,
 * since Go 1.23), which is made from those lists before the release is: a symbol that came last may
 * be missing. A function, constant, variable, type or method that is in the sources and not in that
 * table came with the Go itself: test/oracle/compat.py holds it against the lists. What holds for
 * some platforms alone counts from its first platform on.
 */
#ifndef GO_COMPAT_STDSYMBOLS_H
#define GO_COMPAT_STDSYMBOLS_H

#include "base/err.h"
#include "base/map.h"
#include "base/vec.h"

#define STDSYMBOLS_MAX_MINOR 999 /* N of a Go 1.N */

typedef enum {
    STD_NONE,
    STD_CONST,
    STD_VAR,
    STD_FUNC,
    STD_TYPE,
    STD_FIELD,
    STD_METHOD,
    STD_KIND_COUNT,
} StdKind;

typedef struct {
    Str package; /* import path */
    Str name;    /* "Cut", "Server.Protocols", "(*Request).PathValue" */
    StdKind kind;
    int since; /* N of Go 1.N */
} StdSymbol;

typedef struct {
    Str name;
    int since; /* of its oldest symbol: of the package, as far as can be known */
} StdPackage;

typedef struct {
    Arena *arena;
    Str source; /* below GOROOT: what it was read from; empty: this Go has neither */
    Str src;    /* GOROOT/src/ */
    int own;    /* N of that Go 1.N, when what it brought itself may be missing; else 0 */
    VEC(StdSymbol) symbols;
    VEC(StdPackage) packages;
    Map by_key;     /* "package name", of fields and methods "package Type.name" -> 1 + index */
    Map by_package; /* import path -> 1 + index in packages */
} StdSymbols;

/* Reads what the tree of that Go says; that it says nothing is no failure. All of it lives on a.
 * With GOEXPERIMENT its sources may have what no table has: then nothing is made of that. */
bool stdsymbols_read(Arena *a, Str goroot, int minor, bool has_experiments, StdSymbols *ret,
                     Err *err);

/* An empty table on a, and what its readers put into it: a symbol that is there already gets the
 * older of two versions. type is empty but for fields and methods; strings are copied. */
StdSymbols stdsymbols_init(Arena *a);
void stdsymbols_add(StdSymbols *s, StdSymbol symbol, Str type, Str name);

/* Index of a symbol; -1: none is known. type is empty for what a package declares itself. */
isize stdsymbols_find(const StdSymbols *s, Arena scratch, Str package, Str type, Str name);
/* Index of a package; -1: it exports nothing, or is none of the standard library. */
isize stdsymbols_package(const StdSymbols *s, Str path);

/* stdsymbols_api.c: one file of GOROOT/api, of the Go 1.N. Lines that are none of its are passed
 * over. */
void stdsymbols_parse_api(StdSymbols *s, Arena scratch, Str text, int minor);
/* stdsymbols_manifest.c: the text of manifest.go, with SCANNER_PADDING bytes of zero behind it.
 * False when it is no Go, or has no such table. */
bool stdsymbols_parse_manifest(StdSymbols *s, Str text);

#endif
