#include "doctor/fixer_goenv.h"

#include "base/map.h"
#include "base/sort.h"
#include "base/strbuf.h"
#include "base/vec.h"

typedef VEC(Str) LineList;

/* The name of a NAME=VALUE line, else empty. */
static Str key_of(Str line)
{
    isize equals = str_index_byte(line, '=');
    Str key = equals < 0 ? S("") : str_to(line, equals);
    return str_index_byte(key, '#') < 0 ? key : S("");
}

/* With their newlines; the last one gets one where it has none. */
static LineList split_lines(Arena *a, Str text)
{
    LineList lines = {0};
    while (text.len > 0) {
        isize newline = str_index_byte(text, '\n');
        isize len = newline < 0 ? text.len : newline + 1;
        Str line = str_to(text, len);
        *VEC_PUSH(a, &lines) = newline < 0 ? str_concat(a, line, S("\n")) : line;
        text = str_from(text, len);
    }
    return lines;
}

/* Empties all but the last line of each name; gives the index of the edit's own, or -1. */
static isize drop_duplicates(Arena *a, LineList *lines, Str name)
{
    Map last = map_init(a);
    for (isize i = 0; i < lines->len; i++) {
        Str key = key_of(lines->ptr[i]);
        if (key.len == 0) {
            continue;
        }
        bool is_new;
        isize *at = map_put(&last, key, &is_new);
        if (!is_new) {
            lines->ptr[*at] = S("");
        }
        *at = i;
    }
    const isize *at = map_get(&last, name);
    return at == NULL ? -1 : *at;
}

static int compare_keys(const void *x, const void *y)
{
    return str_compare(key_of(*(const Str *)x), key_of(*(const Str *)y));
}

static void sort_runs(LineList *lines)
{
    isize start = 0;
    for (isize i = 0; i <= lines->len; i++) {
        if (i == lines->len || key_of(lines->ptr[i]).len == 0) {
            sort_array(lines->ptr + start, i - start, (isize)sizeof(Str), compare_keys);
            start = i + 1;
        }
    }
}

bool fixer_goenv_has(Str text, const GoenvEdit *edit)
{
    bool is_set = false;
    Str value = {0};
    while (text.len > 0) {
        StrCut cut = str_cut(text, '\n');
        Str key = key_of(cut.head);
        if (key.len > 0 && str_eq(key, edit->name)) {
            is_set = true;
            value = str_from(cut.head, key.len + 1);
        }
        text = cut.tail;
    }
    return edit->removes ? !is_set : is_set && str_eq(value, edit->value);
}

Str fixer_goenv_edit(Arena *a, Str text, const GoenvEdit *edit)
{
    LineList lines = split_lines(a, text);
    isize at = drop_duplicates(a, &lines, edit->name);
    if (edit->removes && at >= 0) {
        lines.ptr[at] = S("");
    } else if (!edit->removes) {
        Str line = str_format(a, "%.*s=%.*s\n", STR_ARG(edit->name), STR_ARG(edit->value));
        *(at >= 0 ? &lines.ptr[at] : VEC_PUSH(a, &lines)) = line;
    }
    sort_runs(&lines);
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < lines.len; i++) {
        strbuf_add(&b, lines.ptr[i]);
    }
    return strbuf_str(&b);
}
