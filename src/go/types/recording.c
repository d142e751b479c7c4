/*
 * What is found out of nodes, for those who want to know. It lies beside the tree of a file: one
 * number a word, which leads to a chain of links, since there are several lists of what is
 * recorded, and a node has entries in one or two of them.
 */
#include "go/types/recording.h"

/* ---- files ---- */

/* Files of a package mostly follow each other. */
static RecordedFile *file_of(const Recording *r, uint32_t file)
{
    isize guess = r->n_files == 0 ? -1 : (isize)file - (isize)r->files[0].file;
    if (guess >= 0 && guess < r->n_files && r->files[guess].file == file) {
        return &r->files[guess];
    }
    for (isize i = 0; i < r->n_files; i++) {
        if (r->files[i].file == file) {
            return &r->files[i];
        }
    }
    return NULL;
}

Recording *recording_new(Arena *a, const Program *p, const TypePackage *pkg)
{
    Recording *r = ARENA_NEW(a, Recording);
    r->arena = a;
    r->n_files = pkg->n_files;
    r->files = ARENA_ARRAY(a, RecordedFile, pkg->n_files);
    for (isize i = 0; i < pkg->n_files; i++) {
        r->files[i].file = pkg->files[i];
        r->files[i].n_words = p->files[pkg->files[i]].ast.n_words;
    }
    return r;
}

/* ---- entries ---- */

isize recorded_index(const RecordedFile *f, AstNode n, RecordedKind kind)
{
    if (f->by_node == NULL || n >= f->n_words) {
        return -1;
    }
    for (uint32_t number = f->by_node[n]; number != 0;) {
        const RecordedLink *link = RECORDED_AT(&f->links, number - 1);
        if ((link->entry & ((1u << RECORDED_KIND_BITS) - 1)) == (uint32_t)kind) {
            return link->entry >> RECORDED_KIND_BITS;
        }
        number = link->next;
    }
    return -1;
}

/* The address of a new entry at the end of a list. */
#define ADD(r, list)                                                                        \
    ((list)->len % RECORDED_CHUNK == 0                                                      \
         ? (void)(*VEC_PUSH((r)->arena, &(list)->chunks) = arena_room(                      \
                      (r)->arena, RECORDED_CHUNK * (isize)sizeof(**(list)->chunks.ptr), 8)) \
         : (void)0,                                                                         \
     (list)->len++, RECORDED_AT(list, (list)->len - 1))

/* Says where the newest entry of a list, which has len, is to be found. */
static void add_link(Recording *r, RecordedFile *f, AstNode n, RecordedKind kind, isize len)
{
    if (f->by_node == NULL) {
        f->by_node = ARENA_ARRAY(r->arena, uint32_t, f->n_words);
    }
    ASSERT(n < f->n_words);
    uint32_t *first = &f->by_node[n];
    ASSERT(len <= UINT32_MAX >> RECORDED_KIND_BITS);
    *ADD(r, &f->links) =
        (RecordedLink){*first, (uint32_t)(len - 1) << RECORDED_KIND_BITS | (uint32_t)kind};
    *first = (uint32_t)f->links.len;
}

/* The entry of a node in the list of that kind is set to value, which comes last for its commas. */
#define RECORD(r, f, kind, list, n, ...)             \
    do {                                             \
        isize at_ = recorded_index(f, n, kind);      \
        if (at_ >= 0) {                              \
            *RECORDED_AT(list, at_) = (__VA_ARGS__); \
        } else {                                     \
            *ADD(r, list) = (__VA_ARGS__);           \
            add_link(r, f, n, kind, (list)->len);    \
        }                                            \
    } while (0)

const RecordedType *recorded_type(const Recording *r, uint32_t file, AstNode e)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, e, RECORDED_TYPE);
    return i < 0 ? NULL : RECORDED_AT(&f->types, i);
}

const RecordedObject *recorded_def(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, ident, RECORDED_DEF);
    return i < 0 ? NULL : RECORDED_AT(&f->defs, i);
}

const RecordedObject *recorded_use(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, ident, RECORDED_USE);
    return i < 0 ? NULL : RECORDED_AT(&f->uses, i);
}

const RecordedObject *recorded_implicit(const Recording *r, uint32_t file, AstNode n)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, n, RECORDED_IMPLICIT);
    return i < 0 ? NULL : RECORDED_AT(&f->implicits, i);
}

const RecordedSelection *recorded_selection(const Recording *r, uint32_t file, AstNode e)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, e, RECORDED_SELECTION);
    return i < 0 ? NULL : RECORDED_AT(&f->selections, i);
}

const RecordedInstance *recorded_instance(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize i = f == NULL ? -1 : recorded_index(f, ident, RECORDED_INSTANCE);
    return i < 0 ? NULL : RECORDED_AT(&f->instances, i);
}

/* ---- recording ---- */

/* The file of the environment; NULL: nobody asked for a recording. */
static RecordedFile *current_file(const Checker *c)
{
    return c->recording == NULL ? NULL : file_of(c->recording, c->env.file);
}

static const AstFile *tree_of(const Checker *c)
{
    return &c->program->files[c->env.file].ast;
}

void record_type(Checker *c, AstNode e, OperandMode mode, Type *t, const Constant *value)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && mode != MODE_INVALID && e != 0) {
        RECORD(c->recording, f, RECORDED_TYPE, &f->types, e,
               (RecordedType){e, (uint8_t)mode, t, value == NULL ? (Constant){0} : *value});
    }
}

