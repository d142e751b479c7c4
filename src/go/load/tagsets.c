#include "go/load/tagsets.h"

#include "go/load/constraint.h"

/* ---- what a tag does ---- */

static bool is_release(Str tag)
{
    return str_eq(tag, S("go1")) || str_starts_with(tag, S("go1."));
}

/* Tags that something else than -tags decides. */
static bool is_fixed(const Target *t, Str tag)
{
    static const Str words[] = {STR_CONST("cgo"),  STR_CONST("gc"),          STR_CONST("gccgo"),
                                STR_CONST("unix"), STR_CONST("race"),        STR_CONST("msan"),
                                STR_CONST("asan"), STR_CONST("boringcrypto")};
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(words[i], tag)) {
            return true;
        }
    }
    return target_is_os(t, tag) || target_is_arch(t, tag) || is_release(tag) ||
           str_starts_with(tag, S("goexperiment.")) || target_is_arch(t, str_cut(tag, '.').head);
}

/* The tags of t without one, or with one more. */
static Strs other_tags(Arena *a, const Target *t, Str tag)
{
    Strs tags = {0};
    for (isize i = 0; i < t->tags.len; i++) {
        if (!str_eq(t->tags.ptr[i], tag)) {
            *VEC_PUSH(a, &tags) = t->tags.ptr[i];
        }
    }
    if (!strs_has(&t->tags, tag)) {
        *VEC_PUSH(a, &tags) = tag;
    }
    return tags;
}

/* The entries of both are the same, in the same order, unless somebody changes the directory. */
static void compare(Arena *a, const BuildFiles *before, const BuildFiles *after, TagEffect *effect)
{
    for (isize i = 0; i < MIN(before->len, after->len); i++) {
        const BuildFile *x = &before->ptr[i], *y = &after->ptr[i];
        if (!str_eq(x->name, y->name) || tagsets_is_in(x) == tagsets_is_in(y)) {
            continue;
        }
        *VEC_PUSH(a, tagsets_is_in(y) ? &effect->adds : &effect->removes) = x->name;
    }
}

bool tagsets_effects(Arena *a, const Target *t, const BuildPackage *p, TagEffects *ret, Err *err)
{
    TagEffects effects = {0};
    for (isize i = 0; i < p->all_tags.len && effects.len < TAGSETS_MAX_TAGS; i++) {
        Str tag = p->all_tags.ptr[i];
        if (is_fixed(t, tag)) {
            continue;
        }
        Target other = *t;
        BuildPackage changed;
        other.tags = other_tags(a, t, tag);
        if (!buildpkg_read(a, &other, p->dir, &changed, err)) {
            return false;
        }
        TagEffect effect = {.tag = tag, .is_set = strs_has(&t->tags, tag)};
        compare(a, &p->files, &changed.files, &effect);
        *VEC_PUSH(a, &effects) = effect;
    }
    *ret = effects;
    return true;
}

/* ---- what can be ---- */

typedef struct {
    const Target *target;
    Strs tags; /* of the line, each once */
    unsigned assignment;
} Trial;

static void collect(Arena *a, const Constraint *x, Strs *tags)
{
    if (x->kind == CONSTRAINT_TAG) {
        if (!strs_has(tags, x->tag)) {
            *VEC_PUSH(a, tags) = x->tag;
        }
        return;
    }
    collect(a, x->x, tags);
    if (x->y != NULL) {
        collect(a, x->y, tags);
    }
}

static bool is_true(const Trial *trial, isize i)
{
    return (trial->assignment >> i & 1) != 0;
}

static bool tag_holds(void *context, Str tag)
{
    const Trial *trial = context;
    for (isize i = 0; i < trial->tags.len; i++) {
        if (str_eq(trial->tags.ptr[i], tag)) {
            return is_true(trial, i);
        }
    }
    return false;
}

/* N of go1.N; -1 for another tag. */
static int64_t minor_of(Str tag)
{
    int64_t minor;
    return str_eat_prefix(&tag, S("go1.")) && str_parse_decimal(tag, INT32_MAX, &minor) ? minor
                                                                                        : -1;
}

/* Whether a target of this system can give the tags of systems the values they have. Empty: it is
 * one that the line does not name. */
static bool fits_system(const Trial *trial, Str os)
{
    Target target = *trial->target;
    target.os = os;
    for (isize i = 0; i < trial->tags.len; i++) {
        Str tag = trial->tags.ptr[i];
        bool is_unix = str_eq(tag, S("unix"));
        if (os.len == 0 && is_unix) {
            continue; /* there are systems of both kinds */
        }
        if ((is_unix || target_is_os(&target, tag)) &&
            target_holds(&target, tag) != is_true(trial, i)) {
            return false;
        }
    }
    return true;
}

static bool has_system(const Trial *trial)
{
    if (fits_system(trial, S(""))) {
        return true;
    }
    for (isize i = 0; i < trial->target->names.os.len; i++) {
        if (fits_system(trial, trial->target->names.os.ptr[i])) {
            return true;
        }
    }
    return false;
}

/* Whether a build can have these tags together, and no others of those that are named. */
static bool can_be(const Trial *trial)
{
    isize n_archs = 0;
    for (isize i = 0; i < trial->tags.len; i++) {
        Str tag = trial->tags.ptr[i];
        n_archs += target_is_arch(trial->target, tag) && is_true(trial, i);
        for (isize k = 0; k < trial->tags.len; k++) {
            int64_t x = minor_of(tag), y = minor_of(trial->tags.ptr[k]);
            if (x > y && y >= 0 && is_true(trial, i) && !is_true(trial, k)) {
                return false; /* a later release has the tags of those before it */
            }
        }
    }
    return n_archs <= 1 && has_system(trial) &&
           !(tag_holds((void *)trial, S("gc")) && tag_holds((void *)trial, S("gccgo")));
}

TagsetsOutcome tagsets_possible(Arena *a, const Target *t, Str line)
{
    const Constraint *x;
    Diagnostic wrong;
    Trial trial = {.target = t};
    if (!constraint_parse(a, line, &x, &wrong)) {
        return TAGSETS_UNKNOWN;
    }
    /* A system fits when what target_holds says of its name does; -tags would hold for any. */
    Target plain = *t;
    plain.tags = plain.tool_tags = (Strs){0};
    trial.target = &plain;
    collect(a, x, &trial.tags);
    if (trial.tags.len > TAGSETS_MAX_VARS) {
        return TAGSETS_UNKNOWN;
    }
    for (; trial.assignment < 1u << trial.tags.len; trial.assignment++) {
        if (constraint_holds(x, tag_holds, &trial) && can_be(&trial)) {
            return TAGSETS_POSSIBLE;
        }
    }
    return TAGSETS_IMPOSSIBLE;
}
