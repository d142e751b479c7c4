/*
 * cfg.go has a function for each variable, and each is of one of three forms:
 *
 *     switch v { case "v1": ... case "v2": ... }                   one of some words
 *     if strings.HasSuffix(v, ",softfloat") ... switch v ...       a word and options after it
 *     for ... strings.Split(v, ",") { switch opt { case ...        any number of words
 *
 * so the values are the quoted words of its case lines, and the options its strings that begin with
 * a comma. GOARM64 alone takes its options in any order and number: its function loops.
 */
#include "go/root/archlevels.h"

#include "base/strbuf.h"
#include "go/root/gosource.h"

static const Archlevel levels[] = {
    {STR_CONST("GO386"), {0}, STR_CONST("386")},
    {STR_CONST("GOAMD64"), STR_CONST("goamd64"), STR_CONST("amd64")},
    {STR_CONST("GOARM"), STR_CONST("goarm"), STR_CONST("arm")},
    {STR_CONST("GOARM64"), STR_CONST("ParseGoarm64"), STR_CONST("arm64")},
    {STR_CONST("GOMIPS"), STR_CONST("gomips"), STR_CONST("mips mipsle")},
    {STR_CONST("GOMIPS64"), STR_CONST("gomips64"), STR_CONST("mips64 mips64le")},
    {STR_CONST("GOPPC64"), STR_CONST("goppc64"), STR_CONST("ppc64 ppc64le")},
    {STR_CONST("GORISCV64"), STR_CONST("goriscv64"), STR_CONST("riscv64")},
    {STR_CONST("GOWASM"), STR_CONST("gowasm"), STR_CONST("wasm")},
};

const Archlevel *archlevel(isize i)
{
    return i < COUNT_OF(levels) ? &levels[i] : NULL;
}

bool archlevel_counts_for(const Archlevel *level, Str arch)
{
    Str rest = level->archs, word;
    while (str_next_field(&rest, &word)) {
        if (str_eq(word, arch)) {
            return true;
        }
    }
    return false;
}

bool archlevels_read(Arena *a, Str goroot, ArchlevelSource *ret, Err *err)
{
    ArchlevelSource source = {0};
    Err ignored;
    if (!gosource_read(a, goroot, S("internal/buildcfg/cfg.go"), &source.text, err)) {
        return false;
    }
    gosource_read(a, goroot, S("internal/buildcfg/zbootstrap.go"), &source.defaults, &ignored);
    *ret = source;
    return true;
}

static bool find_function(Arena *a, Str text, Str name, Str *ret_body)
{
    return gosource_next_block(&text, str_format(a, "func %.*s(", STR_ARG(name)), ret_body);
}

/* Takes the next line of a case off *body; a line that ends with a comma goes on in the next. */
static bool next_case_line(Str *body, Str *line)
{
    bool goes_on = line->len > 0 && str_ends_with(*line, S(","));
    while (gosource_next_line(body, line)) {
        if (goes_on || str_starts_with(*line, S("case "))) {
            return true;
        }
    }
    return false;
}

static bool is_case(Str body, Str value)
{
    Str line = {0};
    while (next_case_line(&body, &line)) {
        if (gosource_has_quoted(line, value)) {
            return true;
        }
    }
    return false;
}

/* Takes the next option, a string such as ",softfloat", off *line and *body. */
static bool next_option(Str *body, Str *line, Str *ret_word)
{
    do {
        Str word;
        while (gosource_next_quoted(line, &word)) {
            if (word.len > 1 && word.ptr[0] == ',') {
                *ret_word = word;
                return true;
            }
        }
    } while (gosource_next_line(body, line));
    return false;
}

/* Takes the options off the end of *value, each once, in the order in which body has them. */
static bool eat_options(Str body, Str *value)
{
    Str line = {0}, word;
    bool any = false;
    while (next_option(&body, &line, &word)) {
        any = str_eat_suffix(value, word) || any;
    }
    return any;
}

static bool is_list_of_cases(Str body, Str value)
{
    bool more = true;
    while (more) {
        StrCut cut = str_cut(value, ',');
        if (!is_case(body, cut.head)) {
            return false;
        }
        value = cut.tail;
        more = cut.found;
    }
    return true;
}

static bool is_valid(Str body, Str value)
{
    if (str_contains(body, S("range strings.Split"))) {
        return is_list_of_cases(body, value);
    }
    bool may_repeat = str_contains(body, S("\tfor {"));
    while (eat_options(body, &value) && may_repeat) {
    }
    return is_case(body, value);
}

static Str list_values(Arena *a, Str body)
{
    StrBuf b = strbuf_init(a);
    Str line = {0}, word;
    for (Str rest = body; next_case_line(&rest, &line);) {
        for (Str words = line; gosource_next_quoted(&words, &word);) {
            if (word.len > 0) {
                strbuf_add(&b, b.len > 0 ? S(" ") : (Str){0});
                strbuf_add(&b, word);
            }
        }
    }
    while (next_option(&body, &line, &word)) {
        strbuf_add_format(&b, " [%.*s]", STR_ARG(word));
    }
    return strbuf_str(&b);
}

ArchlevelOutcome archlevel_check(Arena *a, const ArchlevelSource *source, const Archlevel *level,
                                 Str value, Str *ret_values)
{
    Str body;
    if (level->function.len == 0) { /* GO386: the compiler itself says so, since Go 1.16 */
        *ret_values = S("sse2 softfloat");
        return str_eq(value, S("sse2")) || str_eq(value, S("softfloat")) ? ARCHLEVEL_VALID
                                                                         : ARCHLEVEL_INVALID;
    }
    if (!find_function(a, source->text, level->function, &body)) {
        return ARCHLEVEL_UNKNOWN;
    }
    if (is_valid(body, value)) {
        return ARCHLEVEL_VALID;
    }
    *ret_values = list_values(a, body);
    return ARCHLEVEL_INVALID;
}

Str archlevel_default(const ArchlevelSource *source, const Archlevel *level)
{
    Str text = source->defaults, line, value = {0};
    while (gosource_next_line(&text, &line)) {
        if ((str_eat_prefix(&line, S("const Default")) ||
             str_eat_prefix(&line, S("const default"))) &&
            str_eat_prefix(&line, level->name) && str_starts_with(line, S(" "))) {
            gosource_next_quoted(&line, &value);
            break;
        }
    }
    return value;
}

bool archlevel_is_forgiven(const ArchlevelSource *source, const Archlevel *level)
{
    return (str_eq(level->name, S("GOAMD64")) || str_eq(level->name, S("GOARM"))) &&
           str_contains(source->text, S(", Error = ParseGoarm64("));
}