void record_feature(Checker *c, ObjectPos at, LangFeature feature)
{
    RecordedFile *f = c->recording == NULL ? NULL : file_of(c->recording, at.file);
    if (f != NULL) {
        *VEC_PUSH(c->recording->arena, &f->features) = (RecordedFeature){feature, at.pos};
    }
}

void record_def(Checker *c, AstNode ident, Object *o)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && ident != 0) {
        RECORD(c->recording, f, RECORDED_DEF, &f->defs, ident, (RecordedObject){ident, o});
    }
}

void record_use(Checker *c, AstNode ident, Object *o)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && ident != 0) {
        RECORD(c->recording, f, RECORDED_USE, &f->uses, ident, (RecordedObject){ident, o});
    }
}

void record_implicit(Checker *c, AstNode n, Object *o)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && n != 0) {
        RECORD(c->recording, f, RECORDED_IMPLICIT, &f->implicits, n, (RecordedObject){n, o});
    }
}

void record_selection(Checker *c, AstNode e, unsigned kind, Type *recv, const Found_ *found)
{
    RecordedFile *f = current_file(c);
    if (f == NULL) {
        return;
    }
    record_use(c, ast_selector_expr(tree_of(c), e)->sel, found->object);
    isize size = found->n_path * (isize)sizeof(*found->path);
    Found_ kept = *found;
    kept.path = arena_copy(c->recording->arena, found->path, size, _Alignof(int32_t));
    RECORD(c->recording, f, RECORDED_SELECTION, &f->selections, e,
           (RecordedSelection){e, kind, recv, kept});
}

/* f() that is called is a name, perhaps of a package, perhaps in parentheses. */
void record_builtin(Checker *c, AstNode fun, Signature *sig)
{
    const AstFile *ast = tree_of(c);
    record_type(c, fun, MODE_BUILTIN, &sig->t, NULL);
    while (ast_kind(ast, fun) == AST_PAREN_EXPR) {
        fun = ast_paren_expr(ast, fun)->x;
        record_type(c, fun, MODE_BUILTIN, &sig->t, NULL);
    }
}

static Object *new_value(Checker *c, SourcePos pos, Type *t)
{
    Object *o = ARENA_NEW(c->arena, Object);
    o->kind = OBJECT_VAR;
    o->var_kind = VAR_LOCAL;
    o->pkg = c->pkg;
    o->pos = check_pos(c, pos);
    o->type = t;
    return o;
}

/* e gives two values here: v, ok := e. */
void record_comma_ok(Checker *c, AstNode e, Operand *x, Type *second)
{
    RecordedFile *f = current_file(c);
    if (f == NULL || x->mode == MODE_INVALID) {
        return;
    }
    const AstFile *ast = tree_of(c);
    for (; e != 0; e = ast_kind(ast, e) == AST_PAREN_EXPR ? ast_paren_expr(ast, e)->x : 0) {
        Object **vars = ARENA_ARRAY(c->arena, Object *, 2);
        vars[0] = new_value(c, ast_pos(ast, e), x->type);
        vars[1] = new_value(c, ast_pos(ast, e), second);
        Tuple *tuple = check_new_type(c, TYPE_TUPLE, (isize)sizeof(Tuple));
        tuple->vars = (Objects){vars, 2};
        const RecordedType *known = recorded_type(c->recording, f->file, e);
        RecordedType entry = known == NULL ? (RecordedType){.node = e} : *known;
        entry.type = &tuple->t;
        RECORD(c->recording, f, RECORDED_TYPE, &f->types, e, entry);
    }
}

/* ---- instances ---- */

/* The name in f, p.f, f[int] and p.f[int, string]. */
static AstNode instantiated_name(const AstFile *f, AstNode e)
{
    if (ast_kind(f, e) == AST_INDEX_EXPR) {
        e = ast_index_expr(f, e)->x;
    } else if (ast_kind(f, e) == AST_INDEX_LIST_EXPR) {
        e = ast_index_list_expr(f, e)->x;
    }
    if (ast_kind(f, e) == AST_SELECTOR_EXPR) {
        e = ast_selector_expr(f, e)->sel;
    }
    return ast_kind(f, e) == AST_IDENT ? e : 0;
}

/* A method that was selected has lost its receiver, which the instance is shown with. */
static Type *with_receiver(Checker *c, Type *t)
{
    const Signature *from = (Signature *)t;
    if (type_kind(t) != TYPE_SIGNATURE || (from->recvold == NULL && !from->is_method_expr)) {
        return t;
    }
    Signature *sig = check_new_type(c, TYPE_SIGNATURE, (isize)sizeof(Signature));
    Type head = sig->t;
    *sig = *from;
    sig->t = head;
    sig->recvold = NULL;
    sig->is_method_expr = false;
    if (!from->is_method_expr) {
        sig->recv = from->recvold;
        return &sig->t;
    }
    Objects params = from->params->vars;
    sig->recv = params.ptr[0];
    sig->params = check_new_type(c, TYPE_TUPLE, (isize)sizeof(Tuple));
    sig->params->vars = (Objects){params.ptr + 1, params.len - 1};
    return &sig->t;
}

void record_instance(Checker *c, AstNode e, TypeArgs targs, Type *t)
{
    RecordedFile *f = current_file(c);
    AstNode name = f == NULL ? 0 : instantiated_name(tree_of(c), e);
    if (name != 0) {
        RECORD(c->recording, f, RECORDED_INSTANCE, &f->instances, name,
               (RecordedInstance){name, targs, with_receiver(c, t)});
    }
}
