/*
 * A Go release for a platform, and its names: golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64 as a
 * module, go1.26.8.linux-amd64.tar.gz on the download site.
 */
#ifndef GO_ROOT_RELEASE_H
#define GO_ROOT_RELEASE_H

#include "base/str.h"

#define RELEASE_MODULE "golang.org/toolchain"

typedef struct {
    Str version; /* "1.26.8", without "go" */
    Str os, arch;
} Release;

/* "v0.0.1-go1.26.8.linux-amd64", and back. False for anything that is not such a name with a valid
 * Go version; the slices point into the name. */
Str release_module_version(Arena *a, const Release *r);
bool release_parse(Str module_version, Release *ret);

/* From the name of an archive: the module's zip, or the download site's tar.gz, whose "armv6l" is
 * Go's arm. */
bool release_parse_archive_name(Str file_name, Release *ret);

/* A GOOS or GOARCH as it may stand in a name: lower-case letters and digits. */
bool release_is_platform_word(Str s);
/* GOARCH of the download site's word for it. */
Str release_arch(Str site_arch);

#endif
