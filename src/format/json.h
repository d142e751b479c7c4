/*
 * JSON (RFC 8259).
 *
 * The writer streams into a StrBuf, indented by two spaces, and cannot fail: what is not UTF-8 in a
 * string becomes U+FFFD, misuse (a value without a key, unbalanced ends) is a bug().
 *
 * The reader is strict and bounded: UTF-8 only, no duplicate key (but for json_parse_lax), no
 * trailing bytes, at most JSON_MAX_DEPTH deep and JSON_MAX_VALUES large. Numbers stay text;
 * json_int reads one exactly.
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include "base/err.h"
#include "base/strbuf.h"

#define JSON_MAX_DEPTH 64             /* nested arrays and objects */
#define JSON_MAX_VALUES (1024 * 1024) /* of one document: bounds the tree to some 64 MB */
#define JSON_MAX_LEN (64 * MIB)       /* bytes of a document that is read */

typedef struct {
    StrBuf *out;
    Str fields;                     /* of --json=a,b; empty for all */
    int depth;                      /* open arrays and objects */
    bool is_muted;                  /* inside a field that is not wanted */
    bool has_key;                   /* a key was given, its value is due */
    bool is_object[JSON_MAX_DEPTH]; /* by depth */
    bool has_items[JSON_MAX_DEPTH];
} JsonWriter;

/* fields, when not empty, is a comma-separated list of the keys that are kept in the outermost
 * object; "schema", "version" and "error" are always kept. */
JsonWriter json_writer_init(StrBuf *out, Str fields);

void json_begin_object(JsonWriter *w);
void json_begin_array(JsonWriter *w);
void json_end(JsonWriter *w); /* of the innermost open array or object */
void json_key(JsonWriter *w, Str key);
void json_str(JsonWriter *w, Str value);
void json_number(JsonWriter *w, int64_t value);
void json_bool(JsonWriter *w, bool value);
void json_null(JsonWriter *w);

/* Key and value at once. */
void json_key_object(JsonWriter *w, Str key);
void json_key_array(JsonWriter *w, Str key);
void json_key_str(JsonWriter *w, Str key, Str value);
void json_key_str_or_null(JsonWriter *w, Str key, Str value); /* empty becomes null */
void json_key_number(JsonWriter *w, Str key, int64_t value);
void json_key_bool(JsonWriter *w, Str key, bool value);
void json_key_null(JsonWriter *w, Str key);

typedef enum {
    JSON_NONE,
    JSON_NULL,
    JSON_BOOL,
    JSON_NUMBER,
    JSON_STRING,
    JSON_ARRAY,
    JSON_OBJECT,
    JSON_KIND_COUNT,
} JsonKind;

typedef struct JsonValue JsonValue;
struct JsonValue {
    JsonKind kind;
    bool boolean;
    Str key;          /* its name, when it is a member of an object */
    Str text;         /* string: decoded; number: as written */
    JsonValue *child; /* first element or member */
    JsonValue *next;  /* sibling */
    isize n_children;
};

/* Parses the whole document. Strings without escapes point into doc, all else is on the arena. An
 * error is ERR_FORMAT (ERR_LIMIT past a bound) and names the line and column. */
bool json_parse(Arena *a, Str doc, const JsonValue **ret, Err *err);
/* The same where others take a key of an object that comes twice: its members are all there, in
 * their order. */
bool json_parse_lax(Arena *a, Str doc, const JsonValue **ret, Err *err);

/* Member of an object, or NULL when there is none or value is no object (or NULL itself). */
const JsonValue *json_get(const JsonValue *value, Str key);
/* The text of a string member, or fallback. */
Str json_get_str(const JsonValue *value, Str key, Str fallback);
/* An integer that fits: exactly as written, no fraction, no exponent. False otherwise, and for NULL
 * and other kinds. */
bool json_int(const JsonValue *value, int64_t *ret);
bool json_is(const JsonValue *value, JsonKind kind); /* false for NULL */

#endif
