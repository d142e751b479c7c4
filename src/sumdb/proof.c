#include "sumdb/proof.h"

#include "base/strbuf.h"
#include "format/base64.h"

static const Str first_line = STR_CONST("c2sp.org/tlog-proof@v1");

static Str hash_str(const Sha256 *hash)
{
    return (Str){(const char *)hash->bytes, SHA256_LEN};
}

Str proof_format(Arena *a, const SumdbRecord *record)
{
    StrBuf text = strbuf_init(a);
    strbuf_add_format(&text, "%.*s\nextra ", STR_ARG(first_line));
    strbuf_add(&text, base64_encode(a, record->text));
    strbuf_add_format(&text, "\nindex %lld\n", (long long)record->id);
    for (isize i = 0; i < record->proof.len; i++) {
        strbuf_add(&text, base64_encode(a, hash_str(&record->proof.ptr[i])));
        strbuf_add_byte(&text, '\n');
    }
    strbuf_add_byte(&text, '\n');
    strbuf_add(&text, record->head.note);
    return strbuf_str(&text);
}

/* Takes a line off *rest that must end in a newline and begin with prefix, which is cut off. */
static bool next_line(Str *rest, Str prefix, Str *ret)
{
    StrCut cut = str_cut(*rest, '\n');
    if (!cut.found || !str_eat_prefix(&cut.head, prefix)) {
        return false;
    }
    *rest = cut.tail;
    *ret = cut.head;
    return true;
}

/* The lines up to the blank one, which is taken too. */
static bool parse_hashes(Arena *a, Str *rest, TlogProof *ret, Err *err)
{
    TlogProof proof = {.ptr = ARENA_ARRAY(a, Sha256, TLOG_MAX_HASHES)};
    Str line;
    for (;;) {
        if (!next_line(rest, S(""), &line)) {
            return FAIL(err, ERR_FORMAT, "the proof ends before its signed tree head");
        }
        if (line.len == 0) {
            *ret = proof;
            return true;
        }
        Arena scratch = *a;
        Str hash;
        if (proof.len == TLOG_MAX_HASHES) {
            return FAIL(err, ERR_FORMAT, "the proof has more than %d hashes", TLOG_MAX_HASHES);
        }
        if (!base64_decode(&scratch, line, &hash) || hash.len != SHA256_LEN) {
            return FAIL(err, ERR_FORMAT, "hash %td of the proof is no SHA-256 in base64",
                        proof.len + 1);
        }
        memcpy(proof.ptr[proof.len++].bytes, hash.ptr, SHA256_LEN);
    }
}

/* Everything but what must be verified. Base64 and numbers have one form each, so that a text that
 * is accepted is the one that proof_format writes. */
static bool parse(Arena *a, Str text, SumdbRecord *ret, Err *err)
{
    Str line, rest = text;
    if (!next_line(&rest, first_line, &line) || line.len > 0) {
        return FAIL(err, ERR_FORMAT, "a proof begins with the line '%.*s'", STR_ARG(first_line));
    }
    if (!next_line(&rest, S("extra "), &line) || !base64_decode(a, line, &ret->text) ||
        !record_text_is_valid(ret->text)) {
        return FAIL(err, ERR_FORMAT, "the proof's second line is not 'extra' and a record");
    }
    if (!next_line(&rest, S("index "), &line) ||
        !str_parse_decimal(line, TLOG_MAX_SIZE, &ret->id)) {
        return FAIL(err, ERR_FORMAT, "the proof's third line is not 'index' and a number");
    }
    if (!parse_hashes(a, &rest, &ret->proof, err)) {
        return false;
    }
    ret->head.note = str_copy(a, rest);
    return true;
}

bool proof_check(Arena *a, Str text, const NoteVerifier *verifier, SumdbRecord *ret, Err *err)
{
    if (text.len > PROOF_MAX_LEN) {
        return FAIL(err, ERR_LIMIT, "the proof has %td bytes, at most %td are read", text.len,
                    PROOF_MAX_LEN);
    }
    SumdbRecord record = {.from_cache = true};
    Str module, version;
    if (!parse(a, text, &record, err) ||
        !sumdb_head_open(*a, record.head.note, verifier, &record.head, err)) {
        return false;
    }
    Sha256 leaf = tlog_leaf_hash(record.text);
    if (!tlog_check_inclusion(record.proof, record.id, &leaf, &record.head.tree)) {
        return FAIL(err, ERR_VERIFY, "the proof does not put record %lld into the tree of %lld",
                    (long long)record.id, (long long)record.head.tree.size);
    }
    if (!record_subject(record.text, &module, &version)) {
        return FAIL(err, ERR_VERIFY, "the record is not about a module version");
    }
    if (!record_read_hashes(*a, record.text, module, version, &record, err)) {
        return false;
    }
    record.served_size = record.head.tree.size;
    *ret = record;
    return true;
}
