/*
 * Records of the checksum database: the go.sum lines of one module version, and the reply of
 * /lookup, which is
 *
 *     <id>\n<record text>\n<signed tree head>
 *
 * where the record text is lines, the last one ended too, none of them blank.
 */
#ifndef SUMDB_RECORD_H
#define SUMDB_RECORD_H

#include "sumdb/head.h"

#define RECORD_MAX_REPLY (64 * KIB) /* a real reply has 340 to 400 bytes */

/* A record that is proved to be in the tree of a signed head. */
typedef struct {
    Str module, version;
    Str h1;          /* "h1:..." of the module zip */
    Str go_mod_h1;   /* "h1:..." of its go.mod, empty when the record has no such line */
    Str text;        /* the whole record */
    int64_t id;      /* its number in the log */
    TlogProof proof; /* inclusion of record id in head.tree */
    SumdbHead head;
    int64_t served_size; /* tree size of the head that came with the answer: when less than
                          * head.tree.size, the answer was stale by the difference */
    bool from_cache;     /* nothing was asked of the network */
} SumdbRecord;

typedef struct {
    int64_t id;
    Str text;
    Str note;
} RecordReply;

/* Splits a reply of /lookup; ret keeps slices of it. Nothing is authenticated yet. ERR_FORMAT says
 * what is wrong, an HTML page and an empty body by name; ERR_LIMIT past RECORD_MAX_REPLY. */
bool record_parse_reply(Str reply, RecordReply *ret, Err *err);

/* Whether text can be the text of a record. */
bool record_text_is_valid(Str text);

/* Finds "module version h1:..." in a record's text: *ret_h1 is the slice from "h1:" on, empty
 * when there is no such line. Lines with other hash algorithms are passed over. ERR_VERIFY
 * when two lines disagree, ERR_FORMAT when what follows "h1:" is not a SHA-256 in base64. */
bool record_find_h1(Arena scratch, Str text, Str module, Str version, Str *ret_h1, Err *err);

/* Fills module, version, h1 and go_mod_h1 of ret, which keep slices of the arguments. Without
 * a line for exactly this module and version it fails with ERR_VERIFY: a record that says
 * nothing proves nothing (CVE-2026-42501). */
bool record_read_hashes(Arena scratch, Str text, Str module, Str version, SumdbRecord *ret,
                        Err *err);

/* Module and version of the first line that is not about a go.mod; false when there is none. */
bool record_subject(Str text, Str *ret_module, Str *ret_version);

#endif
