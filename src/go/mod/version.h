/*
 * Go's own version numbers: 1.21, 1.21rc2, 1.21.3, and the toolchain names go1.21.3-custom.
 * Not semantic versions; the grammar and the order are those of Go's internal/gover:
 *
 *     version = major [ "." minor [ "." patch | kind [ pre ] ] ]
 *
 * with decimals of any length without superfluous zeros, and kind a run of a-z. From 1.21 on, "1.N"
 * is the language version, older than every release of it: 1.21 < 1.21rc1 < 1.21.0 < 1.21.1.
 * Before,
 * "1.20" is the release 1.20.0. "1.21.3rc1" is no version.
 */
#ifndef GO_MOD_VERSION_H
#define GO_MOD_VERSION_H

#include "base/str.h"

/* All parts are slices of the parsed text, or of literals. The zero value is the invalid
 * version. */
typedef struct {
    Str major; /* decimal */
    Str minor; /* decimal or empty */
    Str patch; /* decimal, or empty: a language version or a prerelease */
    Str kind;  /* "", "alpha", "beta", "rc" ... */
    Str pre;   /* decimal or empty */
} GoVersion;

/* text without the "go" prefix. False for anything but a version. */
bool goversion_parse(Str text, GoVersion *ret);
static inline bool goversion_is_valid(Str text)
{
    GoVersion v;
    return goversion_parse(text, &v);
}

/* <0, 0, >0. What is no version sorts before all versions and equals others of its kind. */
int goversion_compare(Str x, Str y);

/* Whether text names the language ("1.26") and no release of it; never for 1.20 and older. */
bool goversion_is_lang(Str text);
/* "1.26" of "1.26.3", "1.26rc1" and "1.26"; empty for what is no version. */
Str goversion_lang(Str text);
bool goversion_is_prerelease(Str text);

/* The version in a toolchain name: "go1.26.3" and "go1.26.3-custom x" give "1.26.3"; empty when the
 * name does not start with "go", holds a slash or backslash, or holds no version. */
Str goversion_of_toolchain(Str name);

/* Name of the first release that satisfies version: "go1.26.0" for "1.26", "go1.26.3" for "1.26.3",
 * "go1.20" for "1.20". version must be valid. */
Str goversion_toolchain_name(Arena *a, Str version);

#endif
