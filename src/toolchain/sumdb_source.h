/*
 * The way to the checksum database, as cmd/go finds it (modfetch/sumdb.go): the URL in GOSUMDB,
 * else the first proxy whose <proxy>/sumdb/<name>/supported says 200, and then that proxy only;
 * when all say 404 or 410, or the list ends with direct, the database itself. Any other answer
 * means that there is no database to be had.
 *
 * Which proxy said yes is remembered for a day in the source's state directory
 * (docs/formats/proxies.md), so that a lookup costs no more requests than the database needs. What
 * is remembered is a shortcut only: when it leads to a refusal, the proxies are asked again.
 */
#ifndef TOOLCHAIN_SUMDB_SOURCE_H
#define TOOLCHAIN_SUMDB_SOURCE_H

#include "sumdb/client.h"
#include "sumdb/gosumdb.h"
#include "toolchain/source.h"

typedef struct SumdbSource SumdbSource;

/* Asks nobody yet. a, s and what database points to live as long as the result. */
SumdbSource *source_sumdb_new(Arena *a, Source *s, const Gosumdb *database);

/* A SumdbGet (sumdb/client.h); context is the SumdbSource. */
bool source_sumdb_get(void *context, Arena *a, const Str *paths, isize n, SumdbReply *ret,
                      Err *err);

/* Where the database was reached, for a person; empty before the first request. */
Str source_sumdb_place(const SumdbSource *s);

#endif
