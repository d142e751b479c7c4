/*
 * Untyped expressions: 1 << s, x == y, nil, constants.
 *
 * What such an expression is for is known only on the way up: in f(1 << s + 2) the type of 1 is
 * that of f's parameter. Until then each is remembered (record_untyped); when the type is there it
 * is handed down the tree to all that were remembered, and what they have to fulfil is checked: a
 * constant must be representable, the left operand of a shift an integer.
 */
#include "go/types/expr.h"

/* ---- the table ---- */

#define FIRST_SLOTS 64

typedef struct {
    uint64_t key; /* file and node; 0: free */
    Untyped *entry;
} Slot;

/* By hash, at most half full, each as near behind its own place as it goes. Entries stay where they
 * are, and are used again when an expression has its type. */
struct UntypedTable {
    Slot *slots;
    isize n, cap; /* cap is a power of two */
    VEC(Untyped *) free;
};

static uint64_t key_of(const Checker *c, AstNode e)
{
    return (uint64_t)c->env.file << 32 | e;
}

static isize home_of(const struct UntypedTable *t, uint64_t key)
{
    return (isize)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32 & (uint64_t)(t->cap - 1));
}

/* Where the key stands, or else where it belongs. */
static Slot *slot_of(const struct UntypedTable *t, uint64_t key)
{
    isize at = home_of(t, key);
    while (t->slots[at].key != 0 && t->slots[at].key != key) {
        at = (at + 1) & (t->cap - 1);
    }
    return &t->slots[at];
}

static void grow(Arena *a, struct UntypedTable *t)
{
    const struct UntypedTable old = *t;
    t->cap = old.cap == 0 ? FIRST_SLOTS : old.cap * 2;
    t->slots = ARENA_ARRAY(a, Slot, t->cap);
    for (isize i = 0; i < old.cap; i++) {
        if (old.slots[i].key != 0) {
            *slot_of(t, old.slots[i].key) = old.slots[i];
        }
    }
}

static Untyped *add(Checker *c, uint64_t key)
{
    if (c->untyped == NULL) {
        c->untyped = ARENA_NEW(c->scratch, struct UntypedTable);
    }
    struct UntypedTable *t = c->untyped;
    if (t->n * 2 >= t->cap) {
        grow(c->scratch, t);
    }
    Slot *slot = slot_of(t, key);
    if (slot->key == 0) {
        Untyped *unused = t->free.len > 0 ? t->free.ptr[--t->free.len] : NULL;
        *slot = (Slot){key, unused != NULL ? unused : ARENA_NEW(c->scratch, Untyped)};
        t->n++;
    }
    return slot->entry;
}

/* Those behind it that would be nearer to their places move up. */
static void remove_slot(struct UntypedTable *t, isize hole)
{
    isize mask = t->cap - 1;
    for (isize at = (hole + 1) & mask; t->slots[at].key != 0; at = (at + 1) & mask) {
        isize home = home_of(t, t->slots[at].key);
        if (((at - home) & mask) >= ((at - hole) & mask)) {
            t->slots[hole] = t->slots[at];
            hole = at;
        }
    }
    t->slots[hole] = (Slot){0};
    t->n--;
}

void record_untyped(Checker *c, AstNode e, bool is_lhs, OperandMode mode, Basic *t, Constant value)
{
    if (e != 0) {
        *add(c, key_of(c, e)) = (Untyped){is_lhs, (uint8_t)mode, t, value};
    }
}

/* NULL: there is none. */
static Slot *find(const Checker *c, AstNode e)
{
    if (c->untyped == NULL || e == 0) {
        return NULL;
    }
    Slot *slot = slot_of(c->untyped, key_of(c, e));
    return slot->key == 0 ? NULL : slot;
}

Untyped *recorded_untyped(const Checker *c, AstNode e)
{
    const Slot *slot = find(c, e);
    return slot == NULL ? NULL : slot->entry;
}

void record_forget_untyped(Checker *c, AstNode e)
{
    const Slot *slot = find(c, e);
    if (slot != NULL) {
        *VEC_PUSH(c->scratch, &c->untyped->free) = slot->entry;
        remove_slot(c->untyped, slot - c->untyped->slots);
    }
}

void record_rest_of_untyped(Checker *c)
{
    const struct UntypedTable *t = c->untyped;
    TypeFile *around = c->file;
    for (isize i = 0; c->records && t != NULL && i < t->cap; i++) {
        const Untyped *u = t->slots[i].entry;
        if (t->slots[i].key != 0) {
            c->file = &c->program->files[t->slots[i].key >> 32];
            record_type(c, (AstNode)t->slots[i].key, (OperandMode)u->mode, (Type *)u->type,
                        u->mode == MODE_CONSTANT ? &u->value : NULL);
        }
    }
    c->file = around;
}

