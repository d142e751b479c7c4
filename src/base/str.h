/*
 * Strings carry their length and are passed by value. They are not NUL-terminated; only os/
 * makes C strings. A Str never owns: whoever made it says which arena (or literal) it points into.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"
#include "base/num.h"
#include "base/panic.h"

#include <stdarg.h>
#include <string.h>

typedef struct {
    const char *ptr;
    isize len;
} Str;

#define S(literal) ((Str){(literal), (isize)sizeof(literal) - 1})
#define STR_CONST(literal)                    \
    {                                         \
        (literal), (isize)sizeof(literal) - 1 \
    }                                    /* for static tables */
#define STR_ARG(s) (int)(s).len, (s).ptr /* for "%.*s" */

/* A NUL-terminated string from outside; NULL gives the empty string. */
Str str_from_c(const char *c);

static inline bool str_eq(Str a, Str b)
{
    /* The second one may be a literal: then its length makes the comparison a few instructions. */
    return a.len == b.len && (b.len == 0 || memcmp(a.ptr, b.ptr, (size_t)b.len) == 0);
}

/* Bytewise order: <0, 0, >0; a prefix sorts first. */
int str_compare(Str a, Str b);
bool str_eq_fold(Str a, Str b); /* ASCII case ignored */

/* Part of s: from byte `from` (inclusive) to `to` (exclusive); both must lie within s. */
static inline Str str_slice(Str s, isize from, isize to)
{
    ASSERT(0 <= from && from <= to && to <= s.len);
    return (Str){from == 0 ? s.ptr : s.ptr + from, to - from};
}
static inline Str str_from(Str s, isize from)
{
    return str_slice(s, from, s.len);
}
static inline Str str_to(Str s, isize to)
{
    return str_slice(s, 0, to);
}

static inline bool str_starts_with(Str s, Str prefix)
{
    return s.len >= prefix.len && str_eq(str_to(s, prefix.len), prefix);
}
static inline bool str_ends_with(Str s, Str suffix)
{
    return s.len >= suffix.len && str_eq(str_from(s, s.len - suffix.len), suffix);
}
/* If s starts (ends) with it, *s loses it and the answer is true. */
static inline bool str_eat_prefix(Str *s, Str prefix)
{
    bool starts = str_starts_with(*s, prefix);
    *s = starts ? str_from(*s, prefix.len) : *s;
    return starts;
}
static inline bool str_eat_suffix(Str *s, Str suffix)
{
    bool ends = str_ends_with(*s, suffix);
    *s = ends ? str_to(*s, s->len - suffix.len) : *s;
    return ends;
}

/* Index of the first (last) such byte or substring, -1 when there is none. */
isize str_index_byte(Str s, char byte);
isize str_last_index_byte(Str s, char byte);
isize str_index(Str s, Str needle);
static inline bool str_contains(Str s, Str needle)
{
    return str_index(s, needle) >= 0;
}

typedef struct {
    Str head, tail;
    bool found;
} StrCut;

/* Splits around the first separator: {before, after, true}, or {s, empty, false}. */
StrCut str_cut(Str s, char sep);
/* Splits around the last separator: {before, after, true}, or {s, empty, false}. */
StrCut str_cut_last(Str s, char sep);
/* Takes the next line off *rest, without its "\n" or "\r\n". False when *rest is empty. */
bool str_next_line(Str *rest, Str *ret_line);
/* Takes the next field off *rest; space, tab, CR and LF separate. False when there is none. */
bool str_next_field(Str *rest, Str *ret_field);

/* Whether word, which is not empty, is one of the list's, as they stand between commas. */
bool str_list_has(Str list, Str word);
/* Whether s is one of n strings. */
bool str_is_among(Str s, const Str *list, isize n);
/* Takes a decimal without superfluous zeros off *rest, of any length. False when there is none. */
bool str_eat_decimal(Str *rest, Str *ret_digits);

/* Without leading and trailing space, tab, CR and LF. */
Str str_trim(Str s);

/* Copies on the arena. */
Str str_copy(Arena *a, Str s);
Str str_concat(Arena *a, Str x, Str y);
Str str_format(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));
Str str_vformat(Arena *a, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Decimal without sign, spaces or superfluous zeros, at most max. */
bool str_parse_decimal(Str s, int64_t max, int64_t *ret);

/* Edit distance, for "did you mean"; both are cut at 64 bytes. */
int str_distance(Str a, Str b);
/* Whether word may be a misspelled name: a third of it is another, at most. */
bool str_is_near(Str word, Str name);

/* 64-bit hash for tables in memory. Not keyed: never expose tables to hostile key sets unbounded.
 */
uint64_t str_hash(Str s);

#endif
