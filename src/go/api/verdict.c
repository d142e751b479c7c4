#include "go/api/verdict.h"

#include "go/mod/pathmajor.h"
#include "go/mod/semver.h"

#define MAX_MAJOR INT32_MAX

static const Str kind_names[RELEASE_COUNT] = {
    [RELEASE_PATCH] = STR_CONST("patch"),
    [RELEASE_MINOR] = STR_CONST("minor"),
    [RELEASE_MAJOR] = STR_CONST("major"),
};

Str release_kind_name(ReleaseKind kind)
{
    return kind_names[kind];
}

/* ---- paths ---- */

Str release_major_of_path(Str path, Str *ret_prefix)
{
    Str major;
    pathmajor_split(path, ret_prefix, &major);
    str_eat_suffix(&major, S("-unstable"));
    return major.len == 0 ? major : str_from(major, 1);
}

/* The path that a module has at a major version. */
static Str path_at(Arena *a, Str path, int64_t major)
{
    Str prefix;
    release_major_of_path(path, &prefix);
    if (str_starts_with(path, S("gopkg.in/"))) {
        return str_format(a, "%.*s.v%lld", STR_ARG(prefix), (long long)major);
    }
    return major < 2 ? prefix : str_format(a, "%.*s/v%lld", STR_ARG(prefix), (long long)major);
}

/* ---- numbers ---- */

typedef struct {
    bool is_known;
    int64_t major, minor, patch;
    bool is_prerelease, is_incompatible; /* "-rc.1", "+incompatible" */
} Number;

static Number number_of(Str version)
{
    Semver v;
    Number n = {0};
    n.is_known = version.len > 0 && semver_parse(version, &v) &&
                 str_parse_decimal(v.major, MAX_MAJOR, &n.major) &&
                 str_parse_decimal(v.minor, MAX_MAJOR, &n.minor) &&
                 str_parse_decimal(v.patch, MAX_MAJOR, &n.patch);
    if (n.is_known) {
        n.is_prerelease = v.prerelease.len > 0;
        n.is_incompatible = str_eq(v.build, S("+incompatible"));
    }
    return n;
}

typedef struct {
    Arena *arena;
    const ReleaseSide *old, *new;
    Number before, now;
    ReleaseKind kind;
} Question;

/* Whether the number of the new version says that users must change their code: another major
 * version, or 0, which promises nothing. A prerelease promises nothing either. */
static bool announces_breaks(const Question *q)
{
    return q->before.major == 0 || q->now.major > q->before.major ||
           (q->before.is_prerelease && q->before.minor == 0 && q->before.patch == 0);
}

/* A prerelease is followed by its release, whatever that adds. */
static bool is_release_of_prerelease(const Question *q)
{
    return q->before.is_prerelease && q->now.major == q->before.major &&
           q->now.minor == q->before.minor && q->now.patch == q->before.patch;
}

/* ---- what is wrong ---- */

/* "" when path and number go together (x/mod/module.CheckPathMajor). */
static Str wrong_path(const Question *q)
{
    Arena *a = q->arena;
    Str prefix, path = q->new->path, version = q->new->version;
    Str major = release_major_of_path(path, &prefix);
    Str own = str_format(a, "v%lld", (long long)q->now.major);
    if (q->now.is_incompatible) {
        return q->new->has_go_mod && q->now.major >= 2
                   ? str_format(
                         a,
                         "%.*s has a go.mod, so \"+incompatible\" is not for it: its path has "
                         "to end in /%.*s.",
                         STR_ARG(path), STR_ARG(own))
                   : (Str){0};
    }
    if (major.len > 0 && !str_eq(major, own)) {
        return str_format(a, "Version %.*s does not belong to a path that ends in %.*s.",
                          STR_ARG(version), STR_ARG(major));
    }
    if (major.len == 0 && q->now.major >= 2) {
        return str_format(a,
                          "From v2 on the path of a module ends in its major version: %.*s/%.*s.",
                          STR_ARG(path), STR_ARG(own));
    }
    return (Str){0};
}

