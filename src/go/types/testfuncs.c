/* What go test asks of the functions that it calls (checkTestFunc of cmd/go/internal/load), also
 * where they are only vetted. */
#include "go/types/compiler.h"

#include "format/unicode.h"
#include "format/utf8.h"

typedef struct {
    Str prefix;
    char arg; /* *testing.T */
} TestKind;

static const TestKind kinds[] = {
    {STR_CONST("Test"), 'T'},
    {STR_CONST("Benchmark"), 'B'},
    {STR_CONST("Fuzz"), 'F'},
};

/* Whether name stands for one: TestFoo and Test_foo, but not Testfoo. */
static bool is_test(Str name, Str prefix)
{
    uint32_t rune;
    return str_eat_prefix(&name, prefix) &&
           (utf8_decode(name, &rune) == 0 || !unicode_is_lower(rune));
}

static bool is_called(const NameTable *names, const AstFile *f, AstNode ident, char arg)
{
    return ident != 0 && ast_kind(f, ident) == AST_IDENT &&
           str_eq(name_text(names, ast_name(f, ident)), (Str){&arg, 1});
}

/* Whether type is that of a func(*T) or func(*testing.T), by its looks. */
static bool is_test_func(const NameTable *names, const AstFile *f, const AstFuncType *type,
                         char arg)
{
    AstNodes none = {0};
    AstNodes params = ast_list(f, &ast_field_list(f, type->params)->list);
    AstNodes results =
        type->results == 0 ? none : ast_list(f, &ast_field_list(f, type->results)->list);
    if (results.len > 0 || params.len != 1) {
        return false;
    }
    const AstField *param = ast_field(f, params.ptr[0]);
    if (ast_list(f, &param->names).len > 1 || ast_kind(f, param->type) != AST_STAR_EXPR) {
        return false;
    }
    AstNode of = ast_star_expr(f, param->type)->x;
    return is_called(names, f, of, arg) ||
           (ast_kind(f, of) == AST_SELECTOR_EXPR &&
            is_called(names, f, ast_selector_expr(f, of)->sel, arg));
}

static char arg_of(Str name)
{
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        if (is_test(name, kinds[i].prefix)) {
            return kinds[i].arg;
        }
    }
    return '\0';
}

/* Whether it is what go test calls instead of the tests. */
static bool check_function(const NameTable *names, const AstFile *f, AstNode decl,
                           DiagnosticList *errors)
{
    const AstFuncDecl *d = ast_func_decl(f, decl);
    const AstFuncType *type = ast_func_type(f, d->type);
    Str name = name_text(names, ast_name(f, d->name));
    bool is_main = str_eq(name, S("TestMain")) && !is_test_func(names, f, type, 'T');
    char arg = is_main ? 'M' : arg_of(name);
    if (arg == '\0') {
        return false;
    }
    if (type->type_params != 0) {
        diagnostic_add(errors, ast_pos(f, decl),
                       "wrong signature for %.*s, test functions cannot have type parameters",
                       STR_ARG(name));
        return false;
    }
    if (!is_test_func(names, f, type, arg)) {
        diagnostic_add(errors, ast_pos(f, decl),
                       "wrong signature for %.*s, must be: func %.*s(%c *testing.%c)",
                       STR_ARG(name), STR_ARG(name), arg - 'A' + 'a', arg);
        return false;
    }
    return is_main;
}

isize compiler_check_tests(const NameTable *names, const AstFile *f, DiagnosticList *errors)
{
    AstNodes decls = ast_list(f, &f->decls);
    isize n_mains = 0;
    for (isize i = 0; i < decls.len; i++) {
        bool is_function = ast_kind(f, decls.ptr[i]) == AST_FUNC_DECL;
        if (is_function && ast_func_decl(f, decls.ptr[i])->recv == 0) {
            n_mains += check_function(names, f, decls.ptr[i], errors);
        }
    }
    return n_mains;
}
