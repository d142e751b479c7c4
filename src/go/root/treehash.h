/* Digests of many files below one directory: read once, hashed in lanes, on all workers. */
#ifndef GO_ROOT_TREEHASH_H
#define GO_ROOT_TREEHASH_H

#include "base/err.h"
#include "format/sha256.h"

/* SHA-256 of the n regular files at paths (relative to root_fd, no symlink at the end): ret[i]
 * belongs to paths[i]. A file that is gone, no regular file, or changes its size while it is read
 * is an error. Each worker uses 1 MiB. */
bool treehash_files(int root_fd, const Str *paths, isize n, isize n_workers, Sha256 *ret, Err *err);

#endif
