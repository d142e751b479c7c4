/*
 * Before Go 1.22 all rounds of a loop share the variables that its clause declares. It shows when
 * something keeps such a variable beyond the round: a function literal that mentions it, or a
 * pointer to it, be it taken by & or by calling a method that wants one. What is found is where
 * that may be so; whether the literal runs or the pointer is used later is not to be known.
 */
#include "go/compat/loops.h"

#include "base/sort.h"
#include "go/types/lookup.h"

/* A loop with variables of its own. */
typedef struct {
    SourcePos pos;
    bool is_found;
} Loop;

/* A function literal. */
typedef struct {
    SourcePos pos, end;
    isize outer; /* 1 + index of the one around it; 0: none is */
} Literal;

typedef struct {
    Arena *arena;
    const Program *program;
    uint32_t number; /* of the file */
    const AstFile *file;
    VEC(Loop) loops;
    VEC(Literal) literals; /* by place, once all are known */
    Map owner;             /* address of a variable -> 1 + index of its loop */
} Search;

static Str key_of(Arena *a, const Object *o)
{
    return str_copy(a, (Str){(const char *)&o, sizeof(o)});
}

static void add_variable(Search *s, AstNode ident, isize loop)
{
    bool is_name = ident != 0 && ast_kind(s->file, ident) == AST_IDENT;
    const Object *o = is_name ? recorded_object(s->program, s->number, ident, RECORDED_DEF) : NULL;
    if (o != NULL && o->name != NAME_BLANK) {
        *map_put(&s->owner, key_of(s->arena, o), NULL) = loop;
    }
}

static void add_loop(Search *s, AstNode n, const AstNode *variables, isize n_variables)
{
    *VEC_PUSH(s->arena, &s->loops) = (Loop){.pos = ast_pos(s->file, n)};
    for (isize i = 0; i < n_variables; i++) {
        add_variable(s, variables[i], s->loops.len);
    }
}

static void take_range(Search *s, AstNode n)
{
    const AstRangeStmt *range = ast_range_stmt(s->file, n);
    if (ast_tok(s->file, n) == TOKEN_DEFINE) {
        add_loop(s, n, (AstNode[]){range->key, range->value}, 2);
    }
}

static void take_for(Search *s, AstNode n)
{
    AstNode init = ast_for_stmt(s->file, n)->init;
    if (init != 0 && ast_kind(s->file, init) == AST_ASSIGN_STMT &&
        ast_tok(s->file, init) == TOKEN_DEFINE) {
        AstNodes lhs = ast_list(s->file, &ast_assign_stmt(s->file, init)->lhs);
        add_loop(s, n, lhs.ptr, lhs.len);
    }
}

/* The loop whose variable a name is; NULL: it is another. */
static Loop *loop_of(Search *s, AstNode ident)
{
    const Object *o = recorded_object(s->program, s->number, ident, RECORDED_USE);
    const isize *at = o == NULL ? NULL : map_get(&s->owner, (Str){(const char *)&o, sizeof(o)});
    return at == NULL ? NULL : &s->loops.ptr[*at - 1];
}

/* The variable that a pointer into x points into: x, x.f, x[i] of an array. 0: behind another
 * pointer, or none. */
static AstNode variable_of(const Search *s, AstNode x)
{
    for (;;) {
        AstNode inner = 0;
        x = ast_unparen(s->file, x);
        if (ast_kind(s->file, x) == AST_SELECTOR_EXPR) {
            inner = ast_selector_expr(s->file, x)->x;
        } else if (ast_kind(s->file, x) == AST_INDEX_EXPR) {
            inner = ast_index_expr(s->file, x)->x;
        } else {
            return ast_kind(s->file, x) == AST_IDENT ? x : 0;
        }
        Type *t = recorded_type(s->program, s->number, inner).type;
        t = t == NULL ? NULL : type_under(t);
        if (t == NULL || (type_kind(t) != TYPE_STRUCT && type_kind(t) != TYPE_ARRAY)) {
            return 0;
        }
        x = inner;
    }
}

