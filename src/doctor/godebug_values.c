#include "doctor/godebug_values.h"

#include "base/strbuf.h"

#define MAX_NUMBER ((int64_t)INT32_MAX)

Variable godebug_variable(const Doctor *d)
{
    Variable v = doctor_variable(d, S("GODEBUG"));
    if (v.got.origin != GOENV_ORIGIN_PROCESS) {
        v.got = (GoEnvValue){.origin = GOENV_ORIGIN_DEFAULT};
    }
    return v;
}

bool godebug_next_field(Str *list, GodebugField *ret)
{
    while (list->len > 0) {
        StrCut field = str_cut(*list, ',');
        *list = field.tail;
        if (field.head.len > 0) {
            StrCut pair = str_cut(field.head, '=');
            *ret = (GodebugField){field.head, pair.head, pair.tail, pair.found};
            return true;
        }
    }
    return false;
}

bool godebug_number(Str value, int64_t *ret)
{
    bool is_negative = str_eat_prefix(&value, S("-"));
    if (!is_negative) {
        str_eat_prefix(&value, S("+"));
    }
    while (value.len > 1 && value.ptr[0] == '0') {
        str_eat_prefix(&value, S("0"));
    }
    int64_t number;
    if (!str_parse_decimal(value, MAX_NUMBER + is_negative, &number)) {
        return false;
    }
    *ret = is_negative ? -number : number;
    return true;
}

bool godebug_number_of(const Variable *godebug, Str key, int64_t *ret)
{
    Str list = godebug->got.value;
    GodebugField field;
    bool found = false;
    while (godebug_next_field(&list, &field)) {
        if (field.has_value && str_eq(field.key, key)) {
            found = godebug_number(field.value, ret) || found;
        }
    }
    return found;
}

/* name empty: the key is left out. */
static Str rewrite(Arena *a, Str list, Str key, Str name)
{
    StrBuf b = strbuf_init(a);
    GodebugField field;
    while (godebug_next_field(&list, &field)) {
        bool is_it = str_eq(field.key, key);
        if (is_it && name.len == 0) {
            continue;
        }
        strbuf_add(&b, b.len > 0 ? S(",") : (Str){0});
        if (is_it) {
            strbuf_add_format(&b, "%.*s=%.*s", STR_ARG(name), STR_ARG(field.value));
        } else {
            strbuf_add(&b, field.field);
        }
    }
    return strbuf_str(&b);
}

Str godebug_without(Arena *a, Str list, Str key)
{
    return rewrite(a, list, key, (Str){0});
}

Str godebug_renamed(Arena *a, Str list, Str key, Str name)
{
    return rewrite(a, list, key, name);
}
