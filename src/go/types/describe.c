/*
 * Nodes do not know their parents, so the entries are looked through, all of them: this answers one
 * question of a person, not thousands of a program.
 */
#include "go/types/describe.h"

#include "go/types/format.h"
#include "go/types/recording.h"
#include "go/types/selection.h"

#define MAX_VALUE MIB /* bytes of a constant that is shown whole */

typedef struct {
    AstNode node;      /* the selector x.f for its f, else the smallest expression or name there */
    RecordedType type; /* MODE_INVALID: a name that is no expression */
    const Object *object;               /* what it denotes; NULL: it is no name, or of nothing */
    const RecordedSelection *selection; /* of x.f; NULL: none, as of what a package has */
    const RecordedInstance *instance;   /* of a generic function or type; NULL: none */
} Described;

typedef struct {
    const AstFile *ast;
    SourcePos at;
    AstNode best; /* 0: none yet */
    SourcePos best_len;
} Search;

static void consider(Search *s, AstNode n)
{
    SourcePos start = ast_pos(s->ast, n), end = ast_end(s->ast, n);
    if (s->at < start || s->at >= end) {
        return;
    }
    if (s->best == 0 || end - start < s->best_len) {
        s->best = n;
        s->best_len = end - start;
    }
}

static AstNode smallest_at(const Program *p, uint32_t file, SourcePos at)
{
    Search s = {.ast = &p->files[file].ast, .at = at};
    for (AstNode n = ast_first(s.ast); n != 0; n = ast_next(s.ast, n)) {
        bool is_import = ast_kind(s.ast, n) == AST_IMPORT_SPEC;
        if (recorded_type(p, file, n).mode != MODE_INVALID ||
            recorded_has(p, file, n, RECORDED_DEF) || recorded_has(p, file, n, RECORDED_USE) ||
            (is_import && recorded_has(p, file, n, RECORDED_IMPLICIT))) {
            consider(&s, n);
        }
    }
    return s.best;
}

/* The x.f that ident is the f of; 0: of none. */
static AstNode selector_of(const Program *p, uint32_t file, AstNode ident)
{
    const AstFile *ast = &p->files[file].ast;
    for (AstNode n = ast_first(ast); n != 0; n = ast_next(ast, n)) {
        if (ast_kind(ast, n) == AST_SELECTOR_EXPR && ast_selector_expr(ast, n)->sel == ident &&
            recorded_type(p, file, n).mode != MODE_INVALID) {
            return n;
        }
    }
    return 0;
}

static const Object *denoted(const Program *p, uint32_t file, AstNode name)
{
    static const RecordedKind kinds[] = {RECORDED_USE, RECORDED_DEF, RECORDED_IMPLICIT};
    for (isize i = 0; i < COUNT_OF(kinds); i++) {
        if (recorded_has(p, file, name, kinds[i])) {
            return recorded_object(p, file, name, kinds[i]);
        }
    }
    return NULL;
}

/* ---- what is there ---- */

/* False when nothing that was recorded is there, as in comments and between statements. */
static bool describe_at(const Checker *c, uint32_t file, SourcePos at, Described *ret)
{
    const Program *p = c->program;
    const AstFile *ast = &p->files[file].ast;
    AstNode name = c->records ? smallest_at(p, file, at) : 0;
    if (name == 0) {
        return false;
    }
    AstNode node = name;
    if (ast_kind(ast, name) == AST_IDENT) {
        AstNode selector = selector_of(p, file, name);
        node = selector != 0 ? selector : name;
    } else if (ast_kind(ast, name) == AST_SELECTOR_EXPR) { /* its dot */
        name = ast_selector_expr(ast, node)->sel;
    }
    *ret = (Described){.node = node,
                       .type = recorded_type(p, file, node),
                       .object = denoted(p, file, name),
                       .instance = recorded_instance(p, file, name)};
    if (ast_kind(ast, node) == AST_SELECTOR_EXPR) {
        ret->selection = recorded_selection(p, file, node);
    }
    return true;
}

static Str describe_kind(const Described *d)
{
    static const Str modes[] = {
        [MODE_INVALID] = STR_CONST("invalid"),
        [MODE_NO_VALUE] = STR_CONST("no value"),
        [MODE_BUILTIN] = STR_CONST("built-in function"),
        [MODE_TYPE] = STR_CONST("type"),
        [MODE_CONSTANT] = STR_CONST("constant"),
        [MODE_VARIABLE] = STR_CONST("variable"),
        [MODE_MAP_INDEX] = STR_CONST("map element"),
        [MODE_VALUE] = STR_CONST("value"),
        [MODE_COMMA_OK] = STR_CONST("value with ok"),
        [MODE_COMMA_ERR] = STR_CONST("value with error"),
        [MODE_CGO_FUNC] = STR_CONST("C function"),
    };
    if (d->type.mode != MODE_INVALID) {
        return modes[d->type.mode];
    }
    return d->object != NULL ? object_kind(d->object) : (Str){0};
}

/* ---- in words ---- */

