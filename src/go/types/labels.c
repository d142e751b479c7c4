/*
 * Labels of a function, and the jumps to them: each label is declared once and used, break and
 * continue name a statement around them, goto stays in its block or leaves it, and does not pass
 * over the declaration of a variable.
 *
 * Blocks are gone through in the order of the source. A goto whose label has not come yet is
 * put on the list of jumps; when its block ends it is a jump of the block around. The jumps of
 * the block at hand are the last ones of the list, and of these the first n_over come before a
 * variable.
 */
#include "go/types/stmt.h"

typedef struct Block Block;
struct Block {
    Block *parent;
    AstNode labeled; /* statement that the block belongs to, 0: none */
    bool is_open;    /* it is around where we are */
    isize first_jump, n_over;
    SourcePos variable; /* the last one declared */
};

typedef struct {
    Object *label;
    const Block *block;
} Label;

typedef struct {
    Checker *check;
    const AstFile *file;
    Scope *all;
    VEC(Label) labels; /* by Object.label */
    VEC(AstNode) jumps;
    Block *block;
} Labels;

static AstNode target_of(const Labels *l, AstNode branch)
{
    return ast_branch_stmt(l->file, branch)->label;
}

static void go_over(Labels *l, AstNode labeled, AstNode s);

static void open_block(Labels *l, AstNode labeled, AstNodes list)
{
    Block *b = ARENA_NEW(l->check->scratch, Block);
    *b = (Block){.parent = l->block, .labeled = labeled, .is_open = true};
    b->first_jump = l->jumps.len;
    l->block = b;
    for (isize i = 0; i < list.len; i++) {
        go_over(l, 0, list.ptr[i]);
    }
    b->is_open = false;
    l->block = b->parent;
}

/* ---- declarations ---- */

static void note_variable(Labels *l, SourcePos pos)
{
    l->block->variable = pos;
    l->block->n_over = l->jumps.len - l->block->first_jump;
}

/* Takes the jumps to a label that is declared now off the list. */
static void resolve_jumps(Labels *l, Object *label)
{
    Checker *c = l->check;
    Block *b = l->block;
    isize kept = b->first_jump, n_over = b->n_over;
    for (isize i = b->first_jump; i < l->jumps.len; i++) {
        AstNode jump = l->jumps.ptr[i], target = target_of(l, jump);
        bool is_over = i - b->first_jump < n_over;
        if (ast_name(l->file, target) != label->name) {
            l->jumps.ptr[kept++] = jump;
            continue;
        }
        b->n_over -= is_over;
        label->is_used = true;
        record_use(c, target, label);
        if (is_over) {
            int line = (int)check_place_line(c, check_pos(c, b->variable));
            check_soft_error(c, check_node_pos(c, target), CODE_JUMP_OVER_DECL,
                             "goto %n jumps over variable declaration at line %d", label->name,
                             line);
        }
    }
    l->jumps.len = kept;
}

static void declare_label(Labels *l, AstNode ident)
{
    Checker *c = l->check;
    Object *o = check_new_object(c, OBJECT_LABEL, ast_pos(l->file, ident), ast_name(l->file, ident),
                                 check_basic(c, BASIC_INVALID));
    Object *alt = scope_insert(c->scratch, l->all, o);
    if (alt != NULL) {
        ErrorDesc e = check_error_begin(c, CODE_DUPLICATE_LABEL);
        e.is_soft = true;
        error_add(&e, o->pos, "label %n already declared", o->name);
        error_add_alt_decl(&e, alt);
        error_report(&e);
    } else {
        o->label = (uint32_t)l->labels.len;
        *VEC_PUSH(c->scratch, &l->labels) = (Label){o, l->block};
        record_def(c, ident, o);
    }
    resolve_jumps(l, o);
}

/* ---- jumps ---- */

/* The statement of that label around here, 0: none. */
static AstNode enclosing(const Labels *l, Name name)
{
    for (const Block *b = l->block; b != NULL; b = b->parent) {
        if (b->labeled == 0) {
            continue;
        }
        const AstLabeledStmt *s = ast_labeled_stmt(l->file, b->labeled);
        if (ast_name(l->file, s->label) == name) {
            return s->stmt;
        }
    }
    return 0;
}

static bool is_loop(const Labels *l, AstNode s)
{
    AstKind kind = ast_kind(l->file, s);
    return kind == AST_FOR_STMT || kind == AST_RANGE_STMT;
}

