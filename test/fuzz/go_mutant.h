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

/* A token, and what stands before it; or a line. */
typedef struct {
    Str space, text;
    int kind; /* those of one kind may well stand for each other */
} Part;

typedef struct {
    Part ptr[MAX_PARTS + 1];
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

/* Names, literals, operators, keywords; a bracket is like itself alone. */
static int kind_of(Token tok)
{
    enum { NAME, LITERAL, OPERATOR, KEYWORD, OTHER };
    if (tok == TOKEN_IDENT) {
        return NAME;
    }
    if (token_is_literal(tok)) {
        return LITERAL;
    }
    if (token_precedence(tok) > 0) {
        return OPERATOR;
    }
    return token_is_keyword(tok) ? KEYWORD : OTHER + (int)tok;
}

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
        isize begin = MAX(end, MIN((isize)s.pos, source.len));
        isize next = MAX(begin, MIN((isize)s.end, source.len));
        ret->ptr[ret->len++] =
            (Part){str_slice(source, end, begin), str_slice(source, begin, next), kind_of(s.tok)};
        end = next;
    }
    ret->ptr[ret->len++] = (Part){.text = str_from(source, end)};
    arena_done(&comments);
}

static void split_lines(Str source, Parts *ret)
{
    ret->len = 0;
    while (ret->len < MAX_PARTS && source.len > 0) {
        isize at = str_index_byte(source, '\n');
        isize n = at < 0 ? source.len : at + 1;
        ret->ptr[ret->len++] = (Part){.text = str_to(source, n)};
        source = str_from(source, n);
    }
    ret->ptr[ret->len++] = (Part){.text = source};
}

/* The next part of the kind that at has, from other on; at the end, at itself. */
static isize alike(const Parts *p, isize at, isize other)
{
    while (other < p->len && p->ptr[other].kind != p->ptr[at].kind) {
        other++;
    }
    return other < p->len ? other : at;
}

static void change(Parts *p, uint64_t *random)
{
    isize at = next_below(random, p->len), other = next_below(random, p->len);
    Str part = p->ptr[at].text;
    switch (next_below(random, 9)) {
    case 0: /* left out */
        p->ptr[at].text = (Str){0};
        break;
    case 1: /* exchanged */
        p->ptr[at].text = p->ptr[other].text;
        p->ptr[other].text = part;
        break;
    case 2: /* put there again */
        p->ptr[at].text = p->ptr[other].text;
        break;
    case 3: /* some other token */
        p->ptr[at].text = token_text((Token)next_below(random, TOKEN_COUNT));
        break;
    case 4: /* the end */
        if (next_below(random, 4) == 0) {
            p->len = MAX(at, 1);
        }
        break;
    default: /* one of its kind, so that what parsed may do so again */
        p->ptr[at].text = p->ptr[alike(p, at, other)].text;
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
        strbuf_add(&text, parts.ptr[i].space);
        strbuf_add(&text, parts.ptr[i].text);
    }
    return strbuf_str(&text);
}

/* Checks the start of an input as a Go file, and a mutant of it. */
static inline int check_with_mutant(const uint8_t *data, size_t size, isize max,
                                    void (*check)(Str source))
{
    Str source = {(const char *)data, MIN((isize)size, max)};
    Arena a = arena_init(64 * KIB);
    check(source);
    check(mutant_of(&a, source));
    arena_done(&a);
    return 0;
}

#endif
