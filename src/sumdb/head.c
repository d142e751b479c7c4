#include "sumdb/head.h"

bool sumdb_head_open(Arena scratch, Str note, const NoteVerifier *verifier, SumdbHead *ret,
                     Err *err)
{
    Str text;
    SumdbHead head = {.note = note};
    if (!note_open(scratch, note, verifier, &text, err) ||
        !tlog_tree_parse(scratch, text, &head.tree, err)) {
        return FAIL_IN(err, "reading a signed tree head of %.*s", STR_ARG(verifier->name));
    }
    *ret = head;
    return true;
}
