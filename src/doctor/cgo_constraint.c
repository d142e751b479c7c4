/* An expression is read and decided in one go: || binds less than &&, and both less than "!". Tags
 * of GOEXPERIMENT are taken as not set. */
#include "doctor/cgo_constraint.h"

#include "go/mod/platform.h"
#include "go/mod/version.h"

#define MAX_NESTING 50 /* of parentheses and "!"; nobody writes five */

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

static bool is_among(Str word, const Str *words, isize n)
{
    for (isize i = 0; i < n; i++) {
        if (str_eq(words[i], word)) {
            return true;
        }
    }
    return false;
}

static bool is_word_of(Str list, Str word)
{
    while (list.len > 0) {
        StrCut cut = str_cut(list, ',');
        if (str_eq(cut.head, word)) {
            return true;
        }
        list = cut.tail;
    }
    return false;
}

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
           (str_eq(tag, S("unix")) && is_among(t->os, unix_os, COUNT_OF(unix_os))) ||
           release_holds(t, tag) || is_word_of(t->tags, tag);
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
    bool is_arch = cut.found && is_among(last, known_arch, COUNT_OF(known_arch));
    if (is_arch && platform_is_system(before)) {
        return str_eq(last, tags->arch) && os_holds(tags, before);
    }
    return is_arch ? str_eq(last, tags->arch) : !platform_is_system(last) || os_holds(tags, last);
}

/* ---- expressions ---- */

typedef struct {
    const CgoTags *tags;
    Str rest;
    int depth;
    bool is_wrong;
} Parser;

static bool eat(Parser *p, Str token)
{
    p->rest = str_trim(p->rest);
    return str_eat_prefix(&p->rest, token);
}

static bool read_or(Parser *p);

static bool is_tag_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || byte == '.' || (byte & 0x80) != 0;
}

static bool read_tag(Parser *p)
{
    isize n = 0;
    p->rest = str_trim(p->rest);
    while (n < p->rest.len && is_tag_byte(p->rest.ptr[n])) {
        n++;
    }
    p->is_wrong = p->is_wrong || n == 0;
    Str tag = str_to(p->rest, n);
    p->rest = str_from(p->rest, n);
    return tag_holds(p->tags, tag);
}

static bool read_not(Parser *p)
{
    if (++p->depth > MAX_NESTING) {
        p->is_wrong = true;
        return false;
    }
    bool holds;
    if (eat(p, S("!"))) {
        holds = !read_not(p);
    } else if (eat(p, S("("))) {
        holds = read_or(p);
        p->is_wrong = !eat(p, S(")")) || p->is_wrong;
    } else {
        holds = read_tag(p);
    }
    p->depth--;
    return holds;
}

static bool read_and(Parser *p)
{
    bool holds = read_not(p);
    while (!p->is_wrong && eat(p, S("&&"))) {
        holds = read_not(p) && holds;
    }
    return holds;
}

static bool read_or(Parser *p)
{
    bool holds = read_and(p);
    while (!p->is_wrong && eat(p, S("||"))) {
        holds = read_and(p) || holds;
    }
    return holds;
}

bool cgo_constraint_holds(const CgoTags *tags, Str expression)
{
    Parser p = {.tags = tags, .rest = expression};
    bool holds = read_or(&p);
    return holds && !p.is_wrong && str_trim(p.rest).len == 0;
}

bool cgo_condition_holds(const CgoTags *tags, Str word)
{
    while (word.len > 0) {
        StrCut cut = str_cut(word, ',');
        Str tag = cut.head;
        bool is_negated = str_eat_prefix(&tag, S("!"));
        if (tag_holds(tags, tag) == is_negated) {
            return false;
        }
        word = cut.tail;
    }
    return true;
}

/* What stands after "// +build", which counts in files without a "//go:build". */
static bool plus_build_holds(const CgoTags *tags, Str line)
{
    Str word;
    while (str_next_field(&line, &word)) {
        if (cgo_condition_holds(tags, word)) {
            return true;
        }
    }
    return false;
}

/* ---- files ---- */

CgoVerdict cgo_verdict_of(const CgoTags *with, const CgoTags *without, Str name)
{
    bool is_for_target = cgo_name_matches(with, name);
    return (CgoVerdict){.with = with,
                        .without = without,
                        .builds_with = is_for_target,
                        .builds_without = is_for_target,
                        .plus_with = true,
                        .plus_without = true};
}

void cgo_verdict_comment(CgoVerdict *v, Str comment)
{
    if (!str_eat_prefix(&comment, S("//"))) {
        return;
    }
    Str plus = str_trim(comment);
    if (str_eat_prefix(&comment, S("go:build ")) && !v->has_go_build) {
        v->has_go_build = true;
        v->builds_with &= cgo_constraint_holds(v->with, comment);
        v->builds_without &= cgo_constraint_holds(v->without, comment);
    } else if (str_eat_prefix(&plus, S("+build "))) {
        v->plus_with &= plus_build_holds(v->with, plus);
        v->plus_without &= plus_build_holds(v->without, plus);
    }
}

void cgo_verdict_settle(CgoVerdict *v)
{
    if (!v->has_go_build) {
        v->builds_with &= v->plus_with;
        v->builds_without &= v->plus_without;
    }
}
