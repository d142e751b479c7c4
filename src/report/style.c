#include "report/style.h"

#include "os/term.h"
#include "report/text.h"

/* SGR parameters; the dark half of the 16 colours, which every theme keeps readable. */
static const Str ink_codes[INK_COUNT] = {
    [INK_STRONG] = STR_CONST("1"), [INK_DIM] = STR_CONST("2"),  [INK_GOOD] = STR_CONST("32"),
    [INK_WARN] = STR_CONST("33"),  [INK_BAD] = STR_CONST("31"),
};

static bool is_forced(const Environ *env, Str name)
{
    Str value = environ_value(env, name);
    return value.len > 0 && !str_eq(value, S("0"));
}

static bool decide_colour(const Environ *env, ColourWish wish, bool is_able)
{
    if (wish != COLOUR_AUTO) {
        return wish == COLOUR_ALWAYS;
    }
    if (environ_value(env, S("NO_COLOR")).len > 0) {
        return false;
    }
    return is_able || is_forced(env, S("FORCE_COLOR")) || is_forced(env, S("CLICOLOR_FORCE"));
}

/* The first of the three that is set and not empty names the encoding, as in setlocale(3). */
static bool speaks_utf8(const Environ *env)
{
    static const Str names[] = {STR_CONST("LC_ALL"), STR_CONST("LC_CTYPE"), STR_CONST("LANG")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        Str value = environ_value(env, names[i]);
        if (value.len == 0) {
            continue;
        }
        Str encoding = str_cut(str_cut(value, '.').tail, '@').head;
        return str_eq_fold(encoding, S("UTF-8")) || str_eq_fold(encoding, S("UTF8"));
    }
    return false;
}

Style style_decide(const Environ *env, ColourWish wish, bool no_hyperlinks, bool is_terminal,
                   int width)
{
    Str term = environ_value(env, S("TERM"));
    bool is_able = is_terminal && term.len > 0 && !str_eq(term, S("dumb"));
    return (Style){
        .is_terminal = is_terminal,
        .can_redraw = is_able,
        .colour = decide_colour(env, wish, is_able),
        .hyperlinks = is_able && !no_hyperlinks && environ_value(env, S("NO_HYPERLINKS")).len == 0,
        .utf8 = speaks_utf8(env),
        .width = is_terminal ? width : 0,
    };
}

Style style_of(int fd, const Environ *env, ColourWish wish, bool no_hyperlinks)
{
    bool is_terminal = term_is_terminal(fd);
    return style_decide(env, wish, no_hyperlinks, is_terminal, is_terminal ? term_width(fd) : 0);
}

Str style_separator(const Style *s)
{
    return s->utf8 ? S(" \u00B7 ") : S(", ");
}

Str style_ellipsis(const Style *s)
{
    return s->utf8 ? S("\u2026") : S("...");
}

isize style_add(StrBuf *b, const Style *s, Ink ink, Str text)
{
    bool is_inked = s->colour && ink != INK_PLAIN && text.len > 0;
    if (is_inked) {
        strbuf_add_format(b, "\x1b[%.*sm", STR_ARG(ink_codes[ink]));
    }
    isize start = b->len;
    text_add_clean(b, text);
    isize columns = text_columns(str_from(strbuf_str(b), start));
    if (is_inked) {
        strbuf_add(b, S("\x1b[0m"));
    }
    return columns;
}

/* Bytes that may stand in the path of a URI as they are (RFC 3986, unreserved, and the slash). */
static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("-._~/", c) != NULL);
}

isize style_add_link(StrBuf *b, const Style *s, Ink ink, Str path, Str text)
{
    if (!s->hyperlinks || !str_starts_with(path, S("/"))) {
        return style_add(b, s, ink, text);
    }
    strbuf_add(b, S("\x1b]8;;file://"));
    for (isize i = 0; i < path.len; i++) {
        if (is_unreserved(path.ptr[i])) {
            strbuf_add_byte(b, path.ptr[i]);
        } else {
            strbuf_add_format(b, "%%%02X", (uint8_t)path.ptr[i]);
        }
    }
    strbuf_add(b, S("\x1b\\"));
    isize columns = style_add(b, s, ink, text);
    strbuf_add(b, S("\x1b]8;;\x1b\\"));
    return columns;
}
