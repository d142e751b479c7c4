/*
 * manifest.go, one composite literal:
 *
 *     var PackageSymbols = map[string][]Symbol{
 *         "net/http": {
 *             {"(*Request).PathValue", Method, 22, ""},
 *
 * Before Go 1.25 without the fourth element. It is read with the parser of Go itself, so spaces,
 * comments and elements with names do not matter.
 *
 * Before Go 1.26 it has no methods of interfaces. Most are as old as their interface, which says
 * enough: whoever has a value of it has named something as new. stdmethods.def has the others.
 */
#include "go/compat/stdsymbols.h"

#include "go/load/gostring.h"
#include "go/syntax/parser.h"

#define TABLE S("PackageSymbols")

typedef struct {
    StdSymbols *symbols;
    Arena *scratch;
    const NameTable *names;
    AstFile file;
} Reader;

static const struct {
    Str package, type, name;
    int since;
} late_methods[] = {
#define METHOD(package, type, name, since) \
    {STR_CONST(package), STR_CONST(type), STR_CONST(name), since},
#include "go/compat/stdmethods.def"
#undef METHOD
};

static const struct {
    Str word;
    StdKind kind;
} kinds[] = {
    {STR_CONST("Type"), STD_TYPE},   {STR_CONST("Func"), STD_FUNC},
    {STR_CONST("Var"), STD_VAR},     {STR_CONST("Const"), STD_CONST},
    {STR_CONST("Field"), STD_FIELD}, {STR_CONST("Method"), STD_METHOD},
};

static StdKind kind_of(Str word)
{
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        if (str_eq(kinds[i].word, word)) {
            return kinds[i].kind;
        }
    }
    return STD_NONE;
}

/* The source of a literal or a name; empty: it is neither. */
static Str text_of(const Reader *r, AstNode n)
{
    if (n == 0 || (ast_kind(&r->file, n) != AST_BASIC_LIT && ast_kind(&r->file, n) != AST_IDENT)) {
        return (Str){0};
    }
    return str_slice(r->file.text, ast_pos(&r->file, n), ast_end(&r->file, n));
}

static Str string_of(const Reader *r, AstNode n)
{
    Str value = {0};
    return gostring_unquote(r->scratch, text_of(r, n), &value) ? value : (Str){0};
}

static AstNodes elements_of(const Reader *r, AstNode n)
{
    bool is_literal = n != 0 && ast_kind(&r->file, n) == AST_COMPOSITE_LIT;
    return is_literal ? ast_list(&r->file, &ast_composite_lit(&r->file, n)->elts) : (AstNodes){0};
}

static AstNode value_of(const Reader *r, AstNode n)
{
    return ast_kind(&r->file, n) == AST_KEY_VALUE_EXPR ? ast_key_value_expr(&r->file, n)->value : n;
}

/* {"(*Request).PathValue", Method, 22, ...} */
static void read_symbol(const Reader *r, Str package, AstNode n)
{
    enum { NAME, KIND, SINCE, N_READ };
    AstNodes elements = elements_of(r, n);
    if (elements.len < N_READ) {
        return;
    }
    int64_t since;
    StdSymbol symbol = {.package = package,
                        .name = string_of(r, value_of(r, elements.ptr[NAME])),
                        .kind = kind_of(text_of(r, value_of(r, elements.ptr[KIND])))};
    if (symbol.name.len == 0 || symbol.kind == STD_NONE ||
        !str_parse_decimal(text_of(r, value_of(r, elements.ptr[SINCE])), STDSYMBOLS_MAX_MINOR,
                           &since)) {
        return;
    }
    symbol.since = (int)since;
    StrCut cut = str_cut_last(symbol.name, '.');
    Str type = cut.found ? cut.head : (Str){0};
    str_eat_prefix(&type, S("("));
    str_eat_prefix(&type, S("*"));
    str_eat_suffix(&type, S(")"));
    stdsymbols_add(r->symbols, symbol, type, cut.found ? cut.tail : symbol.name);
}

static void read_table(const Reader *r, AstNode n)
{
    AstNodes packages = elements_of(r, n);
    for (isize i = 0; i < packages.len; i++) {
        AstNode pair = packages.ptr[i];
        if (ast_kind(&r->file, pair) != AST_KEY_VALUE_EXPR) {
            continue;
        }
        Str path = string_of(r, ast_key_value_expr(&r->file, pair)->key);
        AstNodes symbols = elements_of(r, ast_key_value_expr(&r->file, pair)->value);
        for (isize k = 0; path.len > 0 && k < symbols.len; k++) {
            read_symbol(r, path, symbols.ptr[k]);
        }
    }
}

/* The value of the variable that is the table; 0: this declares something else. */
static AstNode table_in(const Reader *r, AstNode decl)
{
    if (ast_kind(&r->file, decl) != AST_GEN_DECL) {
        return 0;
    }
    AstNodes specs = ast_list(&r->file, &ast_gen_decl(&r->file, decl)->specs);
    for (isize i = 0; i < specs.len; i++) {
        if (ast_kind(&r->file, specs.ptr[i]) != AST_VALUE_SPEC) {
            continue;
        }
        const AstValueSpec *spec = ast_value_spec(&r->file, specs.ptr[i]);
        AstNodes names = ast_list(&r->file, &spec->names);
        AstNodes values = ast_list(&r->file, &spec->values);
        if (names.len == 1 && values.len == 1 &&
            str_eq(name_text(r->names, ast_name(&r->file, names.ptr[0])), TABLE)) {
            return values.ptr[0];
        }
    }
    return 0;
}

static void add_late_methods(const Reader *r)
{
    for (isize i = 0; i < COUNT_OF(late_methods); i++) {
        Str package = late_methods[i].package, type = late_methods[i].type;
        StdSymbol symbol = {.package = package,
                            .name = str_format(r->scratch, "(%.*s).%.*s", STR_ARG(type),
                                               STR_ARG(late_methods[i].name)),
                            .kind = STD_METHOD,
                            .since = late_methods[i].since};
        if (stdsymbols_package(r->symbols, package) >= 0) {
            stdsymbols_add(r->symbols, symbol, type, late_methods[i].name);
        }
    }
}

static bool read_file(Reader *r)
{
    AstNodes decls = ast_list(&r->file, &r->file.decls);
    for (isize i = 0; i < decls.len; i++) {
        AstNode table = table_in(r, decls.ptr[i]);
        if (table != 0) {
            read_table(r, table);
            add_late_methods(r);
            return true;
        }
    }
    return false;
}

bool stdsymbols_parse_manifest(StdSymbols *s, Str text)
{
    Arena scratch = arena_init(MIB), room_of = arena_init(MIB);
    ParserRoom room = {.arena = &room_of};
    NameTable *names = names_new();
    DiagnosticList errors = {.arena = &scratch, .max = 1};
    Reader r = {.symbols = s, .scratch = &scratch, .names = names};
    ParserInput in = {.arena = &scratch, .room = &room, .names = name_cache_new(&scratch, names)};
    bool ok = parser_parse(&in, text, &r.file, &errors) && errors.len == 0 && read_file(&r);
    names_done(names);
    arena_done(&room_of);
    arena_done(&scratch);
    return ok;
}