static Str written(Description *k, const Checker *c, Type *t)
{
    StrBuf b = strbuf_init(k->arena);
    type_write_paths(&b, c->program, t);
    return strbuf_str(&b);
}

static Str shown(Description *k, Checker *c, Type *t)
{
    return format_without_unknown(k->arena, type_string(c, k->arena, t));
}

static void keep_type(Description *k, Checker *c, Type *t)
{
    if (t == NULL) {
        return;
    }
    Type *under = type_under(t);
    k->type = shown(k, c, t);
    k->type_with_paths = written(k, c, t);
    if (under != t) {
        k->underlying = shown(k, c, under);
    }
}

static void keep_object(Description *k, Checker *c, const Object *o)
{
    Arena *a = k->arena;
    k->object = (DescribedObject){.kind = object_kind(o),
                                  .name = str_copy(a, name_text(c->program->names, o->name)),
                                  .text = format_without_unknown(a, object_string(c, a, o)),
                                  .package = o->pkg != NULL ? o->pkg->path : (Str){0},
                                  .file = o->pos.file,
                                  .pos = o->pos.pos};
}

static void keep_selection(Description *k, Checker *c, const RecordedSelection *s)
{
    static const Str kinds[] = {[SELECTION_FIELD_VAL] = STR_CONST("field"),
                                [SELECTION_METHOD_VAL] = STR_CONST("method"),
                                [SELECTION_METHOD_EXPR] = STR_CONST("method expression")};
    StrBuf b = strbuf_init(k->arena);
    for (isize i = 0; i < s->n_path; i++) {
        strbuf_add_format(&b, i > 0 ? " %d" : "%d", s->path[i]);
    }
    k->selection = kinds[s->kind];
    k->receiver = shown(k, c, s->recv);
    k->fields = strbuf_str(&b);
}

static void keep_instance(Description *k, Checker *c, const RecordedInstance *i)
{
    k->type_args = ARENA_ARRAY(k->arena, Str, i->targs.len);
    k->n_type_args = i->targs.len;
    for (isize n = 0; n < i->targs.len; n++) {
        k->type_args[n] = shown(k, c, i->targs.ptr[n]);
    }
}

/* Expressions as messages shorten them, imports as they are. */
static Str source_of(Description *k, const Program *p, const AstFile *f, AstNode n)
{
    StrBuf b = strbuf_init(k->arena);
    if (ast_kind(f, n) == AST_IMPORT_SPEC) {
        strbuf_add(&b, str_slice(f->text, ast_pos(f, n), ast_end(f, n)));
    } else {
        expr_write(&b, p, f, n);
    }
    return strbuf_str(&b);
}

/* Unknown where there is none. */
static Constant constant_at(const Described *d)
{
    if (d->type.mode != MODE_INVALID) {
        return d->type.value;
    }
    bool is_const = d->object != NULL && d->object->kind == OBJECT_CONST;
    return is_const ? d->object->value : (Constant){0};
}

static void keep(Description *k, Checker *c, uint32_t file, const Described *d)
{
    const TypeFile *f = &c->program->files[file];
    k->is_found = true;
    k->expression = source_of(k, c->program, &f->ast, d->node);
    k->kind = describe_kind(d);
    k->start = lines_at(&f->lines, ast_pos(&f->ast, d->node));
    k->end = lines_at(&f->lines, ast_end(&f->ast, d->node));
    if (d->type.mode != MODE_INVALID) {
        keep_type(k, c, d->type.type);
    } else if (d->object != NULL && type_is_valid(d->object->type)) { /* no package, no label */
        keep_type(k, c, d->object->type);
    }
    Constant value = constant_at(d);
    if (constant_kind(value) != CONSTANT_UNKNOWN) {
        k->value = constant_format_within(k->arena, value, MAX_VALUE);
    }
    if (d->object != NULL) {
        keep_object(k, c, d->object);
    }
    if (d->selection != NULL) {
        keep_selection(k, c, d->selection);
    }
    if (d->instance != NULL) {
        keep_instance(k, c, d->instance);
    }
}

/* The byte at k->at; false: the file has no such place. */
static bool find_pos(Description *k, const TypeFile *f, SourcePos *ret)
{
    const SourcePos *starts = f->lines.starts;
    k->has_line = k->at.line <= f->lines.len;
    if (!k->has_line) {
        return false;
    }
    isize end = k->at.line < f->lines.len ? (isize)starts[k->at.line] : f->ast.text.len;
    isize pos = (isize)starts[k->at.line - 1] + k->at.column - 1;
    k->has_column = pos < end;
    *ret = (SourcePos)pos;
    return k->has_column;
}

void describe_place(void *description, Checker *c, isize unit, isize worker)
{
    Description *k = description;
    (void)worker;
    for (isize i = 0; unit == k->unit && i < c->pkg->n_files; i++) {
        uint32_t file = c->pkg->files[i];
        const TypeFile *f = &c->program->files[file];
        SourcePos pos;
        Described found;
        if (!str_eq(f->path, k->path)) {
            continue;
        }
        if (find_pos(k, f, &pos) && describe_at(c, file, pos, &found)) {
            keep(k, c, file, &found);
        }
    }
}
