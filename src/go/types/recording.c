/*
 * What is found out of nodes, for those who want to know, and the untyped expressions, which the
 * checker itself asks for until they have their types. Both lie beside the tree of a file: one
 * number a word, by which an entry is found.
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

/* Where the number of a node stands, in a table that is made when it is needed. */
static uint32_t *number_in(Arena *a, uint32_t **by_node, isize n_words, AstNode n)
{
    ASSERT(n < n_words);
    if (*by_node == NULL) {
        *by_node = ARENA_ARRAY(a, uint32_t, n_words);
    }
    return &(*by_node)[n];
}

/* 1 + the index of the entry of a node; 0: none. */
static isize number_at(const RecordedFile *f, const uint32_t *by_node, AstNode n)
{
    return by_node == NULL || n >= f->n_words ? 0 : by_node[n];
}

/* The address of the entry of a node, of a new one if there is none yet. */
#define ENTRY(r, f, list, n)                                          \
    (*number_in((r)->arena, &(list)->by_node, (f)->n_words, (n)) == 0 \
         ? ((void)VEC_PUSH((r)->arena, &(list)->entries),             \
            (list)->by_node[n] = (uint32_t)(list)->entries.len,       \
            &(list)->entries.ptr[(list)->entries.len - 1])            \
         : &(list)->entries.ptr[(list)->by_node[n] - 1])

const RecordedType *recorded_type(const Recording *r, uint32_t file, AstNode e)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->types.by_node, e);
    return number == 0 ? NULL : &f->types.entries.ptr[number - 1];
}

const RecordedObject *recorded_def(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->defs.by_node, ident);
    return number == 0 ? NULL : &f->defs.entries.ptr[number - 1];
}

const RecordedObject *recorded_use(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->uses.by_node, ident);
    return number == 0 ? NULL : &f->uses.entries.ptr[number - 1];
}

const RecordedObject *recorded_implicit(const Recording *r, uint32_t file, AstNode n)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->implicits.by_node, n);
    return number == 0 ? NULL : &f->implicits.entries.ptr[number - 1];
}

const RecordedSelection *recorded_selection(const Recording *r, uint32_t file, AstNode e)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->selections.by_node, e);
    return number == 0 ? NULL : &f->selections.entries.ptr[number - 1];
}

const RecordedInstance *recorded_instance(const Recording *r, uint32_t file, AstNode ident)
{
    const RecordedFile *f = file_of(r, file);
    isize number = f == NULL ? 0 : number_at(f, f->instances.by_node, ident);
    return number == 0 ? NULL : &f->instances.entries.ptr[number - 1];
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
        *ENTRY(c->recording, f, &f->types, e) =
            (RecordedType){e, (uint8_t)mode, t, value == NULL ? (Constant){0} : *value};
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
        *ENTRY(c->recording, f, &f->defs, ident) = (RecordedObject){ident, o};
    }
}

void record_use(Checker *c, AstNode ident, Object *o)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && ident != 0) {
        *ENTRY(c->recording, f, &f->uses, ident) = (RecordedObject){ident, o};
    }
}

void record_implicit(Checker *c, AstNode n, Object *o)
{
    RecordedFile *f = current_file(c);
    if (f != NULL && n != 0) {
        *ENTRY(c->recording, f, &f->implicits, n) = (RecordedObject){n, o};
    }
}

void record_selection(Checker *c, AstNode e, unsigned kind, Type *recv, const Found_ *found)
{
    RecordedFile *f = current_file(c);
    if (f == NULL) {
        return;
    }
    record_use(c, ast_selector_expr(tree_of(c), e)->sel, found->object);
    RecordedSelection *s = ENTRY(c->recording, f, &f->selections, e);
    *s = (RecordedSelection){e, kind, recv, *found};
    isize size = found->n_path * (isize)sizeof(*found->path);
    s->found.path = arena_copy(c->recording->arena, found->path, size, _Alignof(int32_t));
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
        RecordedType *entry = ENTRY(c->recording, f, &f->types, e);
        entry->node = e;
        entry->type = &tuple->t;
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
        *ENTRY(c->recording, f, &f->instances, name) =
            (RecordedInstance){name, targs, with_receiver(c, t)};
    }
}

