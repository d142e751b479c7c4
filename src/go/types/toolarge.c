/*
 * Types that have no room in memory, elements of channels that the runtime does not take, and
 * functions whose arguments fill their frame (CalcSize of cmd/compile/internal/types,
 * CheckLargeStacks of ssagen).
 *
 * The compiler tells of a type where what it is read for is declared: at the name of a package's
 * variable, function or type, in a function at its statement.
 */
#include "go/types/compiler.h"

#include "base/sort.h"

#define MAX_CHAN_ELEM ((1 << 16) - 1) /* bytes, of an element of a channel */
#define MAX_FRAME (INT64_C(1) << 30)  /* bytes, of a frame with its arguments */

/* ---- where it is told ---- */

/* A statement or a declaration. */
typedef struct {
    SourcePos pos, end;
    AstNode node;
    isize around; /* the one that it is directly part of; -1: none */
} Place;

/* Of one file, by where they begin. */
typedef struct {
    VEC(Place) list;
    bool is_made;
} Places;

typedef struct {
    Checker *check;
    const CompilerInput *in;
    Places *places; /* by file of the package, made when something of it is told */
} Sizes;

static bool is_place(AstKind kind)
{
    return (kind >= AST_EXPR_STMT && kind <= AST_RETURN_STMT) || kind == AST_VALUE_SPEC ||
           kind == AST_TYPE_SPEC || kind == AST_FUNC_DECL;
}

static int compare(const void *a, const void *b)
{
    const Place *x = a, *y = b;
    int order = (x->pos > y->pos) - (x->pos < y->pos);
    return order != 0 ? order : (x->end < y->end) - (x->end > y->end);
}

/* Of a place and all around it the innermost that reaches beyond a position. */
static isize climb(const Places *p, isize i, SourcePos pos)
{
    while (i >= 0 && p->list.ptr[i].end <= pos) {
        i = p->list.ptr[i].around;
    }
    return i;
}

static void make_places(Arena *a, const AstFile *f, Places *p)
{
    for (AstNode n = ast_first(f); n != 0; n = ast_next(f, n)) {
        if (is_place(ast_kind(f, n))) {
            *VEC_PUSH(a, &p->list) = (Place){.pos = ast_pos(f, n), .end = ast_end(f, n), .node = n};
        }
    }
    if (p->list.len > 0) {
        sort_array(p->list.ptr, p->list.len, sizeof(*p->list.ptr), compare);
    }
    for (isize i = 0; i < p->list.len; i++) {
        p->list.ptr[i].around = climb(p, i - 1, p->list.ptr[i].pos);
    }
    p->is_made = true;
}

