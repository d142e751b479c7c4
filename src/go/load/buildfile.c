#include "go/load/buildfile.h"

#include "base/path.h"

static const struct {
    Str ext;
    BuildList list;
} endings[] = {
    {STR_CONST(".go"), LIST_GO},
    {STR_CONST(".c"), LIST_C},
    {STR_CONST(".cc"), LIST_CXX},
    {STR_CONST(".cpp"), LIST_CXX},
    {STR_CONST(".cxx"), LIST_CXX},
    {STR_CONST(".m"), LIST_M},
    {STR_CONST(".h"), LIST_H},
    {STR_CONST(".hh"), LIST_H},
    {STR_CONST(".hpp"), LIST_H},
    {STR_CONST(".hxx"), LIST_H},
    {STR_CONST(".f"), LIST_F},
    {STR_CONST(".F"), LIST_F},
    {STR_CONST(".for"), LIST_F},
    {STR_CONST(".f90"), LIST_F},
    {STR_CONST(".s"), LIST_S},
    {STR_CONST(".S"), LIST_S},
    {STR_CONST(".sx"), LIST_S},
    {STR_CONST(".swig"), LIST_SWIG},
    {STR_CONST(".swigcxx"), LIST_SWIG_CXX},
    {STR_CONST(".syso"), LIST_SYSO},
};

Str buildfile_ext(Str name)
{
    isize dot = str_last_index_byte(name, '.');
    return dot < 0 ? (Str){0} : str_from(name, dot);
}

BuildList buildfile_list_of(Str ext)
{
    for (isize i = 0; i < COUNT_OF(endings); i++) {
        if (str_eq(endings[i].ext, ext)) {
            return endings[i].list;
        }
    }
    return LIST_COUNT;
}

/* ---- tags ---- */

void buildfile_note_tag(BuildReader *r, Str tag)
{
    if (map_get(&r->tags, tag) == NULL) {
        map_put(&r->tags, str_copy(r->arena, tag), NULL);
    }
}

static bool ask_tag(void *context, Str tag)
{
    BuildReader *r = context;
    buildfile_note_tag(r, tag);
    return target_holds(r->target, tag);
}

/* ---- constraints ---- */

static void blame(BuildReader *r, const Constraint *x, Str line, BuildFile *file)
{
    const Constraint *blamed = constraint_blamed(x, ask_tag, r);
    file->reason = BUILD_CONSTRAINT;
    file->text = constraint_format(r->arena, blamed);
    file->line = str_copy(r->arena, line);
}

static bool line_holds(BuildReader *r, const Constraint *x)
{
    return r->target->takes_any ? constraint_may_hold(x) : constraint_holds(x, ask_tag, r);
}

/* All lines must hold; every one is asked, as go/build does. */
static bool rules_hold(BuildReader *r, const BuildRules *rules, BuildFile *file)
{
    bool all = true;
    for (isize i = 0; i < rules->len; i++) {
        const BuildRule *rule = &rules->ptr[i];
        bool holds = line_holds(r, rule->x);
        file->has_plus_only = rules->are_plus;
        if (all && !holds) {
            blame(r, rule->x, rule->line, file);
        } else if (all) {
            file->line = str_copy(r->arena, rule->line);
        }
        all = all && holds;
    }
    return all;
}

/* go/build's shouldBuild. */
static BuildFileOutcome decide(BuildReader *r, const BuildRules *rules, BuildMatch *m,
                               BuildFile *file)
{
    if (rules->wrong.len == 0) {
        return rules_hold(r, rules, file) ? BUILDFILE_IN : BUILDFILE_OUT;
    }
    file->reason = BUILD_CONSTRAINT_WRONG;
    file->text = str_copy(r->arena, rules->wrong);
    file->line = str_copy(r->arena, rules->wrong_line);
    if (r->target->takes_any && !rules->has_two) {
        return BUILDFILE_OUT;
    }
    m->words = str_format(r->arena, "%.*s: %s%.*s", STR_ARG(file->name),
                          rules->has_two ? "" : "parsing //go:build line: ", STR_ARG(rules->wrong));
    return BUILDFILE_FAILED;
}

/* ---- the whole ---- */

static BuildMatch fail(BuildReader *r, BuildMatch m, BuildFile *file, BuildReason reason, Str words)
{
    file->reason = reason;
    file->text = str_copy(r->arena, words);
    m.words = file->text;
    m.outcome = BUILDFILE_FAILED;
    return m;
}

/* It is taken all the same. */
static void forget_reason(BuildFile *file)
{
    *file = (BuildFile){.name = file->name, .list = file->list};
}

static BuildMatch match_content(BuildReader *r, Arena *scratch, BuildFile *file, bool is_go)
{
    BuildHead read;
    const BuildHead *h = &read;
    r->buffer.own = &r->own;
    if (r->shelf != NULL) {
        h = headshelf_get(r->shelf, r->at, r->arena, scratch, &r->buffer, is_go);
    } else {
        buildhead_read(r->arena, scratch, &r->buffer, r->dir_fd, file->name,
                       path_join(r->arena, r->dir, file->name), is_go, &read);
    }
    BuildMatch m = {.path = h->path, .head = h->head, .is_binary_only = h->is_binary_only};
    if (h->trouble != BUILD_REASON_NONE) {
        return fail(r, m, file, h->trouble, h->words);
    }
    if (h->is_opaque) {
        m.outcome = BUILDFILE_IN; /* its constraints are not looked for */
        return m;
    }
    m.outcome = decide(r, &h->rules, &m, file);
    if (m.outcome == BUILDFILE_OUT && r->is_named) {
        m.outcome = BUILDFILE_IN;
        forget_reason(file);
    }
    return m;
}

static bool is_for_name(BuildReader *r, BuildFile *file)
{
    TargetName name = target_name_of(r->target, file->name);
    if (name.os.len > 0) {
        buildfile_note_tag(r, name.os);
    }
    if (name.arch.len > 0) {
        buildfile_note_tag(r, name.arch);
    }
    if (!name.is_for) {
        file->reason = BUILD_NAME_SUFFIX;
        file->text = name.os.len == 0     ? name.arch
                     : name.arch.len == 0 ? name.os
                                          : path_join(r->arena, name.os, name.arch);
    }
    return name.is_for;
}

BuildMatch buildfile_match(BuildReader *r, Arena *scratch, FileKind kind, BuildFile *file)
{
    Str ext = buildfile_ext(file->name);
    BuildList list = buildfile_list_of(ext);
    if (str_starts_with(file->name, S("_")) || str_starts_with(file->name, S("."))) {
        file->reason = BUILD_NAME_HIDDEN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (list == LIST_COUNT) {
        file->reason = BUILD_KIND_UNKNOWN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (r->target->takes_any && list != LIST_GO) {
        file->reason = BUILD_KIND_UNKNOWN;
        return (BuildMatch){.outcome = BUILDFILE_OUT};
    }
    if (!r->target->takes_any && !is_for_name(r, file)) {
        if (!r->is_named) {
            return (BuildMatch){.outcome = BUILDFILE_OUT};
        }
        forget_reason(file);
    }
    if (list == LIST_SYSO) {
        return (BuildMatch){.outcome = BUILDFILE_IN};
    }
    if (kind == FILE_KIND_OTHER) {
        return fail(r, (BuildMatch){0}, file, BUILD_IRREGULAR,
                    str_format(r->arena, "open %.*s/%.*s: not a regular file", STR_ARG(r->dir),
                               STR_ARG(file->name)));
    }
    return match_content(r, scratch, file, list == LIST_GO);
}
