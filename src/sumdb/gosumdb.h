/*
 * The variable GOSUMDB, read as cmd/go reads it (modfetch/sumdb.go):
 *
 *     name | vkey | name URL | vkey URL | off
 *
 * A name must be a database whose key is built in: sum.golang.org, or sum.golang.google.cn, which
 * is the same database at another address.
 */
#ifndef SUMDB_GOSUMDB_H
#define SUMDB_GOSUMDB_H

#include "sumdb/note.h"

#define GOSUMDB_DEFAULT "sum.golang.org"

typedef struct {
    bool is_off;           /* GOSUMDB=off: there is no database, and the rest is empty */
    NoteVerifier verifier; /* verifier.name is the database's name: host, or host/path */
    Str url; /* where GOSUMDB says that it is, without trailing slash: no proxy may be asked. Empty:
              * each GOPROXY's <proxy>/sumdb/<name>, else https://<name> */
} Gosumdb;

/* Parses the value; an empty one means the default, as for an unset variable. ret keeps slices of
 * value. Failure is ERR_USAGE and names what is wrong.
 *
 * Names are directory names in the state, so they are held to letters, digits and "-._~" with an
 * optional port, in elements that are not "." or ".."; cmd/go takes a few more characters. */
bool gosumdb_parse(Arena scratch, Str value, Gosumdb *ret, Err *err);

/* The database that golang.org/toolchain is proved against: value's, but "off" does not switch it
 * off. cmd/go refuses to download a toolchain then; goward asks the default database instead. */
bool gosumdb_parse_for_toolchain(Arena scratch, Str value, Gosumdb *ret, Err *err);

#endif
