#include "go/preflight/resultcode.h"

#include "go/preflight/codec.h"

#define IS_CHECKED 1U
#define IS_BROKEN 2U
#define LEAST_PART 9 /* bytes */
#define LEAST_DIAGNOSIS (LEAST_PART + 3)

/* ---- encoding ---- */

static void encode_position(StrBuf *b, const Position *p)
{
    encode_str(b, p->file);
    encode_number(b, (uint64_t)p->line);
    encode_number(b, (uint64_t)p->column);
}

static void encode_part(StrBuf *b, const DiagnosisPart *p)
{
    encode_position(b, &p->at);
    encode_position(b, &p->end);
    encode_str(b, p->message);
    encode_str(b, p->excerpt.line);
    encode_str(b, p->excerpt.caret);
}

static void encode_diagnosis(StrBuf *b, const Diagnosis *d)
{
    encode_str(b, d->code);
    encode_number(b, d->is_soft);
    encode_part(b, &d->main);
    encode_number(b, (uint64_t)d->n_related);
    for (isize i = 0; i < d->n_related; i++) {
        encode_part(b, &d->related[i]);
    }
}

void result_encode(StrBuf *b, const UnitResult *r)
{
    encode_number(b, (r->is_checked ? IS_CHECKED : 0) + (r->is_broken ? IS_BROKEN : 0));
    encode_number(b, (uint64_t)r->n_test_mains);
    encode_number(b, (uint64_t)r->n_files);
    encode_number(b, (uint64_t)r->n_lines);
    encode_number(b, (uint64_t)r->n_expressions);
    encode_number(b, (uint64_t)r->n_untyped);
    encode_number(b, (uint64_t)r->n_dropped);
    encode_number(b, (uint64_t)r->errors.len);
    for (isize i = 0; i < r->errors.len; i++) {
        encode_diagnosis(b, &r->errors.ptr[i]);
    }
}

/* ---- decoding ---- */

/* A number that fits into an isize. */
static isize decode_size(Reader *r)
{
    return (isize)(decode_number(r) & INT64_MAX);
}

static Position decode_position(Reader *r)
{
    Position p = {.file = decode_str(r)};
    p.line = decode_size(r);
    p.column = decode_size(r);
    return p;
}

static DiagnosisPart decode_part(Reader *r)
{
    DiagnosisPart p = {.at = decode_position(r)};
    p.end = decode_position(r);
    p.message = decode_str(r);
    p.excerpt.line = decode_str(r);
    p.excerpt.caret = decode_str(r);
    return p;
}

static Diagnosis decode_diagnosis(Arena *a, Reader *r)
{
    Diagnosis d = {.code = decode_str(r)};
    d.is_soft = decode_number(r) != 0;
    d.main = decode_part(r);
    d.n_related = decode_count(r, LEAST_PART);
    d.related = ARENA_ARRAY(a, DiagnosisPart, d.n_related);
    for (isize i = 0; i < d.n_related && !r->is_failed; i++) {
        d.related[i] = decode_part(r);
    }
    return d;
}

bool result_decode(Arena *a, Str bytes, UnitResult *ret)
{
    Reader r = reader_init(bytes);
    uint64_t flags = decode_number(&r);
    *ret = (UnitResult){.is_checked = (flags & IS_CHECKED) != 0,
                        .is_broken = (flags & IS_BROKEN) != 0};
    ret->n_test_mains = decode_size(&r);
    ret->n_files = decode_size(&r);
    ret->n_lines = decode_size(&r);
    ret->n_expressions = decode_size(&r);
    ret->n_untyped = decode_size(&r);
    ret->n_dropped = decode_size(&r);
    isize n = decode_count(&r, LEAST_DIAGNOSIS);
    ret->errors = (Diagnoses){.ptr = ARENA_ARRAY(a, Diagnosis, n), .len = n, .cap = n};
    for (isize i = 0; i < n && !r.is_failed; i++) {
        ret->errors.ptr[i] = decode_diagnosis(a, &r);
    }
    return !r.is_failed && r.rest.len == 0;
}
