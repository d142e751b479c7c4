/* Findings about a Go itself: GWT001 to GWT009 (cmd/explain.c has their texts). */
#ifndef CMD_GOFINDING_H
#define CMD_GOFINDING_H

#include "report/finding.h"
#include "store/record.h"
#include "toolchain/prove.h"

/* With the title, and unless severity says otherwise the severity, that `goward explain` knows. */
void gofinding_add(Arena *a, FindingList *list, const char *id, Severity severity, Str root,
                   Str evidence, Str remedy);

/* What a look at all files of a Go showed: nothing when it is proved. */
void gofinding_of_proof(Arena *a, FindingList *list, const Proof *proof);

/* What the store knows of an installed Go without looking: how it came in, and whether the machine
 * was started anew since it was last looked at. */
void gofinding_of_record(Arena *a, FindingList *list, Str root, const StoreRecord *record);

/* A Go that goward does not manage, version as in "1.26.8": whether its own client of the checksum
 * database can be talked past. A warning where somebody chose its proxies. */
bool gofinding_of_system(ToolchainContext *c, Arena *a, FindingList *list, Str root, Str version,
                         Err *err);

/* Whether evidence of two histories of the checksum database lies in goward's home. */
bool gofinding_of_log(ToolchainContext *c, Arena *a, FindingList *list, Err *err);

#endif