/* The innermost around a position; -1: none. */
static isize innermost(const Places *p, SourcePos pos)
{
    isize low = 0, high = p->list.len; /* those before low begin at it or before */
    while (low < high) {
        isize middle = low + (high - low) / 2;
        if (p->list.ptr[middle].pos <= pos) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return climb(p, low - 1, pos);
}

/* Behind "func". */
static SourcePos func_pos(const AstFile *f, AstNode func)
{
    const AstFuncDecl *decl = ast_func_decl(f, func);
    return ast_pos(f, decl->recv != 0 ? decl->recv : decl->name);
}

/* Whether a place is part of a function that is declared, or is one. */
static bool is_in_func(const AstFile *f, const Places *p, isize i)
{
    while (p->list.ptr[i].around >= 0) {
        i = p->list.ptr[i].around;
    }
    return ast_kind(f, p->list.ptr[i].node) == AST_FUNC_DECL;
}

/* 0: what stands there is not compiled, as a type that is declared in a function. */
static SourcePos place_of(const AstFile *f, const Places *p, SourcePos pos)
{
    isize i = innermost(p, pos);
    if (i < 0) {
        return 0;
    }
    AstNode node = p->list.ptr[i].node;
    if (ast_kind(f, node) == AST_FUNC_DECL) {
        return func_pos(f, node);
    }
    bool is_lost = ast_kind(f, node) == AST_TYPE_SPEC && is_in_func(f, p, i);
    return is_lost ? 0 : p->list.ptr[i].pos;
}

/* ---- types ---- */

static bool is_zero_sized(const Checker *c, const Array *t)
{
    return t->len <= 0 || size_of(c->program, t->elem) == 0;
}

/* Words, and what is rounded up to them, are twice as large for one GOARCH as for another. */
#define MAX_RATIO 2

/* Whether something is larger than max bytes; what depends on a type parameter is not known. least:
 * of all the targets' max. */
static bool is_larger(Checker *c, Type *t, int64_t max, int64_t least)
{
    if (!type_is_valid(t) || type_size_varies(c, t)) {
        return false;
    }
    int64_t size = size_of(c->program, t);
    c->pkg->minds_arch = c->pkg->minds_arch || size < 0 || size > least / MAX_RATIO;
    return size < 0 || size > max;
}

/* The file of the package that has that number in the program. */
static isize file_of(const TypePackage *pkg, uint32_t number)
{
    isize i = 0;
    while (pkg->files[i] != number) {
        i++;
    }
    return i;
}

/* fault: takes the type as %t. */
static void tell(Sizes *s, const WrittenType *w, const char *fault)
{
    Checker *c = s->check;
    const AstFile *f = &c->program->files[w->file].ast;
    isize file = file_of(c->pkg, w->file);
    if (!s->places[file].is_made) {
        make_places(c->scratch, f, &s->places[file]);
    }
    SourcePos pos = place_of(f, &s->places[file], ast_pos(f, w->at));
    if (pos != 0) {
        Str text = check_format(c, c->scratch, fault, w->type);
        diagnostic_add(&s->in->errors[file], pos, "%.*s", STR_ARG(text));
    }
}

static void check_chan(Sizes *s, const WrittenType *w)
{
    if (is_larger(s->check, ((const Chan *)w->type)->elem, MAX_CHAN_ELEM, MAX_CHAN_ELEM)) {
        tell(s, w, "channel element type too large (>64kB)");
    }
}

/* With words of 4 bytes both may be told. */
static void check_array(Sizes *s, const WrittenType *w)
{
    Checker *c = s->check;
    if (is_zero_sized(c, (const Array *)w->type)) {
        return;
    }
    if (is_larger(c, w->type, s->in->arch->max_width - 1, INT32_MAX)) {
        tell(s, w, "type %t larger than address space");
    }
    if (c->program->word_size == 4 && is_larger(c, w->type, INT32_MAX, INT32_MAX)) {
        tell(s, w, "type %t too large");
    }
}

void compiler_check_sizes(Checker *c, const CompilerInput *in)
{
    Sizes s = {c, in, ARENA_ARRAY(c->scratch, Places, c->pkg->n_files)};
    for (isize i = 0; i < c->written.len; i++) {
        const WrittenType *w = &c->written.ptr[i];
        if (type_kind(w->type) == TYPE_CHAN) {
            check_chan(&s, w);
        } else if (type_kind(w->type) == TYPE_ARRAY) {
            check_array(&s, w);
        }
    }
}

/* ---- frames ---- */

#define MAX_IN_REGISTERS 1024 /* bytes; what is larger lies on the stack */

static int64_t size_on_stack(Checker *c, const Object *var)
{
    if (!type_is_valid(var->type) || type_size_varies(c, var->type)) {
        return 0;
    }
    int64_t size = size_of(c->program, var->type);
    return size < 0 ? MAX_FRAME : size > MAX_IN_REGISTERS ? size : 0;
}

static int64_t sum_on_stack(Checker *c, const Tuple *list)
{
    int64_t sum = 0;
    for (isize i = 0; list != NULL && i < list->vars.len && sum < MAX_FRAME; i++) {
        sum += size_on_stack(c, list->vars.ptr[i]);
    }
    return sum;
}

static isize tuple_len(const Tuple *list)
{
    return list == NULL ? 0 : list->vars.len;
}

static void check_frame(Checker *c, const CompilerInput *in, const Object *o)
{
    const Declaration *d = c->declarations[o->order - 1];
    const Signature *sig = (const Signature *)o->type;
    const AstFile *f = &c->program->files[o->pos.file].ast;
    if (d->fdecl == 0 || ast_func_decl(f, d->fdecl)->body == 0 || sig->tparams.len > 0 ||
        sig->rparams.len > 0) {
        return;
    }
    int64_t size = sum_on_stack(c, sig->params) + sum_on_stack(c, sig->results);
    size += sig->recv != NULL ? size_on_stack(c, sig->recv) : 0;
    isize n = tuple_len(sig->params) + tuple_len(sig->results);
    c->pkg->minds_arch = c->pkg->minds_arch || size > MAX_FRAME / (2 * MAX_RATIO) ||
                         n > MAX_FRAME / (2 * MAX_RATIO * MAX_IN_REGISTERS);
    if (size >= MAX_FRAME) {
        diagnostic_add(&in->errors[file_of(c->pkg, o->pos.file)], func_pos(f, d->fdecl),
                       "stack frame too large (>1GB): %d MB of arguments and results",
                       (int)(size / MIB));
    }
}

void compiler_check_frames(Checker *c, const CompilerInput *in)
{
    for (isize i = 0; i < c->objects.len; i++) {
        const Object *o = c->objects.ptr[i];
        if (o->kind == OBJECT_FUNC && o->type != NULL && type_kind(o->type) == TYPE_SIGNATURE) {
            check_frame(c, in, o);
        }
    }
}