/* ---- untyped expressions ---- */

/* Entries are used again when an expression has its type. */
struct UntypedTable {
    uint32_t **by_file; /* of the package: by node 1 + index in entries, 0: none */
    const uint32_t *files;
    isize n_files;
    VEC(Untyped *) entries;
    VEC(uint32_t) free; /* numbers */
};

/* Where the number of a node of the environment's file stands. */
static uint32_t *number_of(Checker *c, AstNode e)
{
    struct UntypedTable *table = c->untyped;
    isize i = (isize)c->env.file - (isize)table->files[0];
    if (i < 0 || i >= table->n_files || table->files[i] != c->env.file) {
        i = 0;
        while (table->files[i] != c->env.file) {
            i++;
            ASSERT(i < table->n_files);
        }
    }
    return number_in(c->scratch, &table->by_file[i], tree_of(c)->n_words, e);
}

static struct UntypedTable *table_new(Checker *c)
{
    struct UntypedTable *table = ARENA_NEW(c->scratch, struct UntypedTable);
    table->files = c->pkg->files;
    table->n_files = c->pkg->n_files;
    table->by_file = ARENA_ARRAY(c->scratch, uint32_t *, table->n_files);
    return table;
}

static uint32_t new_entry(Checker *c)
{
    struct UntypedTable *table = c->untyped;
    if (table->free.len > 0) {
        return table->free.ptr[--table->free.len];
    }
    *VEC_PUSH(c->scratch, &table->entries) = ARENA_NEW(c->scratch, Untyped);
    return (uint32_t)table->entries.len;
}

void record_untyped(Checker *c, AstNode e, bool is_lhs, OperandMode mode, Basic *t, Constant value)
{
    if (c->untyped == NULL) {
        c->untyped = table_new(c);
    }
    uint32_t *number = number_of(c, e);
    *number = *number != 0 ? *number : new_entry(c);
    *c->untyped->entries.ptr[*number - 1] = (Untyped){is_lhs, (uint8_t)mode, t, value};
}

Untyped *recorded_untyped(Checker *c, AstNode e)
{
    if (c->untyped == NULL || e == 0) {
        return NULL;
    }
    uint32_t number = *number_of(c, e);
    return number == 0 ? NULL : c->untyped->entries.ptr[number - 1];
}

void record_forget_untyped(Checker *c, AstNode e)
{
    if (c->untyped == NULL || e == 0) {
        return;
    }
    uint32_t *number = number_of(c, e);
    if (*number != 0) {
        *VEC_PUSH(c->scratch, &c->untyped->free) = *number;
        *number = 0;
    }
}

static void record_rest_of_file(Checker *c, isize index)
{
    const struct UntypedTable *table = c->untyped;
    const uint32_t *by_node = table->by_file[index];
    uint32_t around = c->env.file;
    c->env.file = table->files[index];
    isize n = by_node == NULL ? 0 : c->program->files[c->env.file].ast.n_words;
    for (isize e = 1; e < n; e++) {
        if (by_node[e] != 0) {
            const Untyped *u = table->entries.ptr[by_node[e] - 1];
            const Constant *value = u->mode == MODE_CONSTANT ? &u->value : NULL;
            record_type(c, (AstNode)e, (OperandMode)u->mode, (Type *)u->type, value);
        }
    }
    c->env.file = around;
}

/* Those that are of no other type in the end. */
void record_rest_of_untyped(Checker *c)
{
    for (isize i = 0; c->recording != NULL && c->untyped != NULL && i < c->untyped->n_files; i++) {
        record_rest_of_file(c, i);
    }
}
