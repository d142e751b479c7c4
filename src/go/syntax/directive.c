/*
 * cmd/compile collects directives while it reads tokens, and looks at what it has wherever a
 * declaration begins, and wherever something begins or ends that takes none. These points are
 * found in the tree and sorted; a directive belongs to the first one behind it.
 */
#include "go/syntax/directive.h"

#include "base/sort.h"

typedef struct {
    SourcePos pos; /* directives before it are looked at */
    AstNode owner; /* who takes them; 0: nobody */
    Token keyword;
} Point;

typedef struct {
    Arena *arena;
    const AstFile *file;
    VEC(Point) points;
} Points;

/* ---- points ---- */

static void add_point(Points *p, SourcePos pos, AstNode owner, Token keyword)
{
    *VEC_PUSH(p->arena, &p->points) = (Point){pos, owner, keyword};
}

static void add_gen_decl(Points *p, AstNode n)
{
    const AstFile *f = p->file;
    const AstGenDecl *decl = ast_gen_decl(f, n);
    AstNodes specs = ast_list(f, &decl->specs);
    if (decl->lparen != 0) {
        add_point(p, decl->lparen, 0, 0);
    }
    for (isize i = 0; i < specs.len; i++) {
        add_point(p, ast_pos(f, specs.ptr[i]), specs.ptr[i], ast_tok(f, n));
    }
}

static void add_func_decl(Points *p, AstNode n)
{
    const AstFuncDecl *decl = ast_func_decl(p->file, n);
    add_point(p, ast_pos(p->file, decl->recv != 0 ? decl->recv : decl->name), n, TOKEN_FUNC);
}

static bool is_stmt(AstKind kind)
{
    return kind >= AST_BAD_STMT && kind <= AST_RANGE_STMT && kind != AST_CASE_CLAUSE &&
           kind != AST_COMM_CLAUSE;
}

/* Statements but declarations take none where they begin, and none where they end. */
static void add_node(Points *p, AstNode n)
{
    AstKind kind = ast_kind(p->file, n);
    if (kind == AST_GEN_DECL) {
        add_gen_decl(p, n);
        add_point(p, ast_end(p->file, n), 0, 0);
    } else if (kind == AST_FUNC_DECL) {
        add_func_decl(p, n);
        add_point(p, ast_end(p->file, n), 0, 0);
    } else if (is_stmt(kind) && kind != AST_DECL_STMT) {
        add_point(p, ast_pos(p->file, n), 0, 0);
        add_point(p, ast_end(p->file, n), 0, 0);
    }
}

/* Of two points at one place, as where a declaration ends and a next one begins, any will do: no
 * directive is between them. */
static int compare(const void *a, const void *b)
{
    SourcePos x = ((const Point *)a)->pos, y = ((const Point *)b)->pos;
    return (x > y) - (x < y);
}

static void find_points(Points *p)
{
    for (AstNode n = ast_first(p->file); n != 0; n = ast_next(p->file, n)) {
        add_node(p, n);
    }
    if (p->points.len > 0) {
        sort_array(p->points.ptr, p->points.len, sizeof(*p->points.ptr), compare);
    }
}

/* ---- directives ---- */

static bool begins_line(Str text, SourcePos pos)
{
    while (pos > 0 && (text.ptr[pos - 1] == ' ' || text.ptr[pos - 1] == '\t')) {
        pos--;
    }
    return pos == 0 || text.ptr[pos - 1] == '\n';
}

static bool is_directive(Str text, Comment c)
{
    return str_starts_with(str_slice(text, c.pos, c.end), S("//go:"));
}

Str directive_verb(const Directive *d)
{
    return str_cut(d->text, ' ').head;
}

static Directive directive_at(const AstFile *f, Comment c)
{
    Directive d = {.pos = c.pos + 2, .text = str_slice(f->text, c.pos + 2, c.end)};
    str_eat_suffix(&d.text, S("\r"));
    if (!begins_line(f->text, c.pos)) {
        d.place = DIRECTIVE_TRAILS;
    } else if (d.pos < ast_pos(f, f->name)) {
        d.place = DIRECTIVE_OF_FILE;
    }
    return d;
}

static void give_to_owners(Points *p, Directives *list)
{
    isize k = 0;
    find_points(p);
    for (isize i = 0; i < list->len; i++) {
        Directive *d = &list->ptr[i];
        while (k < p->points.len && p->points.ptr[k].pos < d->pos) {
            k++;
        }
        if (d->place == DIRECTIVE_STRAY && k < p->points.len && p->points.ptr[k].owner != 0) {
            d->place = DIRECTIVE_OF_DECL;
            d->owner = p->points.ptr[k].owner;
            d->keyword = p->points.ptr[k].keyword;
        }
    }
}

Directives directives_of(Arena *a, const AstFile *f)
{
    Directives list = {0};
    bool has_loose = false;
    for (isize i = 0; i < f->comments.len; i++) {
        Comment c = f->comments.ptr[i];
        if (!is_directive(f->text, c)) {
            continue;
        }
        Directive d = directive_at(f, c);
        bool is_usual = d.place == DIRECTIVE_OF_FILE && str_eq(directive_verb(&d), S("go:build"));
        if (!is_usual) {
            *VEC_PUSH(a, &list) = d;
            has_loose = has_loose || d.place == DIRECTIVE_STRAY;
        }
    }
    if (has_loose) {
        Points points = {.arena = a, .file = f};
        give_to_owners(&points, &list);
    }
    return list;
}
