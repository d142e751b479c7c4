#include "sumdb/record.h"

#include "format/base64.h"
#include "sumdb/text.h"

static const Str h1_prefix = STR_CONST("h1:");
static const Str go_mod_suffix = STR_CONST("/go.mod");

bool record_text_is_valid(Str text)
{
    return text.len > 0 && text.ptr[0] != '\n' && text.ptr[text.len - 1] == '\n' &&
           !str_contains(text, S("\n\n")) && text_is_clean(text);
}

bool record_parse_reply(Str reply, RecordReply *ret, Err *err)
{
    if (reply.len > RECORD_MAX_REPLY) {
        return FAIL(err, ERR_LIMIT, "the reply has %td bytes, at most %td are read", reply.len,
                    RECORD_MAX_REPLY);
    }
    if (reply.len == 0) {
        return FAIL(err, ERR_FORMAT, "the reply is empty");
    }
    if (reply.ptr[0] == '<') {
        return FAIL(err, ERR_FORMAT, "a web page came instead of a record");
    }
    StrCut id = str_cut(reply, '\n');
    isize end = str_index(id.tail, S("\n\n"));
    RecordReply parsed;
    if (!id.found || !str_parse_decimal(id.head, TLOG_MAX_SIZE, &parsed.id)) {
        return FAIL(err, ERR_FORMAT, "the reply does not begin with a record number");
    }
    if (end < 0) {
        return FAIL(err, ERR_FORMAT, "the reply ends within the record");
    }
    parsed.text = str_to(id.tail, end + 1);
    parsed.note = str_from(id.tail, end + 2);
    if (!record_text_is_valid(parsed.text)) {
        return FAIL(err, ERR_FORMAT, "the record is not lines of plain text");
    }
    *ret = parsed;
    return true;
}

static bool is_h1(Arena scratch, Str hash)
{
    Str digest;
    return str_eat_prefix(&hash, h1_prefix) && base64_decode(&scratch, hash, &digest) &&
           digest.len == SHA256_LEN;
}

bool record_find_h1(Arena scratch, Str text, Str module, Str version, Str *ret_h1, Err *err)
{
    Str prefix = str_format(&scratch, "%.*s %.*s h1:", STR_ARG(module), STR_ARG(version));
    Str found = {0};
    while (text.len > 0) {
        StrCut line = str_cut(text, '\n');
        text = line.tail;
        if (!str_starts_with(line.head, prefix)) {
            continue;
        }
        Str h1 = str_from(line.head, prefix.len - h1_prefix.len);
        if (!is_h1(scratch, h1)) {
            return FAIL(err, ERR_FORMAT, "the record's hash of %.*s %.*s is malformed",
                        STR_ARG(module), STR_ARG(version));
        }
        if (found.len > 0 && !str_eq(found, h1)) {
            return FAIL(err, ERR_VERIFY, "the record has two hashes of %.*s %.*s", STR_ARG(module),
                        STR_ARG(version));
        }
        found = h1;
    }
    *ret_h1 = found;
    return true;
}

bool record_read_hashes(Arena scratch, Str text, Str module, Str version, SumdbRecord *ret,
                        Err *err)
{
    Str h1, go_mod_h1;
    if (!record_find_h1(scratch, text, module, version, &h1, err)) {
        return false;
    }
    if (h1.len == 0) {
        return FAIL(err, ERR_VERIFY, "the record has no line for %.*s %.*s", STR_ARG(module),
                    STR_ARG(version));
    }
    Str go_mod = str_concat(&scratch, version, go_mod_suffix);
    if (!record_find_h1(scratch, text, module, go_mod, &go_mod_h1, err)) {
        return false;
    }
    ret->module = module;
    ret->version = version;
    ret->h1 = h1;
    ret->go_mod_h1 = go_mod_h1;
    return true;
}

bool record_subject(Str text, Str *ret_module, Str *ret_version)
{
    while (text.len > 0) {
        StrCut line = str_cut(text, '\n');
        text = line.tail;
        StrCut module = str_cut(line.head, ' ');
        StrCut version = str_cut(module.tail, ' ');
        if (version.found && module.head.len > 0 && version.head.len > 0 &&
            !str_ends_with(version.head, go_mod_suffix)) {
            *ret_module = module.head;
            *ret_version = version.head;
            return true;
        }
    }
    return false;
}
