/* Cycles that are seen from type names alone, and types that are asked for too early. */
#include "go/types/decl.h"

/* ---- direct cycles ---- */

/* What the walk knows of each object: its place on the path from 1 on, or one of these. */
enum { IS_NEW = 0, IS_DONE = -1 };

/* The type name of this package that a type's right-hand side consists of; NULL: it is something
 * else, which cannot lead back. */
static Object *next_name(const Checker *c, const Object *o)
{
    const Declaration *d = check_declaration(c, o);
    const AstFile *f = &c->program->files[d->file].ast;
    AstNode rhs = ast_type_spec(f, d->tdecl)->type;
    if (ast_kind(f, rhs) != AST_IDENT) {
        return NULL;
    }
    Object *next = scope_lookup(c->pkg->scope, ast_name(f, rhs));
    return next != NULL && next->kind == OBJECT_TYPE_NAME ? next : NULL;
}

/* Follows names from o on; path has room for all objects. */
static void follow(Checker *c, Object *o, int32_t *states, Object **path)
{
    isize n = 0;
    while (o != NULL) {
        int32_t *state = &states[o->order - 1];
        if (*state == IS_DONE) {
            break;
        }
        if (*state != IS_NEW) {
            isize start = *state - 1;
            o->type = check_basic(c, BASIC_INVALID);
            isize first = check_first_in_source(path + start, n - start);
            check_cycle_error(c, path + start, n - start, first);
            break;
        }
        path[n++] = o;
        *state = (int32_t)n;
        o = next_name(c, o);
    }
    for (isize i = 0; i < n; i++) {
        states[path[i]->order - 1] = IS_DONE;
    }
}

void check_direct_cycles(Checker *c)
{
    int32_t *states = ARENA_ARRAY(c->scratch, int32_t, c->objects.len);
    Object **path = ARENA_ARRAY(c->scratch, Object *, c->objects.len);
    for (isize i = 0; i < c->objects.len; i++) {
        if (c->objects.ptr[i]->kind == OBJECT_TYPE_NAME) {
            follow(c, c->objects.ptr[i], states, path);
        }
    }
}

/* ---- types that are not complete yet ---- */

static bool is_on_path(Checker *c, const Object *o)
{
    isize start = c->path.len - 1;
    while (start >= 0 && c->path.ptr[start] != o) {
        start--;
    }
    if (start < 0) {
        return false;
    }
    Object **cycle = c->path.ptr + start;
    isize n = c->path.len - start;
    check_cycle_error(c, cycle, n, check_first_in_source(cycle, n));
    return true;
}

bool check_is_complete(Checker *c, Type *t)
{
    /* Names behind names: each may be the one that is being declared. A chain that leads to itself
     * (an error told elsewhere) is left when it meets the type remembered at a power of two. */
    const Type *remembered = NULL;
    isize steps = 0, power = 1;
    while (t != NULL && t != remembered) {
        const Object *o = NULL;
        Type *rhs = NULL;
        if (type_kind(t) == TYPE_ALIAS) {
            o = ((Alias *)t)->obj;
            rhs = ((Alias *)t)->from_rhs;
        } else if (type_kind(t) == TYPE_NAMED) {
            o = ((Named *)t)->obj;
            rhs = __atomic_load_n(&((Named *)t)->from_rhs, __ATOMIC_ACQUIRE);
        } else {
            return true;
        }
        if (o->is_pending && is_on_path(c, o)) {
            return false;
        }
        if (++steps == power) {
            remembered = t;
            power *= 2;
        }
        t = rhs;
    }
    return true;
}
