/* The account of one installation: source, proof, store; as lines and as JSON. */
#ifndef CMD_ACCOUNT_H
#define CMD_ACCOUNT_H

#include "report/progress.h"
#include "toolchain/install.h"

/* Three lines of data:
 *   source   golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64 from GOPROXY · 75.8 MB · 1.9 s
 *   proved   record N of the checksum database, in the signed tree of size M
 *   store    12,071 files, 9,475 shared with go1.26.8 · 1.3 s
 * or one, when it was there already. */
void account_print(Report *r, Arena *a, const Installed *installed);

/* {version, platform, path, status, record, tree_size, h1, files, bytes, source, was_installed}. */
void account_json(JsonWriter *w, Arena *a, const ToolchainContext *c, const Installed *installed);

#endif
