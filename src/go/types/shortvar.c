/* Short variable declarations, x, y := f(): which of the names are new, and what they get. */
#include "go/types/decl.h"

typedef struct {
    Objects vars; /* one for each name; a nameless one where the left side is wrong */
    Objects news; /* those that are declared here */
    bool has_error;
} ShortVars;

/* Whether the name stood on the left side before position n. */
static bool is_repeated(const AstFile *f, AstNodes lhs, isize n)
{
    Name name = ast_name(f, lhs.ptr[n]);
    if (name == NAME_BLANK) {
        return false;
    }
    for (isize i = 0; i < n; i++) {
        if (ast_kind(f, lhs.ptr[i]) == AST_IDENT && ast_name(f, lhs.ptr[i]) == name) {
            return true;
        }
    }
    return false;
}

/* The variable of that name in this scope, or a new one; NULL with an error: there is none. */
static Object *find_var(Checker *c, AstNodes lhs, isize i, ShortVars *ret)
{
    const AstFile *f = check_ast(c);
    AstNode e = lhs.ptr[i];
    if (ast_kind(f, e) != AST_IDENT) {
        check_use_lhs(c, &e, 1);
        check_error(c, e, CODE_BAD_DECL, "non-name %x on left side of :=", e);
        return NULL;
    }
    if (is_repeated(f, lhs, i)) {
        check_error(c, e, CODE_REPEATED_DECL, "%x repeated on left side of :=", e);
        return NULL;
    }
    Name name = ast_name(f, e);
    /* In this scope alone: the new variables come into it behind the statement. */
    Object *alt = scope_lookup(c->env.scope, name);
    if (alt != NULL) {
        record_use(c, e, alt);
        if (alt->kind == OBJECT_VAR) {
            return alt;
        }
        check_error(c, e, CODE_UNASSIGNABLE_OPERAND, "cannot assign to %x", e);
        return NULL;
    }
    Object *o = check_new_var(c, VAR_LOCAL, ast_pos(f, e), name, NULL);
    if (name != NAME_BLANK) {
        ret->news.ptr[ret->news.len++] = o;
    }
    record_def(c, e, o);
    return o;
}

static ShortVars find_vars(Checker *c, AstNodes lhs)
{
    ShortVars s = {
        .vars = {ARENA_ARRAY(c->scratch, Object *, lhs.len), lhs.len},
        .news = {ARENA_ARRAY(c->scratch, Object *, lhs.len), 0},
    };
    for (isize i = 0; i < lhs.len; i++) {
        s.vars.ptr[i] = find_var(c, lhs, i, &s);
        s.has_error |= s.vars.ptr[i] == NULL;
    }
    for (isize i = 0; s.has_error && i < lhs.len; i++) {
        if (s.vars.ptr[i] == NULL) {
            SourcePos pos = ast_pos(check_ast(c), lhs.ptr[i]);
            s.vars.ptr[i] = check_new_var(c, VAR_LOCAL, pos, NAME_BLANK, NULL);
        }
    }
    return s;
}

void check_short_var_decl(Checker *c, SourcePos pos, AstNodes lhs, AstNodes rhs)
{
    isize top = c->actions.len;
    Scope *scope = c->env.scope;
    ShortVars s = find_vars(c, lhs);
    check_init_vars(c, s.vars, rhs, 0);
    check_process_delayed(c, top); /* function literals do not see the new names */
    if (s.news.len == 0 && !s.has_error) {
        check_soft_error(c, check_pos(c, pos), CODE_NO_NEW_VAR,
                         "no new variables on left side of :=");
        return;
    }
    SourcePos end = rhs.len > 0 ? ast_end(check_ast(c), rhs.ptr[rhs.len - 1]) : pos;
    for (isize i = 0; i < s.news.len; i++) {
        check_declare(c, scope, 0, s.news.ptr[i], end);
    }
}
