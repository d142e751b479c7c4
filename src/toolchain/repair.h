/* Putting back what differs: only the files that do, proved together before one is written. */
#ifndef TOOLCHAIN_REPAIR_H
#define TOOLCHAIN_REPAIR_H

#include "toolchain/prove.h"

/* Repairs the root that *proof is about (DIFFERS or CONFIG_EDITED, its files named): changed and
 * missing files are fetched one by one from the release's zip, files that no release has are moved
 * aside to <home>/removed. The tree that results is worked out first, and must have the hash of the
 * log, or nothing is written (ERR_VERIFY). id is that of a tree of the store, else empty. On
 * success *proof is the proof of the repaired tree, and *ret_n the number of files put right. */
bool repair_goroot(ToolchainContext *c, Arena *a, Str id, Proof *proof, isize *ret_n, Err *err);

#endif
