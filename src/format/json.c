/*
 * The writer keeps a stack of open containers, so that commas, indentation and misuse are its own
 * business. A field that --json=a,b leaves out is not skipped by the command: the writer mutes
 * itself until the field's value is complete.
 *
 * The reader is a recursive descent over at most JSON_MAX_DEPTH levels. Values are 64-byte nodes in
 * document order, chained as siblings; looking up a member walks its object. Duplicate keys, which
 * two readers may resolve differently, are found by sorting the keys of each object: no table that
 * hostile keys could make slow.
 */
#include "format/json.h"

#include "base/panic.h"
#include "base/sort.h"
#include "format/utf8.h"

/* ---- writer ---- */

JsonWriter json_writer_init(StrBuf *out, Str fields)
{
    return (JsonWriter){.out = out, .fields = fields};
}

static void add_newline(JsonWriter *w)
{
    strbuf_add_byte(w->out, '\n');
    for (int i = 0; i < w->depth; i++) {
        strbuf_add(w->out, S("  "));
    }
}

/* The comma and line break before an element or a key. */
static void add_separator(JsonWriter *w)
{
    if (w->has_items[w->depth - 1]) {
        strbuf_add_byte(w->out, ',');
    }
    w->has_items[w->depth - 1] = true;
    add_newline(w);
}

static void before_value(JsonWriter *w)
{
    if (w->depth == 0) {
        return;
    }
    if (w->is_object[w->depth - 1]) {
        ASSERT(w->has_key);
        w->has_key = false;
    } else if (!w->is_muted) {
        add_separator(w);
    }
}

/* A value is complete: if it was that of a muted field, the writer speaks again. */
static void after_value(JsonWriter *w)
{
    if (w->depth <= 1) {
        w->is_muted = false;
    }
}

static void begin(JsonWriter *w, bool is_object)
{
    ASSERT(w->depth < JSON_MAX_DEPTH);
    before_value(w);
    if (!w->is_muted) {
        strbuf_add_byte(w->out, is_object ? '{' : '[');
    }
    w->is_object[w->depth] = is_object;
    w->has_items[w->depth] = false;
    w->depth++;
}

void json_begin_object(JsonWriter *w)
{
    begin(w, true);
}

void json_begin_array(JsonWriter *w)
{
    begin(w, false);
}

void json_end(JsonWriter *w)
{
    ASSERT(w->depth > 0 && !w->has_key);
    w->depth--;
    if (!w->is_muted) {
        if (w->has_items[w->depth]) {
            add_newline(w);
        }
        strbuf_add_byte(w->out, w->is_object[w->depth] ? '}' : ']');
    }
    after_value(w);
}

