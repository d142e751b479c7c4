/* Whatever json_parse accepts must come out of the writer as a document that reads back so. */
#include "base/panic.h"
#include "format/json.h"
#include "format/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Numbers are written as strings: the writer takes none that do not fit 64 bits. */
static void write_value(JsonWriter *w, const JsonValue *value)
{
    int64_t number;
    switch (value->kind) {
    case JSON_NULL:
        json_null(w);
        break;
    case JSON_BOOL:
        json_bool(w, value->boolean);
        break;
    case JSON_NUMBER:
        if (json_int(value, &number)) {
            json_number(w, number);
        } else {
            json_str(w, value->text);
        }
        break;
    case JSON_STRING:
        ASSERT(utf8_is_valid(value->text));
        json_str(w, value->text);
        break;
    case JSON_ARRAY:
    case JSON_OBJECT:
        if (value->kind == JSON_OBJECT) {
            json_begin_object(w);
        } else {
            json_begin_array(w);
        }
        for (const JsonValue *child = value->child; child != NULL; child = child->next) {
            if (value->kind == JSON_OBJECT) {
                json_key(w, child->key);
            }
            write_value(w, child);
        }
        json_end(w);
        break;
    case JSON_NONE:
    case JSON_KIND_COUNT:
        UNREACHABLE("kind");
    }
}

static bool is_same(const JsonValue *x, const JsonValue *y)
{
    int64_t number;
    bool was_rewritten = x->kind == JSON_NUMBER && !json_int(x, &number);
    if (x->kind == JSON_NUMBER && !was_rewritten) {
        int64_t other;
        return str_eq(x->key, y->key) && json_int(y, &other) && number == other;
    }
    if (x->kind != y->kind && !(was_rewritten && y->kind == JSON_STRING)) {
        return false;
    }
    if (!str_eq(x->key, y->key) || !str_eq(x->text, y->text) || x->boolean != y->boolean ||
        x->n_children != y->n_children) {
        return false;
    }
    const JsonValue *other = y->child;
    for (const JsonValue *child = x->child; child != NULL; child = child->next) {
        if (other == NULL || !is_same(child, other)) {
            return false;
        }
        other = other->next;
    }
    return other == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Arena b = arena_init(0);
    Err err;
    const JsonValue *value;
    if (json_parse(&a, (Str){(const char *)data, (isize)size}, &value, &err)) {
        StrBuf out = strbuf_init(&b);
        JsonWriter w = json_writer_init(&out, (Str){0});
        const JsonValue *again;
        write_value(&w, value);
        ASSERT(w.depth == 0);
        ASSERT(json_parse(&a, strbuf_str(&out), &again, &err));
        ASSERT(is_same(value, again));
    } else {
        ASSERT(err.kind == ERR_FORMAT || err.kind == ERR_LIMIT);
        ASSERT(err.text[0] != '\0');
    }
    arena_done(&a);
    arena_done(&b);
    return 0;
}
