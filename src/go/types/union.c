/*
 * The elements of interfaces: ~int | string | Stringer.
 *
 * A union is read as one list however it nests, and each A|B in it has as its type the union up to
 * there. What terms may be is only known once types are set up: check_terms is put off.
 */
#include "go/types/union.h"

#include "go/types/decl.h"
#include "go/types/termlist.h"

typedef struct {
    Term *terms;
    AstNode *nodes; /* what each stands for in the source */
    isize n;
} Terms;

/* ---- whether terms go together ---- */

static Str term_text(Checker *c, Term term)
{
    StrBuf b = strbuf_init(c->scratch);
    term_write(&b, c->program, term);
    return strbuf_str(&b);
}

static void tell_term(Checker *c, AstNode at, Term term, const char *format)
{
    Str text = term_text(c, term);
    check_error(c, at, CODE_INVALID_UNION, format, &text, &text);
}

/* Why an interface cannot be a term beside others: of its terms alone there is nothing to say. */
static void check_interface_term(Checker *c, AstNode at, Term term, Interface *under)
{
    const TypeSet *set = interface_set(c, under);
    if (set->methods.len > 0) {
        tell_term(c, at, term, "cannot use %s in union (%s contains methods)");
    } else if (term.type == c->program->comparable) {
        check_error(c, at, CODE_INVALID_UNION, "cannot use comparable in union");
    } else if (set->is_comparable) {
        tell_term(c, at, term, "cannot use %s in union (%s embeds comparable)");
    }
}

/* Whether ~ can stand before the type. */
static bool check_tilde(Checker *c, AstNode at, Type *t, Type *under)
{
    if (type_kind(under) == TYPE_INTERFACE) {
        check_error(c, at, CODE_INVALID_UNION, "invalid use of ~ (%t is an interface)", t);
        return false;
    }
    if (!type_identical(under, t)) {
        check_error(c, at, CODE_INVALID_UNION, "invalid use of ~ (underlying type of %t is %t)", t,
                    under);
        return false;
    }
    return true;
}

/* Interfaces may overlap with anything. */
static void check_overlap(Checker *c, const Terms *all, isize i)
{
    for (isize j = 0; j < i; j++) {
        if (type_is_interface(all->terms[j].type) ||
            term_is_disjoint(all->terms[j], all->terms[i])) {
            continue;
        }
        Str text = term_text(c, all->terms[i]);
        Str other = term_text(c, all->terms[j]);
        check_soft_error(c, check_node_pos(c, all->nodes[i]), CODE_INVALID_UNION,
                         "overlapping terms %s and %s", &text, &other);
        return;
    }
}

static void check_terms(Checker *c, void *arg)
{
    const Terms *all = arg;
    for (isize i = 0; i < all->n; i++) {
        Term term = all->terms[i];
        Type *under = type_under(term.type);
        if (under == NULL || !type_is_valid(term.type) ||
            (term.is_tilde && !check_tilde(c, all->nodes[i], term.type, under))) {
            continue;
        }
        if (type_kind(under) == TYPE_INTERFACE) {
            check_interface_term(c, all->nodes[i], term, (Interface *)under);
        } else {
            check_overlap(c, all, i);
        }
    }
}

/* ---- reading ---- */

static bool is_union(const AstFile *f, AstNode e)
{
    return ast_kind(f, e) == AST_BINARY_EXPR && ast_tok(f, e) == TOKEN_OR;
}

/* Of A|B|C, which is (A|B)|C: its terms, and before each but the first the expression that ends
 * with it. */
static isize flatten(Checker *c, AstNode e, AstNode **ret_terms, AstNode **ret_unions)
{
    const AstFile *f = check_ast(c);
    isize n = 1;
    for (AstNode left = e; is_union(f, left); left = ast_binary_expr(f, left)->x) {
        n++;
    }
    AstNode *terms = ARENA_ARRAY(c->scratch, AstNode, n);
    AstNode *unions = ARENA_ARRAY(c->scratch, AstNode, n);
    for (isize i = n - 1; i > 0; i--) {
        unions[i] = e;
        terms[i] = ast_binary_expr(f, e)->y;
        e = ast_binary_expr(f, e)->x;
    }
    terms[0] = e;
    *ret_terms = terms;
    *ret_unions = unions;
    return n;
}

static Union *new_union(Checker *c, Term *terms, isize n)
{
    Union *u = CHECK_NEW_TYPE(c, TYPE_UNION, Union);
    u->terms = terms;
    u->n_terms = n;
    return u;
}

static Term check_term(Checker *c, AstNode e)
{
    const AstFile *f = check_ast(c);
    bool is_tilde = ast_kind(f, e) == AST_UNARY_EXPR && ast_tok(f, e) == TOKEN_TILDE;
    AstNode x = is_tilde ? ast_unary_expr(f, e)->x : e;
    Term term = {is_tilde, check_type(c, x)};
    if (type_is_param(term.type)) {
        if (is_tilde) {
            check_error(c, x, CODE_MISPLACED_TYPE_PARAM,
                        "type in term %x cannot be a type parameter", e);
        } else {
            check_error(c, x, CODE_MISPLACED_TYPE_PARAM, "term cannot be a type parameter");
        }
        term.type = check_basic(c, BASIC_INVALID);
    }
    if (is_tilde && c->records) {
        Term *alone = ARENA_NEW(c->arena, Term);
        *alone = term;
        record_type(c, e, MODE_TYPE, &new_union(c, alone, 1)->t, NULL);
    }
    return term;
}

Type *check_union(Checker *c, AstNode e)
{
    AstNode *nodes, *unions;
    isize n = flatten(c, e, &nodes, &unions);
    Term *terms = ARENA_ARRAY(c->arena, Term, MIN(n, UNION_MAX_TERMS));
    isize n_terms = 0;
    Type *all = NULL;
    for (isize i = 0; i < n; i++) {
        Term term = check_term(c, nodes[i]);
        if (n == 1 && !term.is_tilde) {
            return term.type;
        }
        if (n_terms < UNION_MAX_TERMS) {
            terms[n_terms++] = term;
            bool is_wanted = c->records || i == n - 1 || n_terms == UNION_MAX_TERMS;
            all = is_wanted ? &new_union(c, terms, n_terms)->t : NULL;
        } else if (type_is_valid(all)) {
            check_error(c, nodes[i], CODE_INVALID_UNION,
                        "cannot handle more than %d union terms (implementation limitation)",
                        UNION_MAX_TERMS);
            all = check_basic(c, BASIC_INVALID);
        }
        if (i > 0 && c->records) {
            record_type(c, unions[i], MODE_TYPE, all, NULL);
        }
    }
    if (type_is_valid(all)) {
        Terms *later = ARENA_NEW(c->scratch, Terms);
        *later = (Terms){terms, nodes, n_terms};
        check_later(c, check_terms, later);
    }
    return all;
}
