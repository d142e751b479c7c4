/*
 * The manifest of a Go root: for each file that counts, its SHA-256 and the name under which the
 * log knows it. Its text hashes to the h1 of the release (go/mod/dirhash.h).
 *
 * The rule (distpack of Go 1.21 and newer; measured on ten releases): everything counts but what
 * lies in api/, doc/, misc/ and test/ of the root; go.mod is called _go.mod; a go.mod beside a
 * _go.mod is cmd/go's own copy and does not count; names start with
 * "golang.org/toolchain@v0.0.1-go<V>.<P>/".
 */
#ifndef GO_ROOT_MANIFEST_H
#define GO_ROOT_MANIFEST_H

#include "go/mod/dirhash.h"
#include "go/root/filediff.h"
#include "go/root/goroot.h"

#define MANIFEST_MAX_FILES 200000 /* a release has 12,000, with test/ 16,000 */

/* "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/" */
Str manifest_prefix(Arena *a, Str version, Str os, Str arch);

/* The name in the log of a file of a tree ("src/go.mod" -> "<prefix>src/_go.mod"). False for a file
 * that does not count. is_module_form: the tree may hold _go.mod files itself. */
bool manifest_name(Arena *a, Str prefix, Str path, bool is_module_form, Str *ret_name);
/* The way back: where a file of the log stands in a tree. False for another prefix. */
bool manifest_path(Arena *a, Str prefix, Str name, bool is_module_form, Str *ret_path);

typedef struct {
    Str prefix;
    bool is_module_form;
    Str *paths;         /* below the root, sorted */
    DirhashFile *files; /* of the same index: name in the log, and digest */
    isize n;
    /* What the hash cannot see and is wrong all the same: symlinks and devices, which no release
     * holds; copies go.mod that differ from their _go.mod or lack one. */
    FileDiffs wrong;
} Manifest;

/* Walks and hashes a root, whose version and platform must be known. */
bool manifest_of_tree(Arena *a, int root_fd, const Goroot *root, isize n_workers, Manifest *ret,
                      Err *err);

/* How a tree differs from a manifest's text that is proved, sorted by path: what the hash sees and
 * what it does not. ERR_FORMAT when the text is no manifest of this release. */
bool manifest_diff(Arena *a, const Manifest *found, Str proved_text, FileDiffs *ret, Err *err);

/* Digest of upstream's go.env: the same in every release since it came with 1.21.0 (measured up to
 * 1.27.4, linux and darwin). */
Sha256 manifest_pristine_go_env(void);

/* The text; with go.env's digest replaced when replaced_go_env is not NULL. */
Str manifest_text(Arena *a, const Manifest *m, const Sha256 *replaced_go_env);

#endif
