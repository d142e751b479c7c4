/*
 * Bodies of functions, after the declarations of their package.
 *
 * They are divided into parts. Each part has a checker of its own, and sees no other part: of what
 * was made before it finds the declarations and their instances, which are not changed any more,
 * but by compare and swap, as by importers.
 *
 * Parts depend on the source alone, never on how many threads there are, and what they find is put
 * into the order in which go/types would have found it: a part's errors have turns (CheckTurn), and
 * one that only follows from another is kept until it is known whether there is another.
 */
#include "base/sort.h"
#include "go/types/context.h"
#include "go/types/decl.h"

#define FIRST_BYTES (16 * KIB) /* of the arena of a part */

typedef struct {
    isize first, n; /* in Checker.bodies */
    Arena lasting;  /* where there are several parts */
    Checker check;  /* once the part is checked, for what it found */
} Part;

struct CheckBodies {
    const Checker *declarer;
    VEC(Part) parts;
};

/* ---- dividing ---- */

static isize body_length(const Checker *c, const Action *body)
{
    const AstFile *f = &c->program->files[body->file].ast;
    const AstBlockStmt *block = ast_block_stmt(f, ((const FuncBody *)body->arg)->body);
    return (isize)(block->rbrace - block->lbrace);
}

CheckBodies *check_bodies_divide(Checker *c, isize bytes)
{
    CheckBodies *b = ARENA_NEW(c->scratch, CheckBodies);
    b->declarer = c;
    isize n = bytes; /* of the last part */
    for (isize i = 0; i < c->bodies.len; i++) {
        if (n >= bytes) {
            *VEC_PUSH(c->scratch, &b->parts) = (Part){.first = i};
            n = 0;
        }
        b->parts.ptr[b->parts.len - 1].n++;
        n += body_length(c, &c->bodies.ptr[i]);
    }
    return b;
}

isize check_bodies_n_parts(const CheckBodies *b)
{
    return b->parts.len;
}

/* ---- a part ---- */

/* What all bodies see of the package. */
static Checker checker_for_bodies(const Checker *declarer, const BodiesWorker *worker)
{
    return (Checker){
        .arena = worker->kept,
        .declarer = declarer,
        .program = declarer->program,
        .names = worker->names,
        .pkg = declarer->pkg,
        .records = declarer->records,
        .is_declared = true,
        .is_compiler = declarer->is_compiler,
        .stack_floor = worker->stack_floor,
        .objects = {.ptr = declarer->objects.ptr, .len = declarer->objects.len},
        .declarations = declarer->declarations,
        .package_names = {.ptr = declarer->package_names.ptr, .len = declarer->package_names.len}};
}

void check_bodies_part(CheckBodies *b, isize part, BodiesWorker worker)
{
    const Checker *declarer = b->declarer;
    Part *p = &b->parts.ptr[part];
    Checker *c = &p->check; /* types point to it while they are made */
    *c = checker_for_bodies(declarer, &worker);
    if (b->parts.len == 1) {
        c->scratch = declarer->scratch;
        c->lasting = declarer->scratch;
    } else {
        p->lasting = arena_init(FIRST_BYTES);
        c->scratch = &worker.scratch;
        c->lasting = &p->lasting;
    }
    c->values = c->records ? c->lasting : c->scratch;
    for (isize i = 0; i < p->n; i++) {
        *VEC_PUSH(c->scratch, &c->actions) = declarer->bodies.ptr[p->first + i];
    }
    check_process_delayed(c, 0);
    check_clean_up(c);
    record_rest_of_untyped(c);
    c->scratch = NULL; /* what was found is elsewhere */
}

/* ---- joining ---- */

static int compare_turns(const void *x, const void *y)
{
    CheckTurn a = ((const TypeError *)x)->turn, b = ((const TypeError *)y)->turn;
    return (a > b) - (a < b);
}

/* Puts errors into their order, and drops those that only follow from one before them: also from
 * one in another package, which go/types has no thought of. */
static void order_errors(const Checker *c, TypeErrors *errors)
{
    isize n = 0;
    bool blames_others = check_blames_others(c);
    sort_array(errors->ptr, errors->len, (isize)sizeof *errors->ptr, compare_turns);
    for (isize i = 0; i < errors->len; i++) {
        const TypeError *e = &errors->ptr[i];
        if (blames_others ? !e->only_follows && !e->is_doubtful : n == 0 || !e->only_follows) {
            errors->ptr[n++] = *e;
        }
    }
    errors->len = n;
}

static int compare_features(const void *x, const void *y)
{
    const UsedFeature *a = x, *b = y;
    int order = (a->at.file > b->at.file) - (a->at.file < b->at.file);
    order = order != 0 ? order : (a->feature > b->feature) - (a->feature < b->feature);
    return order != 0 ? order : (a->at.pos > b->at.pos) - (a->at.pos < b->at.pos);
}

/* By file, feature and place, each once: what was looked at twice is there twice. */
static void order_features(Checker *c)
{
    UsedFeature *all = c->features.ptr;
    isize n = 0;
    sort_array(all, c->features.len, (isize)sizeof *all, compare_features);
    for (isize i = 0; i < c->features.len; i++) {
        if (n == 0 || compare_features(&all[n - 1], &all[i]) != 0) {
            all[n++] = all[i];
        }
    }
    c->features.len = n;
}

static void join_part(Checker *c, const Checker *part)
{
    for (isize i = 0; i < part->errors.len; i++) {
        *VEC_PUSH(c->arena, &c->errors) = part->errors.ptr[i];
    }
    for (isize i = 0; i < part->written.len; i++) {
        *VEC_PUSH(c->scratch, &c->written) = part->written.ptr[i];
    }
    for (isize i = 0; i < part->features.len; i++) {
        *VEC_PUSH(c->scratch, &c->features) = part->features.ptr[i];
    }
    mono_join(c, part);
    c->n_expressions += part->n_expressions;
    c->n_untyped += part->n_untyped;
}

void check_bodies_join(Checker *c, const CheckBodies *b)
{
    for (isize i = 0; i < b->parts.len; i++) {
        join_part(c, &b->parts.ptr[i].check);
    }
    order_errors(c, &c->errors);
    order_features(c);
}

void check_bodies_done(CheckBodies *b)
{
    for (isize i = 0; b->parts.len > 1 && i < b->parts.len; i++) {
        arena_done(&b->parts.ptr[i].lasting);
    }
}
