/* Mutants of Go files: whole tokens and lines of a text changed. Bytes alone rarely make Go. */
#ifndef FUZZ_GO_MUTANT_H
#define FUZZ_GO_MUTANT_H

#include "base/strbuf.h"
#include "go/syntax/scanner.h"

/* With the zeros behind it that a scanner needs. */
static char *padded(Arena *a, Str source)
{
    char *text = ARENA_ARRAY(a, char, source.len + SCANNER_PADDING);
    if (source.len > 0) {
        memcpy(text, source.ptr, (size_t)source.len);
    }
    return text;
}

#define MAX_PARTS 4096 /* of a text; the rest stays one */
#define MAX_CHANGES 6

typedef struct {
    Str ptr[2 * MAX_PARTS];
    isize len;
} Parts;

/* SplitMix64. */
static isize next_below(uint64_t *random, isize n)
{
    *random += 0x9e3779b97f4a7c15u;
    uint64_t x = *random;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return (isize)((x ^ (x >> 31)) % (uint64_t)n);
}

/* Each token with what stands before it. */
static void split_tokens(Arena *a, Str source, Parts *ret)
{
    DiagnosticList errors = {.arena = a};
    char *text = padded(a, source);
    Arena comments = arena_init(0);
    Scanner s;
    isize end = 0;
    scanner_init(&s, &comments, (Str){text, source.len}, &errors);
    ret->len = 0;
    while (ret->len < MAX_PARTS && scanner_next(&s) != TOKEN_EOF) {
        isize next = MIN((isize)s.end, source.len);
        ret->ptr[ret->len++] = str_slice(source, end, MAX(end, next));
        end = MAX(end, next);
    }
    ret->ptr[ret->len++] = str_from(source, end);
    arena_done(&comments);
}

static void split_lines(Str source, Parts *ret)
{
    ret->len = 0;
    while (ret->len < MAX_PARTS && source.len > 0) {
        isize at = str_index_byte(source, '\n');
        isize n = at < 0 ? source.len : at + 1;
        ret->ptr[ret->len++] = str_to(source, n);
        source = str_from(source, n);
    }
    ret->ptr[ret->len++] = source;
}

static void change(Parts *p, uint64_t *random)
{
    isize at = next_below(random, p->len), other = next_below(random, p->len);
    Str part = p->ptr[at];
    switch (next_below(random, 5)) {
    case 0: /* left out */
        p->ptr[at] = (Str){0};
        break;
    case 1: /* exchanged */
        p->ptr[at] = p->ptr[other];
        p->ptr[other] = part;
        break;
    case 2: /* put there again */
        p->ptr[at] = p->ptr[other];
        break;
    case 3: /* some other token */
        p->ptr[at] = token_text((Token)next_below(random, TOKEN_COUNT));
        break;
    case 4: /* the end */
        p->len = MAX(at, 1);
        break;
    }
}

/* A text that its source alone determines. */
static Str mutant_of(Arena *a, Str source)
{
    static Parts parts;
    uint64_t random = str_hash(source);
    if (next_below(&random, 3) == 0) {
        split_lines(source, &parts);
    } else {
        split_tokens(a, source, &parts);
    }
    for (isize n = 1 + next_below(&random, MAX_CHANGES); n > 0; n--) {
        change(&parts, &random);
    }
    StrBuf text = strbuf_init(a);
    for (isize i = 0; i < parts.len; i++) {
        strbuf_add(&text, parts.ptr[i]);
    }
    return strbuf_str(&text);
}

#endif
