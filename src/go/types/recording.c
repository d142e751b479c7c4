/*
 * What is found out of nodes, for those who want to know. It lies beside the tree of a file, a slot
 * of eight bytes for each of its words: every node of which something is recorded has two words or
 * more, so its type is in its first slot, and in the second what else there is of it. Where that is
 * several things, as of a name for a constant, they are elsewhere.
 */
#include "go/types/recording.h"

void recording_begin(Checker *c)
{
    c->records = true;
    for (isize i = 0; i < c->pkg->n_files; i++) {
        TypeFile *f = &c->program->files[c->pkg->files[i]];
        f->recorded = ARENA_ARRAY(c->scratch, RecordedSlot, f->ast.n_words);
    }
}

/* ---- slots ---- */

/* How many kinds there are of a node that come before one. */
static int n_before(const RecordedSlot *s, RecordedKind kind)
{
    return __builtin_popcount(s->first.has & ((1u << kind) - 1));
}

/* Where that of a kind is, which is there. */
static RecordedPart *part_of(RecordedSlot *s, RecordedKind kind)
{
    bool is_alone = s->first.has == 1u << kind;
    return is_alone ? &s[1].second : s[1].second.several + n_before(s, kind);
}

/* What there was alone becomes one of several, which are in the order of their kinds. */
static RecordedPart *add_part(Arena *a, RecordedSlot *s, RecordedKind kind)
{
    int n = __builtin_popcount(s->first.has), at = n_before(s, kind);
    const RecordedPart *old = n == 1 ? &s[1].second : s[1].second.several;
    RecordedPart *all = arena_room(a, (n + 1) * (isize)sizeof *all, _Alignof(RecordedPart));
    memcpy(all, old, (size_t)at * sizeof *all);
    memcpy(all + at + 1, old + at, (size_t)(n - at) * sizeof *all);
    s->first.has |= (uint8_t)(1u << kind);
    s[1].second.several = all;
    return all + at;
}

static void put(const Checker *c, RecordedSlot *s, RecordedKind kind, RecordedPart part)
{
    unsigned bit = 1u << kind;
    if ((s->first.has & ~bit) == 0) { /* nearly always: it is alone */
        s->first.has = (uint8_t)bit;
        s[1].second = part;
    } else {
        *(s->first.has & bit ? part_of(s, kind) : add_part(c->lasting, s, kind)) = part;
    }
}

/* The slots of a node of the file of the environment; NULL: nobody asked for a recording. */
static RecordedSlot *slots_of(const Checker *c, AstNode n)
{
    RecordedSlot *slots = c->file->recorded;
    if (slots == NULL || n == 0) {
        return NULL;
    }
    ASSERT(n < c->file->ast.n_words - 1);
    return slots + n;
}

/* ---- asking ---- */

static RecordedSlot *slots_at(const Program *p, uint32_t file, AstNode n)
{
    ASSERT(n < p->files[file].ast.n_words);
    return p->files[file].recorded + n;
}

bool recorded_has(const Program *p, uint32_t file, AstNode n, RecordedKind kind)
{
    return slots_at(p, file, n)->first.has & 1u << kind;
}

/* All bits 0: it is not there. */
static RecordedPart recorded_part(const Program *p, uint32_t file, AstNode n, RecordedKind kind)
{
    return recorded_has(p, file, n, kind) ? *part_of(slots_at(p, file, n), kind)
                                          : (RecordedPart){0};
}

RecordedType recorded_type(const Program *p, uint32_t file, AstNode e)
{
    const RecordedSlot *s = slots_at(p, file, e);
    return (RecordedType){(OperandMode)s->first.mode, program_type(p, s->first.type),
                          recorded_part(p, file, e, RECORDED_VALUE).value};
}

Object *recorded_object(const Program *p, uint32_t file, AstNode n, RecordedKind kind)
{
    return recorded_part(p, file, n, kind).object;
}