static void go_over_branch(Labels *l, AstNode s)
{
    Checker *c = l->check;
    AstNode target = target_of(l, s);
    if (target == 0) {
        return; /* check_stmt looked at it */
    }
    Name name = ast_name(l->file, target);
    Object *label = scope_lookup(l->all, name);
    Token tok = ast_tok(l->file, s);
    if (tok == TOKEN_GOTO) {
        if (label == NULL || !l->labels.ptr[label->label].block->is_open) {
            *VEC_PUSH(c->scratch, &l->jumps) = s; /* the label may come later */
            return;
        }
    } else {
        bool is_break = tok == TOKEN_BREAK;
        if (c->is_compiler && label != NULL) {
            label->is_used = true; /* also where it is none to jump to: one error is enough */
        }
        AstNode around = enclosing(l, name);
        if (around == 0 ||
            !(is_break ? stmt_breakable_body(l->file, around) != 0 : is_loop(l, around))) {
            check_error(c, target, CODE_MISPLACED_LABEL,
                        is_break ? "invalid break label %n" : "invalid continue label %n", name);
            return;
        }
    }
    label->is_used = true;
    record_use(c, target, label);
}

/* ---- statements ---- */

static bool declares_variable(const AstFile *f, AstNode s)
{
    AstKind kind = ast_kind(f, s);
    if (kind == AST_ASSIGN_STMT) {
        return ast_tok(f, s) == TOKEN_DEFINE;
    }
    if (kind != AST_DECL_STMT) {
        return false;
    }
    AstNode decl = ast_decl_stmt(f, s)->decl;
    return ast_kind(f, decl) == AST_GEN_DECL && ast_tok(f, decl) == TOKEN_VAR;
}

/* labeled: the statement whose label s has, 0: it has none. */
static void go_over(Labels *l, AstNode labeled, AstNode s)
{
    const AstFile *f = l->file;
    AstKind kind = ast_kind(f, s);
    AstNode body = stmt_breakable_body(f, s);
    if (body != 0) {
        go_over(l, labeled, body);
    } else if (declares_variable(f, s)) {
        note_variable(l, ast_pos(f, s));
    } else if (kind == AST_LABELED_STMT) {
        const AstLabeledStmt *stmt = ast_labeled_stmt(f, s);
        if (ast_name(f, stmt->label) != NAME_BLANK) {
            declare_label(l, stmt->label);
            labeled = s;
        }
        go_over(l, labeled, stmt->stmt);
    } else if (kind == AST_BRANCH_STMT) {
        go_over_branch(l, s);
    } else if (kind == AST_BLOCK_STMT) {
        open_block(l, labeled, ast_list(f, &ast_block_stmt(f, s)->list));
    } else if (kind == AST_IF_STMT) {
        go_over(l, labeled, ast_if_stmt(f, s)->body);
        if (ast_if_stmt(f, s)->els != 0) {
            go_over(l, labeled, ast_if_stmt(f, s)->els);
        }
    } else if (kind == AST_CASE_CLAUSE) {
        open_block(l, 0, ast_list(f, &ast_case_clause(f, s)->body));
    } else if (kind == AST_COMM_CLAUSE) {
        open_block(l, 0, ast_list(f, &ast_comm_clause(f, s)->body));
    }
}

/* The label of a jump that is left was not declared, or stands in a block that the jump is not in.
 */
static void tell_lost_jump(Labels *l, AstNode jump)
{
    AstNode target = target_of(l, jump);
    Name name = ast_name(l->file, target);
    Object *label = scope_lookup(l->all, name);
    if (label == NULL) {
        check_error(l->check, target, CODE_UNDECLARED_LABEL, "label %n not declared", name);
        return;
    }
    label->is_used = true; /* one error is enough */
    check_error(l->check, target, CODE_JUMP_INTO_BLOCK, "goto %n jumps into block", name);
}

void check_labels(Checker *c, AstNode body)
{
    Labels l = {.check = c, .file = check_ast(c), .all = scope_new(c->scratch, NULL)};
    open_block(&l, 0, ast_list(l.file, &ast_block_stmt(l.file, body)->list));
    for (isize i = 0; i < l.jumps.len; i++) {
        tell_lost_jump(&l, l.jumps.ptr[i]);
    }
    for (isize i = 0; i < l.labels.len; i++) {
        const Object *o = l.labels.ptr[i].label;
        if (!o->is_used) {
            check_soft_error(c, o->pos, CODE_UNUSED_LABEL, "label %n declared and not used",
                             o->name);
        }
    }
}
