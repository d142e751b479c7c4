/*
 * Lines of GOROOT/api, as the go project's own tool writes them (cmd/api):
 *
 *     pkg bytes, func Cut([]uint8, []uint8) ([]uint8, []uint8, bool) #46336
 *     pkg net/http, method (*Request) PathValue(string) string #61410
 *     pkg net/http, type Server struct, Protocols *Protocols #67814
 *     pkg reflect, type Type interface, CanSeq() bool #66056
 *     pkg io, type Reader interface { Read }
 *     pkg syscall (linux-386), const SYS_FOO = 1
 */
#include "go/compat/stdsymbols.h"

typedef struct {
    StdSymbols *symbols;
    Arena scratch;
    Str package;
    int minor;
} Line;

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

/* Takes a name off *rest; empty: there is none. */
static Str eat_name(Str *rest)
{
    isize n = 0;
    while (n < rest->len && is_letter(rest->ptr[n])) {
        n++;
    }
    Str name = str_to(*rest, n);
    *rest = str_from(*rest, n);
    return name;
}

/* Takes "[...]" off *rest, with brackets inside. */
static void eat_brackets(Str *rest)
{
    isize depth = 0;
    for (isize i = 0; i < rest->len; i++) {
        depth += (rest->ptr[i] == '[') - (rest->ptr[i] == ']');
        if (depth == 0) {
            *rest = i == 0 ? *rest : str_from(*rest, i + 1);
            return;
        }
    }
}

static void add(const Line *l, StdKind kind, Str type, Str name, Str shown)
{
    if (name.len > 0) {
        StdSymbol symbol = {.package = l->package, .name = shown, .kind = kind, .since = l->minor};
        stdsymbols_add(l->symbols, symbol, type, name);
    }
}

static void add_member(const Line *l, StdKind kind, Str type, Str name)
{
    Arena a = l->scratch;
    const char *format = kind == STD_FIELD ? "%.*s.%.*s" : "(%.*s).%.*s";
    add(l, kind, type, name, str_format(&a, format, STR_ARG(type), STR_ARG(name)));
}

/* "(*Request) PathValue(string) string" */
static void read_method(const Line *l, Str rest)
{
    Arena a = l->scratch;
    bool is_ptr = str_eat_prefix(&rest, S("(")) && str_eat_prefix(&rest, S("*"));
    Str type = eat_name(&rest);
    eat_brackets(&rest);
    if (str_eat_prefix(&rest, S(") "))) {
        Str name = eat_name(&rest);
        add(l, STD_METHOD, type, name,
            str_format(&a, "(%s%.*s).%.*s", is_ptr ? "*" : "", STR_ARG(type), STR_ARG(name)));
    }
}

/* " Read, Write }": what an interface had when it came. */
static void read_methods(const Line *l, Str type, Str rest)
{
    for (StrCut cut = {.tail = str_cut(rest, '}').head, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, ',');
        Str item = str_trim(cut.head), name = eat_name(&item);
        if (item.len == 0) { /* else "unexported methods" */
            add_member(l, STD_METHOD, type, name);
        }
    }
}

/* "embedded *bufio.Reader": the field is called Reader. */
static Str name_of_embedded(Str text)
{
    str_eat_prefix(&text, S("*"));
    Str name = eat_name(&text);
    while (str_eat_prefix(&text, S(".")) || str_eat_prefix(&text, S("/"))) {
        name = eat_name(&text);
    }
    return name;
}

static void read_type(const Line *l, Str rest)
{
    Str type = eat_name(&rest);
    add(l, STD_TYPE, (Str){0}, type, type);
    eat_brackets(&rest);
    if (str_eat_prefix(&rest, S(" struct, embedded "))) {
        add_member(l, STD_FIELD, type, name_of_embedded(rest));
    } else if (str_eat_prefix(&rest, S(" struct, "))) {
        add_member(l, STD_FIELD, type, eat_name(&rest));
    } else if (str_eat_prefix(&rest, S(" interface, "))) {
        add_member(l, STD_METHOD, type, eat_name(&rest));
    } else if (str_eat_prefix(&rest, S(" interface {"))) {
        read_methods(l, type, rest);
    }
}

static const struct {
    Str word;
    StdKind kind;
} plain[] = {
    {STR_CONST("func "), STD_FUNC},
    {STR_CONST("const "), STD_CONST},
    {STR_CONST("var "), STD_VAR},
};

static void read_feature(const Line *l, Str rest)
{
    if (str_eat_prefix(&rest, S("method "))) {
        read_method(l, rest);
    } else if (str_eat_prefix(&rest, S("type "))) {
        read_type(l, rest);
    }
    for (isize i = 0; i < COUNT_OF(plain); i++) {
        if (str_eat_prefix(&rest, plain[i].word)) {
            Str name = eat_name(&rest);
            add(l, plain[i].kind, (Str){0}, name, name);
            return;
        }
    }
}

void stdsymbols_parse_api(StdSymbols *s, Arena scratch, Str text, int minor)
{
    for (Str line; str_next_line(&text, &line);) {
        StrCut cut = str_cut(line, ',');
        if (!cut.found || !str_eat_prefix(&cut.head, S("pkg "))) {
            continue;
        }
        Line l = {.symbols = s,
                  .scratch = scratch,
                  .package = str_cut(cut.head, ' ').head,
                  .minor = minor};
        if (l.package.len > 0) {
            read_feature(&l, str_trim(cut.tail));
        }
    }
}