const RecordedSelection *recorded_selection(const Program *p, uint32_t file, AstNode e)
{
    return recorded_part(p, file, e, RECORDED_SELECTION).selection;
}

const RecordedInstance *recorded_instance(const Program *p, uint32_t file, AstNode ident)
{
    return recorded_part(p, file, ident, RECORDED_INSTANCE).instance;
}

/* ---- recording ---- */

static const AstFile *tree_of(const Checker *c)
{
    return &c->file->ast;
}

static void set_type(RecordedSlot *s, OperandMode mode, const Type *t)
{
    ASSERT(t == NULL || t->id != 0);
    s->first.mode = (uint8_t)mode;
    s->first.type = t == NULL ? 0 : t->id;
}

void record_type(Checker *c, AstNode e, OperandMode mode, Type *t, const Constant *value)
{
    RecordedSlot *s = slots_of(c, e);
    if (s == NULL || mode == MODE_INVALID) {
        return;
    }
    set_type(s, mode, t);
    if (value != NULL) {
        put(c, s, RECORDED_VALUE, (RecordedPart){.value = *value});
    } else if (s->first.has & 1u << RECORDED_VALUE) { /* from when e was looked at before */
        put(c, s, RECORDED_VALUE, (RecordedPart){0});
    }
}

static void record_object(Checker *c, AstNode n, RecordedKind kind, Object *o)
{
    RecordedSlot *s = slots_of(c, n);
    if (s != NULL) {
        put(c, s, kind, (RecordedPart){.object = o});
    }
}

void record_def(Checker *c, AstNode ident, Object *o)
{
    record_object(c, ident, RECORDED_DEF, o);
}

void record_use(Checker *c, AstNode ident, Object *o)
{
    record_object(c, ident, RECORDED_USE, o);
}

void record_implicit(Checker *c, AstNode n, Object *o)
{
    record_object(c, n, RECORDED_IMPLICIT, o);
}

void record_selection(Checker *c, AstNode e, unsigned kind, Type *recv, const Found_ *found)
{
    RecordedSlot *slots = slots_of(c, e);
    if (slots == NULL) {
        return;
    }
    isize n = found->n_path * (isize)sizeof *found->path;
    RecordedSelection *s =
        arena_room(c->lasting, (isize)sizeof *s + n, _Alignof(RecordedSelection));
    *s = (RecordedSelection){recv, found->object, kind, found->is_indirect, (int32_t)found->n_path};
    memcpy(s->path, found->path, (size_t)n);
    put(c, slots, RECORDED_SELECTION, (RecordedPart){.selection = s});
    record_use(c, ast_selector_expr(tree_of(c), e)->sel, found->object);
}

void record_feature(Checker *c, ObjectPos at, LangFeature feature)
{
    if (c->records) {
        *VEC_PUSH(c->lasting, &c->features) = (UsedFeature){at, feature};
    }
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
    if (!c->records || x->mode == MODE_INVALID) {
        return;
    }
    const AstFile *ast = tree_of(c);
    for (; e != 0; e = ast_kind(ast, e) == AST_PAREN_EXPR ? ast_paren_expr(ast, e)->x : 0) {
        Object **vars = ARENA_ARRAY(c->arena, Object *, 2);
        vars[0] = new_value(c, ast_pos(ast, e), x->type);
        vars[1] = new_value(c, ast_pos(ast, e), second);
        Tuple *tuple = check_new_type(c, TYPE_TUPLE, (isize)sizeof(Tuple));
        tuple->vars = (Objects){vars, 2};
        RecordedSlot *s = slots_of(c, e);
        set_type(s, (OperandMode)s->first.mode, &tuple->t);
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
    AstNode name = c->records ? instantiated_name(tree_of(c), e) : 0;
    if (name != 0) {
        RecordedInstance *i = ARENA_NEW(c->lasting, RecordedInstance);
        *i = (RecordedInstance){targs, with_receiver(c, t)};
        put(c, slots_of(c, name), RECORDED_INSTANCE, (RecordedPart){.instance = i});
    }
}