static void add_escape(StrBuf *out, uint8_t byte)
{
    static const char letters[] = {
        ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"'};
    if (byte == '\\') {
        strbuf_add(out, S("\\\\"));
    } else if (byte < sizeof(letters) && letters[byte] != 0) {
        strbuf_add_byte(out, '\\');
        strbuf_add_byte(out, letters[byte]);
    } else {
        strbuf_add_format(out, "\\u%04x", byte);
    }
}

static void add_quoted(StrBuf *out, Str s)
{
    strbuf_add_byte(out, '"');
    isize plain = 0; /* start of the bytes that go out as they are */
    for (isize i = 0; i < s.len;) {
        uint8_t byte = (uint8_t)s.ptr[i];
        uint32_t rune;
        int len = byte < 0x80 ? 1 : utf8_decode(str_from(s, i), &rune);
        bool is_plain = len > 0 && byte >= 0x20 && byte != '"' && byte != '\\';
        if (is_plain) {
            i += len;
            continue;
        }
        strbuf_add(out, str_slice(s, plain, i));
        if (len == 0) {
            strbuf_add(out, S("\uFFFD"));
        } else {
            add_escape(out, byte);
        }
        plain = ++i;
    }
    strbuf_add(out, str_from(s, plain));
    strbuf_add_byte(out, '"');
}

static bool is_wanted(const JsonWriter *w, Str key)
{
    if (w->fields.len == 0 || w->depth != 1 || str_eq(key, S("schema")) ||
        str_eq(key, S("version")) || str_eq(key, S("error"))) {
        return true;
    }
    StrCut cut = {.tail = w->fields};
    do {
        cut = str_cut(cut.tail, ',');
        if (str_eq(cut.head, key)) {
            return true;
        }
    } while (cut.found);
    return false;
}

void json_key(JsonWriter *w, Str key)
{
    ASSERT(w->depth > 0 && w->is_object[w->depth - 1] && !w->has_key);
    w->has_key = true;
    if (w->is_muted || !is_wanted(w, key)) {
        w->is_muted = true;
        return;
    }
    add_separator(w);
    add_quoted(w->out, key);
    strbuf_add(w->out, S(": "));
}

void json_str(JsonWriter *w, Str value)
{
    before_value(w);
    if (!w->is_muted) {
        add_quoted(w->out, value);
    }
    after_value(w);
}

static void add_literal(JsonWriter *w, Str text)
{
    before_value(w);
    if (!w->is_muted) {
        strbuf_add(w->out, text);
    }
    after_value(w);
}

void json_number(JsonWriter *w, int64_t value)
{
    before_value(w);
    if (!w->is_muted) {
        strbuf_add_format(w->out, "%lld", (long long)value);
    }
    after_value(w);
}

void json_bool(JsonWriter *w, bool value)
{
    add_literal(w, value ? S("true") : S("false"));
}

void json_null(JsonWriter *w)
{
    add_literal(w, S("null"));
}

void json_key_object(JsonWriter *w, Str key)
{
    json_key(w, key);
    json_begin_object(w);
}

void json_key_array(JsonWriter *w, Str key)
{
    json_key(w, key);
    json_begin_array(w);
}

void json_key_str(JsonWriter *w, Str key, Str value)
{
    json_key(w, key);
    json_str(w, value);
}

void json_key_str_or_null(JsonWriter *w, Str key, Str value)
{
    json_key(w, key);
    if (value.len > 0) {
        json_str(w, value);
    } else {
        json_null(w);
    }
}

void json_key_number(JsonWriter *w, Str key, int64_t value)
{
    json_key(w, key);
    json_number(w, value);
}

void json_key_bool(JsonWriter *w, Str key, bool value)
{
    json_key(w, key);
    json_bool(w, value);
}

void json_key_null(JsonWriter *w, Str key)
{
    json_key(w, key);
    json_null(w);
}

/* ---- reader ---- */

typedef struct {
    Arena *arena;
    Str doc;
    isize at;
    int depth;
    isize n_values;
    bool is_lax; /* an object may have a key twice */
    Err *err;
} Reader;

static bool fail_at(Reader *r, ErrKind kind, isize at, const char *what)
{
    Str before = str_to(r->doc, at);
    isize line = 1;
    isize line_start = 0;
    for (isize i = 0; i < before.len; i++) {
        if (before.ptr[i] == '\n') {
            line++;
            line_start = i + 1;
        }
    }
    return FAIL(r->err, kind, "JSON, line %td, column %td: %s", line, at - line_start + 1, what);
}

static bool fail_here(Reader *r, const char *what)
{
    return fail_at(r, ERR_FORMAT, r->at, r->at == r->doc.len ? "the text ends too early" : what);
}

/* The next byte, '\0' at the end (a NUL in the text is no valid token either). */
static char peek(const Reader *r)
{
    return r->at < r->doc.len ? r->doc.ptr[r->at] : '\0';
}

static void skip_space(Reader *r)
{
    while (peek(r) == ' ' || peek(r) == '\t' || peek(r) == '\r' || peek(r) == '\n') {
        r->at++;
    }
}

static bool eat(Reader *r, char byte)
{
    if (peek(r) != byte || r->at == r->doc.len) {
        return false;
    }
    r->at++;
    return true;
}

static bool read_hex4(Reader *r, uint32_t *ret)
{
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        char c = peek(r);
        uint32_t digit;
        if (c >= '0' && c <= '9') {
            digit = (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = (uint32_t)(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            digit = (uint32_t)(c - 'A' + 10);
        } else {
            return fail_here(r, "\\u wants four hexadecimal digits");
        }
        value = value << 4 | digit;
        r->at++;
    }
    *ret = value;
    return true;
}

/* After "\u": one code point, which takes a second \u when it lies beyond the first plane. */
static bool read_unicode_escape(Reader *r, StrBuf *out)
{
    isize start = r->at - 2;
    uint32_t rune;
    if (!read_hex4(r, &rune)) {
        return false;
    }
    if (rune >= 0xD800 && rune <= 0xDBFF) {
        uint32_t low;
        if (!eat(r, '\\') || !eat(r, 'u')) {
            return fail_at(r, ERR_FORMAT, start, "half a surrogate pair");
        }
        if (!read_hex4(r, &low)) {
            return false;
        }
        if (low < 0xDC00 || low > 0xDFFF) {
            return fail_at(r, ERR_FORMAT, start, "half a surrogate pair");
        }
        rune = 0x10000 + ((rune - 0xD800) << 10 | (low - 0xDC00));
    } else if (rune >= 0xDC00 && rune <= 0xDFFF) {
        return fail_at(r, ERR_FORMAT, start, "half a surrogate pair");
    }
    char bytes[UTF8_MAX_LEN];
    strbuf_add(out, (Str){bytes, utf8_encode(rune, bytes)});
    return true;
}

/* After the backslash. */
static bool read_escape(Reader *r, StrBuf *out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char bytes[] = "\"\\/\b\f\n\r\t";
    if (eat(r, 'u')) {
        return read_unicode_escape(r, out);
    }
    char name = peek(r);
    const char *hit = name == '\0' ? NULL : strchr(names, name);
    if (hit == NULL) {
        return fail_here(r, "unknown escape");
    }
    strbuf_add_byte(out, bytes[hit - names]);
    r->at++;
    return true;
}

/* Moves over plain characters, up to a quote, a backslash, or what may not stand in a string. */
static bool skip_plain(Reader *r)
{
    while (r->at < r->doc.len) {
        uint8_t byte = (uint8_t)r->doc.ptr[r->at];
        if (byte == '"' || byte == '\\') {
            return true;
        }
        if (byte < 0x20) {
            return fail_here(r, "a control character in a string must be escaped");
        }
        uint32_t rune;
        int len = byte < 0x80 ? 1 : utf8_decode(str_from(r->doc, r->at), &rune);
        if (len == 0) {
            return fail_here(r, "not UTF-8");
        }
        r->at += len;
    }
    return fail_here(r, "");
}

static bool read_string(Reader *r, Str *ret)
{
    if (!eat(r, '"')) {
        return fail_here(r, "a string was expected");
    }
    isize start = r->at;
    if (!skip_plain(r)) {
        return false;
    }
    Str plain = str_slice(r->doc, start, r->at);
    if (eat(r, '"')) {
        *ret = plain;
        return true;
    }
    StrBuf out = strbuf_init(r->arena);
    strbuf_add(&out, plain);
    while (eat(r, '\\')) {
        if (!read_escape(r, &out)) {
            return false;
        }
        start = r->at;
        if (!skip_plain(r)) {
            return false;
        }
        strbuf_add(&out, str_slice(r->doc, start, r->at));
    }
    r->at++; /* the quote: skip_plain stops at nothing else */
    *ret = strbuf_str(&out);
    return true;
}

static bool skip_digits(Reader *r)
{
    isize start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') {
        r->at++;
    }
    return r->at > start || fail_here(r, "a digit was expected");
}

static bool read_number(Reader *r, Str *ret)
{
    isize start = r->at;
    eat(r, '-');
    if (!eat(r, '0') && !skip_digits(r)) {
        return false;
    }
    if (eat(r, '.') && !skip_digits(r)) {
        return false;
    }
    if (eat(r, 'e') || eat(r, 'E')) {
        if (!eat(r, '+')) {
            eat(r, '-');
        }
        if (!skip_digits(r)) {
            return false;
        }
    }
    *ret = str_slice(r->doc, start, r->at);
    return true;
}

static bool read_word(Reader *r, Str word)
{
    if (!str_starts_with(str_from(r->doc, r->at), word)) {
        return fail_here(r, "a value was expected");
    }
    r->at += word.len;
    return true;
}

static int compare_keys(const void *x, const void *y)
{
    return str_compare((*(JsonValue *const *)x)->key, (*(JsonValue *const *)y)->key);
}

static bool check_keys(Reader *r, const JsonValue *object, isize start)
{
    Arena scratch = *r->arena;
    const JsonValue **members = ARENA_ARRAY(&scratch, const JsonValue *, object->n_children);
    isize n = 0;
    for (const JsonValue *member = object->child; member != NULL; member = member->next) {
        members[n++] = member;
    }
    sort_array(members, n, (isize)sizeof(members[0]), compare_keys);
    for (isize i = 1; i < n; i++) {
        if (str_eq(members[i - 1]->key, members[i]->key)) {
            return fail_at(r, ERR_FORMAT, start, "this object has a key twice");
        }
    }
    return true;
}

static bool read_value(Reader *r, JsonValue *ret);

static bool read_key(Reader *r, Str *ret)
{
    if (!read_string(r, ret)) {
        return false;
    }
    skip_space(r);
    if (!eat(r, ':')) {
        return fail_here(r, "':' was expected");
    }
    skip_space(r);
    return true;
}

/* Elements or members, after the opening bracket and up to the closing one. */
static bool read_children(Reader *r, JsonValue *parent, char closing)
{
    skip_space(r);
    if (eat(r, closing)) {
        return true;
    }
    JsonValue **tail = &parent->child;
    for (;;) {
        JsonValue *child = ARENA_NEW(r->arena, JsonValue);
        skip_space(r);
        if (parent->kind == JSON_OBJECT && !read_key(r, &child->key)) {
            return false;
        }
        if (!read_value(r, child)) {
            return false;
        }
        *tail = child;
        tail = &child->next;
        parent->n_children++;
        skip_space(r);
        if (eat(r, closing)) {
            return true;
        }
        if (!eat(r, ',')) {
            return fail_here(r, closing == '}' ? "',' or '}' was expected"
                                               : "',' or ']' was expected");
        }
    }
}

static bool read_container(Reader *r, JsonValue *ret, JsonKind kind)
{
    isize start = r->at++;
    if (r->depth == JSON_MAX_DEPTH) {
        return fail_at(r, ERR_LIMIT, start, "nested too deeply");
    }
    ret->kind = kind;
    r->depth++;
    bool ok = read_children(r, ret, kind == JSON_OBJECT ? '}' : ']');
    r->depth--;
    return ok && (kind == JSON_ARRAY || r->is_lax || check_keys(r, ret, start));
}

static bool read_value(Reader *r, JsonValue *ret)
{
    if (r->n_values == JSON_MAX_VALUES) {
        return fail_at(r, ERR_LIMIT, r->at, "too many values");
    }
    r->n_values++;
    switch (peek(r)) {
    case '{':
        return read_container(r, ret, JSON_OBJECT);
    case '[':
        return read_container(r, ret, JSON_ARRAY);
    case '"':
        ret->kind = JSON_STRING;
        return read_string(r, &ret->text);
    case 't':
        ret->kind = JSON_BOOL;
        ret->boolean = true;
        return read_word(r, S("true"));
    case 'f':
        ret->kind = JSON_BOOL;
        return read_word(r, S("false"));
    case 'n':
        ret->kind = JSON_NULL;
        return read_word(r, S("null"));
    default:
        ret->kind = JSON_NUMBER;
        if (peek(r) != '-' && (peek(r) < '0' || peek(r) > '9')) {
            return fail_here(r, "a value was expected");
        }
        return read_number(r, &ret->text);
    }
}

static bool parse(Arena *a, Str doc, bool is_lax, const JsonValue **ret, Err *err)
{
    if (doc.len > JSON_MAX_LEN) {
        return FAIL(err, ERR_LIMIT, "JSON text has %td bytes, at most %td are read", doc.len,
                    JSON_MAX_LEN);
    }
    Reader r = {.arena = a, .doc = doc, .is_lax = is_lax, .err = err};
    JsonValue *root = ARENA_NEW(a, JsonValue);
    skip_space(&r);
    if (!read_value(&r, root)) {
        return false;
    }
    skip_space(&r);
    if (r.at < doc.len) {
        return fail_here(&r, "more text after the value");
    }
    *ret = root;
    return true;
}

bool json_parse(Arena *a, Str doc, const JsonValue **ret, Err *err)
{
    return parse(a, doc, false, ret, err);
}

bool json_parse_lax(Arena *a, Str doc, const JsonValue **ret, Err *err)
{
    return parse(a, doc, true, ret, err);
}

bool json_is(const JsonValue *value, JsonKind kind)
{
    return value != NULL && value->kind == kind;
}

const JsonValue *json_get(const JsonValue *value, Str key)
{
    if (!json_is(value, JSON_OBJECT)) {
        return NULL;
    }
    for (const JsonValue *member = value->child; member != NULL; member = member->next) {
        if (str_eq(member->key, key)) {
            return member;
        }
    }
    return NULL;
}

Str json_get_str(const JsonValue *value, Str key, Str fallback)
{
    const JsonValue *member = json_get(value, key);
    return json_is(member, JSON_STRING) ? member->text : fallback;
}

bool json_int(const JsonValue *value, int64_t *ret)
{
    if (!json_is(value, JSON_NUMBER)) {
        return false;
    }
    Str digits = value->text;
    bool is_negative = str_eat_prefix(&digits, S("-"));
    int64_t number = 0;
    for (isize i = 0; i < digits.len; i++) {
        int digit = digits.ptr[i] - '0';
        if (digit < 0 || digit > 9 || __builtin_mul_overflow(number, 10, &number) ||
            __builtin_sub_overflow(number, digit, &number)) {
            return false; /* summed up below zero, where the range is larger by one */
        }
    }
    if (!is_negative && __builtin_sub_overflow(0, number, &number)) {
        return false;
    }
    *ret = number;
    return true;
}