static void take_pointer(Search *s, AstNode to)
{
    AstNode variable = variable_of(s, to);
    Loop *loop = variable == 0 ? NULL : loop_of(s, variable);
    if (loop != NULL) {
        loop->is_found = true;
    }
}

/* x.f where f wants a pointer and x is none. */
static void take_method(Search *s, AstNode n)
{
    const RecordedSelection *selected = recorded_selection(s->program, s->number, n);
    if (selected == NULL) {
        return;
    }
    const Object *o = selected->object;
    bool was_pointer;
    type_deref(selected->recv, &was_pointer);
    if (o->kind == OBJECT_FUNC && method_has_ptr_recv(o) && !was_pointer && selected->n_path == 1) {
        take_pointer(s, ast_selector_expr(s->file, n)->x);
    }
}

static int compare_literals(const void *x, const void *y)
{
    const Literal *a = x, *b = y;
    return (a->pos > b->pos) - (a->pos < b->pos);
}

static void nest_literals(Search *s)
{
    sort_array(s->literals.ptr, s->literals.len, sizeof(Literal), compare_literals);
    isize around = 0;
    for (isize i = 0; i < s->literals.len; i++) {
        Literal *l = &s->literals.ptr[i];
        while (around > 0 && s->literals.ptr[around - 1].end <= l->pos) {
            around = s->literals.ptr[around - 1].outer;
        }
        l->outer = around;
        around = i + 1;
    }
}

/* The innermost literal that a place is in; NULL: it is in none. */
static const Literal *literal_at(const Search *s, SourcePos pos)
{
    isize from = 0, to = s->literals.len; /* the last that begins at or before pos is before to */
    while (from < to) {
        isize middle = from + (to - from) / 2;
        if (s->literals.ptr[middle].pos <= pos) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    while (from > 0 && s->literals.ptr[from - 1].end <= pos) {
        from = s->literals.ptr[from - 1].outer;
    }
    return from == 0 ? NULL : &s->literals.ptr[from - 1];
}

/* In a literal that is within the loop, not around it. */
static void take_name(Search *s, AstNode n)
{
    Loop *loop = loop_of(s, n);
    const Literal *l = loop == NULL || loop->is_found ? NULL : literal_at(s, ast_pos(s->file, n));
    if (l != NULL && l->pos > loop->pos) {
        loop->is_found = true;
    }
}

static void first_pass(Search *s)
{
    const AstFile *f = s->file;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        switch ((int)ast_kind(f, n)) {
        case AST_RANGE_STMT:
            take_range(s, n);
            break;
        case AST_FOR_STMT:
            take_for(s, n);
            break;
        case AST_FUNC_LIT:
            *VEC_PUSH(s->arena, &s->literals) =
                (Literal){.pos = ast_pos(f, n), .end = ast_end(f, n)};
            break;
        default:
            break;
        }
    }
}

static void second_pass(Search *s)
{
    const AstFile *f = s->file;
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        switch ((int)ast_kind(f, n)) {
        case AST_UNARY_EXPR:
            if (ast_tok(f, n) == TOKEN_AND) {
                take_pointer(s, ast_unary_expr(f, n)->x);
            }
            break;
        case AST_SELECTOR_EXPR:
            take_method(s, n);
            break;
        case AST_IDENT:
            take_name(s, n);
            break;
        default:
            break;
        }
    }
}

void loops_find(Arena *a, const Program *p, uint32_t file, SourcePoses *ret)
{
    Search s = {.arena = a,
                .program = p,
                .number = file,
                .file = &p->files[file].ast,
                .owner = map_init(a)};
    first_pass(&s);
    if (s.owner.len > 0) {
        nest_literals(&s);
        second_pass(&s);
    }
    for (isize i = 0; i < s.loops.len; i++) {
        if (s.loops.ptr[i].is_found) {
            *VEC_PUSH(a, ret) = s.loops.ptr[i].pos;
        }
    }
}
