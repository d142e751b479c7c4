#include "doctor/remedy.h"

#include "base/path.h"
#include "base/strbuf.h"

/* Bytes that no shell reads anything into. */
static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           str_index_byte(S("/._-+,:@%="), c) >= 0;
}

Str remedy_word(Arena *a, Str word)
{
    isize i = 0;
    while (i < word.len && is_plain(word.ptr[i])) {
        i++;
    }
    if (i == word.len && word.len > 0) {
        return word;
    }
    StrBuf b = strbuf_init(a);
    strbuf_add_byte(&b, '\'');
    for (i = 0; i < word.len; i++) {
        if (word.ptr[i] == '\'') {
            strbuf_add(&b, S("'\\''"));
        } else {
            strbuf_add_byte(&b, word.ptr[i]);
        }
    }
    strbuf_add_byte(&b, '\'');
    return strbuf_str(&b);
}

Str remedy_path_first(Arena *a, Str dir)
{
    return str_format(a, "export PATH=%.*s:\"$PATH\"", STR_ARG(remedy_word(a, dir)));
}

static bool is_same(Str element, Str dir)
{
    while (element.len > 1 && str_eat_suffix(&element, S("/"))) {
    }
    return str_eq(element, dir);
}

Str remedy_path_without(const Doctor *d, Str dir)
{
    StrBuf b = strbuf_init(d->arena);
    Str rest = environ_value(d->in->env->environ, S("PATH"));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ':');
        rest = cut.tail;
        if (!is_same(cut.head, dir)) {
            strbuf_add_format(&b, "%s%.*s", b.len > 0 ? ":" : "", STR_ARG(cut.head));
        }
    }
    return str_format(d->arena, "export PATH=%.*s", STR_ARG(remedy_word(d->arena, strbuf_str(&b))));
}

Str remedy_put_away(Arena *a, Str file)
{
    Str away = str_format(a, "%.*s.away", STR_ARG(file));
    return str_format(a, "mv %.*s %.*s", STR_ARG(remedy_word(a, file)),
                      STR_ARG(remedy_word(a, away)));
}

Str remedy_repair(Arena *a, Str root)
{
    return str_format(a, "goward verify --repair %.*s", STR_ARG(remedy_word(a, root)));
}