static Str wrong_number(const Question *q)
{
    Arena *a = q->arena;
    Str before = q->old->version, now = q->new->version;
    if (semver_compare(now, before) < 0) {
        return str_format(a, "%.*s is older than %.*s: the two are the wrong way round.",
                          STR_ARG(now), STR_ARG(before));
    }
    if (q->kind == RELEASE_MAJOR && !announces_breaks(q)) {
        return str_format(a, "There are incompatible changes, and %.*s is still version %lld.",
                          STR_ARG(now), (long long)q->now.major);
    }
    bool stays = q->now.major == q->before.major && q->now.minor == q->before.minor;
    if (q->kind == RELEASE_MINOR && stays && q->before.major > 0 && !is_release_of_prerelease(q)) {
        return str_format(a, "There are additions, and only the last number of %.*s is higher.",
                          STR_ARG(now));
    }
    return (Str){0};
}

/* What users should know of a number that will do. */
static Str note_of(const Question *q)
{
    if (q->kind == RELEASE_MAJOR && q->before.major == 0) {
        return S("Version 0 promises nothing, so incompatible changes may come at any time.");
    }
    if (q->kind == RELEASE_MAJOR && q->now.is_incompatible) {
        return S("\"+incompatible\" has no path of its own: users get it by 'go get -u'.");
    }
    return (Str){0};
}

/* ---- what comes next ---- */

static Str format(Arena *a, int64_t major, int64_t minor, int64_t patch)
{
    return str_format(a, "v%lld.%lld.%lld", (long long)major, (long long)minor, (long long)patch);
}

static void find_next(const Question *q, Verdict *v)
{
    Number n = q->before;
    if (!n.is_known || q->old->path.len == 0) {
        return;
    }
    if (q->kind == RELEASE_MAJOR && n.major > 0 && !n.is_prerelease) {
        Str path = path_at(q->arena, q->new->path, n.major + 1);
        v->next = format(q->arena, n.major + 1, 0, 0);
        v->next_path = str_eq(path, q->new->path) ? (Str){0} : path;
    } else if (n.is_prerelease && n.major + n.minor + n.patch > 0) {
        v->next = format(q->arena, n.major, n.minor, n.patch);
    } else if (q->kind == RELEASE_PATCH) {
        v->next = format(q->arena, n.major, n.minor, n.patch + 1);
    } else {
        v->next = format(q->arena, n.major, n.minor + 1, 0);
    }
    if (n.is_incompatible && !q->new->has_go_mod && v->next.len > 0) {
        v->next = str_concat(q->arena, v->next, S("+incompatible"));
        v->next_path = (Str){0};
    }
}

static bool are_of_one_module(const Question *q)
{
    Str x, y;
    release_major_of_path(q->old->path, &x);
    release_major_of_path(q->new->path, &y);
    return str_eq(x, y);
}

Verdict verdict_of(Arena *a, const ReleaseSide *old, const ReleaseSide *new, ReleaseKind kind)
{
    Question q = {a, old, new, number_of(old->version), number_of(new->version), kind};
    Verdict v = {.kind = kind};
    if (!are_of_one_module(&q)) {
        v.reason = S("These are two modules, so no version of one follows from the other.");
        return v;
    }
    find_next(&q, &v);
    if (!q.now.is_known) {
        return v;
    }
    v.reason = new->path.len > 0 ? wrong_path(&q) : (Str){0};
    if (v.reason.len == 0 && q.before.is_known) {
        v.reason = wrong_number(&q);
    }
    v.fit = v.reason.len > 0 ? FIT_WRONG : q.before.is_known ? FIT_RIGHT : FIT_UNKNOWN;
    if (v.fit == FIT_RIGHT) {
        v.reason = note_of(&q);
    }
    return v;
}
