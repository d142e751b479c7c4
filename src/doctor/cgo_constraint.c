/* Tags of GOEXPERIMENT are taken as not set. */
#include "doctor/cgo_constraint.h"

#include "go/load/constraint.h"
#include "go/load/filehead.h"
#include "go/mod/platform.h"
#include "go/mod/version.h"

#define LINE_MEMORY (4 * KIB) /* on the stack: enough for nearly every line */

/* internal/syslist: names that count in the name of a file. */
static const Str known_arch[] = {
    STR_CONST("386"),       STR_CONST("amd64"),       STR_CONST("amd64p32"), STR_CONST("arm"),
    STR_CONST("armbe"),     STR_CONST("arm64"),       STR_CONST("arm64be"),  STR_CONST("loong64"),
    STR_CONST("mips"),      STR_CONST("mipsle"),      STR_CONST("mips64"),   STR_CONST("mips64le"),
    STR_CONST("mips64p32"), STR_CONST("mips64p32le"), STR_CONST("ppc"),      STR_CONST("ppc64"),
    STR_CONST("ppc64le"),   STR_CONST("riscv"),       STR_CONST("riscv64"),  STR_CONST("s390"),
    STR_CONST("s390x"),     STR_CONST("sparc"),       STR_CONST("sparc64"),  STR_CONST("wasm"),
};

static const Str unix_os[] = {
    STR_CONST("aix"),     STR_CONST("android"), STR_CONST("darwin"),  STR_CONST("dragonfly"),
    STR_CONST("freebsd"), STR_CONST("hurd"),    STR_CONST("illumos"), STR_CONST("ios"),
    STR_CONST("linux"),   STR_CONST("netbsd"),  STR_CONST("openbsd"), STR_CONST("solaris"),
};

CgoTags cgo_tags(const Doctor *d, bool has_cgo)
{
    CgoTags tags = {
        .os = d->in->os, .arch = d->in->arch, .version = d->in->version, .has_cgo = has_cgo};
    Str race;
    goenv_flag(d->in->env, S("tags"), &tags.tags);
    tags.is_race = goenv_flag(d->in->env, S("race"), &race) &&
                   (race.len == 0 || str_eq(race, S("true")) || str_eq(race, S("1")));
    return tags;
}

static bool os_holds(const CgoTags *t, Str tag)
{
    return str_eq(tag, t->os) || (str_eq(t->os, S("android")) && str_eq(tag, S("linux"))) ||
           (str_eq(t->os, S("illumos")) && str_eq(tag, S("solaris"))) ||
           (str_eq(t->os, S("ios")) && str_eq(tag, S("darwin")));
}

/* go1.N: the release has N, or a later one. */
static bool release_holds(const CgoTags *t, Str tag)
{
    Str release = tag;
    return str_eat_prefix(&release, S("go1.")) && release.len > 0 &&
           (t->version.len == 0 || goversion_compare(str_from(tag, 2), t->version) <= 0 ||
            str_starts_with(t->version, str_from(tag, 2)));
}

static bool tag_holds(const CgoTags *t, Str tag)
{
    if (str_eq(tag, S("cgo"))) {
        return t->has_cgo;
    }
    if (str_eq(tag, S("race"))) {
        return t->is_race;
    }
    return os_holds(t, tag) || str_eq(tag, t->arch) || str_eq(tag, S("gc")) ||
           (str_eq(tag, S("unix")) && str_is_among(t->os, unix_os, COUNT_OF(unix_os))) ||
           release_holds(t, tag) || str_list_has(t->tags, tag);
}

bool cgo_name_matches(const CgoTags *tags, Str name)
{
    Str stem = str_cut(name, '.').head, last, before;
    isize at = str_index_byte(stem, '_');
    if (at < 0) {
        return true; /* "linux.go" is for all */
    }
    stem = str_from(stem, at);
    str_eat_suffix(&stem, S("_test"));
    StrCut cut = str_cut_last(stem, '_');
    last = cut.tail;
    before = str_cut_last(cut.head, '_').tail;
    bool is_arch = cut.found && str_is_among(last, known_arch, COUNT_OF(known_arch));
    if (is_arch && platform_is_system(before)) {
        return str_eq(last, tags->arch) && os_holds(tags, before);
    }
    return is_arch ? str_eq(last, tags->arch) : !platform_is_system(last) || os_holds(tags, last);
}

/* ---- expressions ---- */

static bool ask(void *context, Str tag)
{
    return tag_holds(context, tag);
}

static bool line_holds(const CgoTags *tags, Str line, bool if_wrong)
{
    char memory[LINE_MEMORY];
    Arena a = arena_over(memory, LINE_MEMORY);
    const Constraint *x;
    Diagnostic wrong;
    bool is_read = constraint_parse(&a, line, &x, &wrong);
    bool holds = is_read ? constraint_holds(x, ask, (void *)tags) : if_wrong;
    arena_done(&a);
    return holds;
}

bool cgo_condition_holds(const CgoTags *tags, Str word)
{
    char memory[LINE_MEMORY];
    Arena a = arena_over(memory, LINE_MEMORY);
    const Constraint *x = constraint_parse_word(&a, word);
    bool holds = x != NULL && constraint_holds(x, ask, (void *)tags);
    arena_done(&a);
    return holds;
}

/* ---- files ---- */

static bool header_holds(const CgoTags *tags, const HeadConstraints *found)
{
    if (found->has_two || found->go_build.len > 0) {
        return !found->has_two && line_holds(tags, found->go_build, false);
    }
    bool holds = true;
    Str rest = found->plus, line;
    while (str_next_line(&rest, &line)) {
        line = str_trim(line);
        holds = holds && (!constraint_is_plus_build(line) || line_holds(tags, line, true));
    }
    return holds;
}

CgoVerdict cgo_verdict_of(const CgoTags *with, const CgoTags *without, Str name, Str header)
{
    if (!cgo_name_matches(with, name)) {
        return (CgoVerdict){0};
    }
    HeadConstraints found = filehead_constraints(header);
    return (CgoVerdict){header_holds(with, &found), header_holds(without, &found)};
}