/* ---- types for them ---- */

void record_operand(Checker *c, const Operand *x)
{
    if (x->mode == MODE_INVALID) {
        return;
    }
    const Constant *value = operand_is_constant(x) ? &x->value : NULL;
    if (x->mode == MODE_NO_VALUE) {
        record_type(c, x->expr, x->mode, NULL, NULL);
    } else if (type_is_typed(x->type)) {
        record_type(c, x->expr, x->mode, x->type, value);
    } else {
        record_untyped(c, x->expr, false, x->mode, (Basic *)x->type,
                       value != NULL ? *value : (Constant){0});
    }
}

void check_update_expr_value(Checker *c, AstNode e, Constant value)
{
    Untyped *untyped = recorded_untyped(c, e);
    if (untyped != NULL) {
        untyped->value = value;
    }
}

/* What hands its type down: operands of constants never get a value at run time, so they keep
 * theirs. */
static void update_operands(Checker *c, AstNode e, const Untyped *old, Type *t, bool is_final)
{
    const AstFile *f = &c->file->ast;
    AstKind kind = ast_kind(f, e);
    if (kind == AST_PAREN_EXPR) {
        check_update_expr_type(c, ast_paren_expr(f, e)->x, t, is_final);
    } else if (old->mode == MODE_CONSTANT) {
        return;
    } else if (kind == AST_UNARY_EXPR) {
        check_update_expr_type(c, ast_unary_expr(f, e)->x, t, is_final);
    } else if (kind == AST_BINARY_EXPR) {
        const AstBinaryExpr *binary = ast_binary_expr(f, e);
        Token op = ast_tok(f, e);
        if (expr_is_comparison(op)) {
            return; /* its operands have their own */
        }
        check_update_expr_type(c, binary->x, t, is_final);
        if (!expr_is_shift(op)) {
            check_update_expr_type(c, binary->y, t, is_final);
        }
    }
}

/* Gives e and its operands the type t when they are still untyped. An untyped t is the last word
 * only if is_final. */
void check_update_expr_type(Checker *c, AstNode e, Type *t, bool is_final)
{
    Untyped *found = e != 0 ? recorded_untyped(c, e) : NULL;
    if (found == NULL) {
        return;
    }
    Untyped old = *found;
    update_operands(c, e, &old, t, is_final);
    if (!is_final && !type_is_typed(t)) {
        found = recorded_untyped(c, e);
        if (found != NULL) {
            found->type = (Basic *)type_under(t);
        }
        return;
    }
    record_forget_untyped(c, e);
    if (old.is_lhs && !type_all(t, IS_INTEGER)) {
        check_error(c, e, CODE_INVALID_SHIFT_OPERAND,
                    "invalid operation: shifted operand %x (type %t) must be integer", e, t);
        return;
    }
    if (old.mode == MODE_CONSTANT) {
        Operand x = {
            .mode = MODE_CONSTANT, .expr = e, .type = (Type *)old.type, .value = old.value};
        check_convert_untyped(c, &x, t);
        if (!operand_is_valid(&x)) {
            return;
        }
    }
    record_type(c, e, (OperandMode)old.mode, t, old.mode == MODE_CONSTANT ? &old.value : NULL);
}

static bool is_pointer(Type *t)
{
    return type_kind(type_under(t)) == TYPE_POINTER;
}

/* Whether one of two operands may take the type of the other. If so, and it cannot, that is what is
 * told; if not, that the types do not match. */
static bool may_convert(Checker *c, const Operand *x, const Operand *y)
{
    Type *t = x->type;
    Type *u = y->type;
    if ((type_is_typed(t) && type_is_typed(u)) ||
        type_all(t, IS_NUMERIC) != type_all(u, IS_NUMERIC)) {
        return false;
    }
    if (type_is_non_param_interface(t) || type_is_non_param_interface(u)) {
        return true;
    }
    if (type_all(t, IS_BOOLEAN) != type_all(u, IS_BOOLEAN) ||
        type_all(t, IS_STRING) != type_all(u, IS_STRING)) {
        return false;
    }
    if (operand_is_nil(c, x)) {
        return type_has_nil(u);
    }
    if (operand_is_nil(c, y)) {
        return type_has_nil(t);
    }
    return !is_pointer(t) && !is_pointer(u);
}

void check_match_types(Checker *c, Operand *x, Operand *y)
{
    if (!may_convert(c, x, y)) {
        return;
    }
    check_convert_untyped(c, x, y->type);
    if (!operand_is_valid(x)) {
        return;
    }
    check_convert_untyped(c, y, x->type);
    if (!operand_is_valid(y)) {
        operand_invalidate(x);
    }
}
