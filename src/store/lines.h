/*
 * The text formats of the store: lines of "key value", and escapes.
 *
 * Control bytes and the backslash stand as \xNN (two lowercase hexadecimal digits), so that a value
 * is always one line; a field of a table escapes its spaces too, and an empty field is "-".
 */
#ifndef STORE_LINES_H
#define STORE_LINES_H

#include "base/err.h"
#include "base/strbuf.h"

/* "key value\n", the value escaped. */
void lines_add(StrBuf *b, Str key, Str value);
void lines_add_number(StrBuf *b, Str key, int64_t value);

typedef enum {
    LINES_BROKEN, /* *err names the line */
    LINES_PAIR,
    LINES_END,
} LinesOutcome;

/* Takes the next line off *rest; *ret_value is unescaped, in place or on the arena. A line
 * without a newline, an empty key, or a wrong escape is ERR_FORMAT. */
LinesOutcome lines_next(Arena *a, Str *rest, Str *ret_key, Str *ret_value, Err *err);
/* The value as a number; "-1" stands for none. Anything else is ERR_FORMAT and names the key. */
bool lines_number(Str key, Str value, int64_t *ret, Err *err);

/* A field of a table line. */
void lines_add_field(StrBuf *b, Str value);
/* The inverse; false for a wrong escape. */
bool lines_unescape_field(Arena *a, Str field, Str *ret);

#endif
