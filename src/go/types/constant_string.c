/*
 * Strings. A sum is not put together until somebody asks for its bytes: a chain of a thousand
 * additions would be copied a thousand times, and most of them nobody looks at.
 */
#include "go/types/constant_parts.h"

static const ConstantString *memory(Constant x)
{
    return constant_memory(x);
}

Constant constant_of_string(Arena *a, Str bytes)
{
    ConstantString *s = ARENA_NEW(a, ConstantString);
    *s = (ConstantString){.ptr = bytes.len > 0 ? bytes.ptr : "", .len = bytes.len};
    return constant_at(s, FORM_STRING);
}

Constant constant_string_sum(Arena *a, Constant x, Constant y)
{
    const ConstantString *left = memory(x), *right = memory(y);
    if (left->len > CONSTANT_MAX_STRING || right->len > CONSTANT_MAX_STRING) {
        return (Constant){0}; /* one that go/types has refused */
    }
    ConstantString *s = ARENA_NEW(a, ConstantString);
    *s = (ConstantString){
        .len = left->len + right->len,
        .left = left,
        .right = right,
        .depth = MAX(left->depth, right->depth) + 1,
    };
    return constant_at(s, FORM_STRING);
}

isize constant_string_len(Constant x)
{
    return x.word == 0 ? 0 : memory(x)->len;
}

Str constant_string_head(Arena *a, const ConstantString *s, isize max)
{
    isize len = MIN(s->len, max), n_waiting = 0, at = 0;
    if (s->ptr != NULL) {
        return (Str){s->ptr, len};
    }
    char *bytes = arena_room(a, len, 1);
    /* No more wait at once than the sum is deep. */
    const ConstantString **waiting = ARENA_ARRAY(a, const ConstantString *, s->depth + 1);
    waiting[n_waiting++] = s;
    while (n_waiting > 0 && at < len) {
        const ConstantString *part = waiting[--n_waiting];
        if (part->ptr != NULL) {
            isize n = MIN(part->len, len - at);
            memcpy(bytes + at, part->ptr, (size_t)n);
            at += n;
        } else {
            waiting[n_waiting++] = part->right;
            waiting[n_waiting++] = part->left;
        }
    }
    return (Str){bytes, len};
}

Str constant_string(Arena *a, Constant x)
{
    return x.word == 0 ? S("") : constant_string_head(a, memory(x), memory(x)->len);
}
