/*
 * Go releases whose own checksum-database client can be talked past: what such a Go downloads by
 * itself (another toolchain, a module) is only as trustworthy as its proxy.
 */
#ifndef SUMDB_BYPASS_H
#define SUMDB_BYPASS_H

#include "base/str.h"

typedef struct {
    Str id;                /* "CVE-2026-42501" */
    Str issue;             /* "go.dev/issue/79070" */
    Str summary;           /* what is accepted that should not be */
    bool is_of_toolchains; /* it concerns downloads of toolchains alone */
    /* First releases without the flaw, oldest line first; a later line than the last one never had
     * it. A release of a line that is older than the first entry has it. Empty entries end the
     * list. */
    Str fixed_in[4];
} Bypass;

/* The flaws that a Go of this version ("1.26.8") has, newest advisory first: *ret_n of them. A Go
 * before 1.21 downloads no toolchains, but modules. What is no version has them all. */
const Bypass *const *bypass_of(Arena *a, Str version, isize *ret_n);

#endif
