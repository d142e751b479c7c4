/*
 * Names of toolchains in the store: "go1.26.8.linux-amd64", and "go1.26.8.linux-amd64+x0123abcd"
 * for content that is not the official one, told apart by the first digits of its h1.
 */
#ifndef STORE_ID_H
#define STORE_ID_H

#include "os/file.h"

#define STORE_MAX_ID 128 /* bytes */

/* version is "go1.26.8", platform "linux/amd64"; h1_hex is empty for the official content, else the
 * 64 hexadecimal digits of its h1. */
Str store_id_make(Arena *a, Str version, Str platform, Str h1_hex);
/* Letters, digits, and any of ".-_+:", not starting with a dot. */
bool store_id_is_valid(Str id);
/* "go1.26.8" and "linux-amd64"; false when the id has no such form. */
bool store_id_split(Str id, Str *ret_version, Str *ret_platform);

/* For the shim, without opening the store. The root of a tree: home + "/trees/" + id. */
Str store_tree_root(Arena *a, Str home, Str id);
/* Id of the default toolchain of the current generation, in one system call. FILE_ABSENT: none. */
FileOutcome store_peek_default(Arena *a, Str home, Str *ret_id, Err *err);
/* Root of a tree that is installed and has a bin/go, in two system calls. */
FileOutcome store_peek_tree(Arena *a, Str home, Str id, Str *ret_root, Err *err);

#endif
