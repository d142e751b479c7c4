#include "go/compat/floor.h"

#include "base/sort.h"
#include "go/mod/version.h"

#define FIRST_WITH_MODULES 11 /* N of Go 1.N: what is older has no go line at all */

static bool counts(const CodeUse *use)
{
    return use->kind != USE_LOOP && !use->is_guarded && use->since > FIRST_WITH_MODULES;
}

static void add_uses(Arena *a, const CodeUses *uses, FloorSteps *steps)
{
    for (isize i = 0; i < uses->len; i++) {
        const CodeUse *use = &uses->ptr[i];
        if (counts(use)) {
            *VEC_PUSH(a, steps) = (FloorStep){
                .go = str_format(a, "1.%d", use->since), .use = use, .is_test = use->is_test};
        }
    }
}

/* The own go lines are what is to be judged, so they do not count. */
static void add_modules(Arena *a, const Compat *modules, FloorSteps *steps)
{
    for (isize i = 0; i < modules->modules.len; i++) {
        const CompatModule *m = &modules->modules.ptr[i];
        if (!m->is_main && m->needs.len > 0) {
            *VEC_PUSH(a, steps) = (FloorStep){.go = m->needs, .module = m};
        }
    }
}

static void add_lines(Arena *a, const GoMod *main, FloorSteps *steps)
{
    Str word, since = compat_needed_by_lines(main, &word);
    if (since.len > 0) {
        *VEC_PUSH(a, steps) = (FloorStep){.go = since, .word = word};
    }
}

/* Newest first, tests last; what a person can change most easily first. */
static int compare_steps(const void *x, const void *y)
{
    const FloorStep *a = x, *b = y;
    int order = goversion_compare(b->go, a->go);
    order = order != 0 ? order : (a->is_test > b->is_test) - (a->is_test < b->is_test);
    return order != 0 ? order : (a->module != NULL) - (b->module != NULL);
}

/* Leaves the first of each version, apart for tests. */
static void thin(FloorSteps *steps)
{
    isize n = 0;
    for (isize i = 0; i < steps->len; i++) {
        FloorStep *last = n == 0 ? NULL : &steps->ptr[n - 1];
        if (last != NULL && goversion_compare(last->go, steps->ptr[i].go) == 0 &&
            last->is_test == steps->ptr[i].is_test) {
            last->n_others++;
        } else {
            steps->ptr[n++] = steps->ptr[i];
        }
    }
    steps->len = n;
}

static LineVerdict judge(Arena scratch, const Floor *f)
{
    if (f->line.len == 0) {
        return LINE_NONE;
    }
    int order = goversion_compare(f->line, f->lowest);
    /* "1.22.0" says no more than "1.22" does. */
    bool is_same = str_eq(f->line, str_concat(&scratch, f->lowest, S(".0")));
    return order < 0               ? LINE_TOO_LOW
           : f->is_partial         ? LINE_UNKNOWN
           : order == 0 || is_same ? LINE_FITS
                                   : LINE_HIGHER;
}

void floor_find(Arena *a, const CodeUses *uses, const Compat *modules, const GoMod *main, Str line,
                bool is_partial, Floor *ret)
{
    *ret = (Floor){.line = line, .is_partial = is_partial};
    if (modules != NULL && modules->is_partial) {
        ret->is_partial = true;
    }
    add_uses(a, uses, &ret->steps);
    if (modules != NULL) {
        add_modules(a, modules, &ret->steps);
    }
    if (main != NULL) {
        add_lines(a, main, &ret->steps);
    }
    sort_array(ret->steps.ptr, ret->steps.len, sizeof(FloorStep), compare_steps);
    thin(&ret->steps);
    for (isize i = 0; i < ret->steps.len; i++) {
        const FloorStep *s = &ret->steps.ptr[i];
        ret->lowest_with_tests = i == 0 ? s->go : ret->lowest_with_tests;
        if (!s->is_test && ret->lowest.len == 0) {
            ret->lowest = s->go;
        }
    }
    ret->verdict = judge(*a, ret);
}
