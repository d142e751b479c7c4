#include "go/mod/spec.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/mod/version.h"

static const struct {
    Str word;
    SpecKind kind;
} keywords[] = {
    {STR_CONST("latest"), SPEC_STABLE},
    {STR_CONST("stable"), SPEC_STABLE},
    {STR_CONST("oldstable"), SPEC_OLDSTABLE},
};

/* Longer operators first. */
static const struct {
    Str text;
    SpecOp op;
} operators[] = {
    {STR_CONST(">="), SPEC_OP_GE}, {STR_CONST("<="), SPEC_OP_LE}, {STR_CONST("!="), SPEC_OP_NE},
    {STR_CONST(">"), SPEC_OP_GT},  {STR_CONST("<"), SPEC_OP_LT},  {STR_CONST("="), SPEC_OP_EQ},
};

static const struct {
    Str suffix;
    SpecKind kind;
} suffixes[] = {
    {STR_CONST(".tar.gz"), SPEC_TAR_GZ},
    {STR_CONST(".tgz"), SPEC_TAR_GZ},
    {STR_CONST(".zip"), SPEC_ZIP},
};

#define MAX_SUGGESTION 3 /* edits between a word and the keyword that was meant */

/* Whether text names all releases of a language: "1.26", "1.20", "1"; not "1.26.0" or "1.26rc1". */
static bool is_family(Str text)
{
    isize n_dots = 0;
    for (isize i = 0; i < text.len; i++) {
        n_dots += text.ptr[i] == '.';
        if (text.ptr[i] >= 'a' && text.ptr[i] <= 'z') {
            return false;
        }
    }
    return n_dots <= 1;
}

/* A version, with or without "go". */
static bool take_version(Str text, Str *ret)
{
    str_eat_prefix(&text, S("go"));
    if (text.len > SPEC_MAX_VERSION || !goversion_is_valid(text)) {
        return false;
    }
    *ret = text;
    return true;
}

static bool take_operator(Str *text, SpecOp *ret)
{
    for (isize i = 0; i < COUNT_OF(operators); i++) {
        if (str_eat_prefix(text, operators[i].text)) {
            *ret = operators[i].op;
            return true;
        }
    }
    return false;
}

static bool parse_range(Spec *spec, Err *err)
{
    Str rest = spec->text;
    bool more = true;
    while (more) {
        StrCut cut = str_cut(rest, ',');
        rest = cut.tail;
        more = cut.found;
        Str one = str_trim(cut.head);
        if (spec->n_constraints == SPEC_MAX_CONSTRAINTS) {
            return FAIL(err, ERR_USAGE, "'%.*s' has more than %d constraints", STR_ARG(spec->text),
                        SPEC_MAX_CONSTRAINTS);
        }
        SpecConstraint *c = &spec->constraints[spec->n_constraints++];
        Str version = one;
        if (!take_operator(&version, &c->op) || !take_version(str_trim(version), &c->version)) {
            FAIL(err, ERR_USAGE, "'%.*s' is no constraint", STR_ARG(one));
            return err_hint(
                err, "a constraint is >=, >, <=, <, = or != and a version, as in '>=1.25,<1.27'");
        }
    }
    spec->kind = SPEC_RANGE;
    return true;
}

static SpecKind archive_kind(Str path)
{
    for (isize i = 0; i < COUNT_OF(suffixes); i++) {
        if (str_ends_with(path, suffixes[i].suffix)) {
            return suffixes[i].kind;
        }
    }
    return SPEC_NONE;
}

static bool parse_url(Spec *spec, Err *err)
{
    Str path = spec->text;
    if (str_eat_prefix(&path, S("file://"))) {
        SpecKind kind = archive_kind(path);
        spec->kind = kind == SPEC_NONE ? SPEC_DIR : kind;
        spec->path = path;
        return path_is_absolute(path) ||
               FAIL(err, ERR_USAGE, "'%.*s' is a file URL without an absolute path",
                    STR_ARG(spec->text));
    }
    bool is_http = str_starts_with(path, S("https://")) || str_starts_with(path, S("http://"));
    if (!is_http || archive_kind(str_cut(str_cut(path, '#').head, '?').head) == SPEC_NONE) {
        FAIL(err, ERR_USAGE, "the URL is not the http or https address of a .zip or .tar.gz");
        return err_hint(err, "to name a mirror, give the version as SPEC and the URL with --from");
    }
    spec->kind = SPEC_URL;
    spec->path = path;
    return true;
}

static bool is_path(Str text)
{
    return str_index_byte(text, '/') >= 0 || str_eq(text, S(".")) || str_eq(text, S("..")) ||
           archive_kind(text) != SPEC_NONE;
}

static bool fail_unknown(Str text, Err *err)
{
    Str stem = text;
    FAIL(err, ERR_USAGE, "'%.*s' names no Go version", STR_ARG(text));
    if (str_eat_suffix(&stem, S(".x")) || str_eat_suffix(&stem, S(".*"))) {
        return err_hint(err, "write %.*s for its newest release", STR_ARG(stem));
    }
    for (isize i = 0; i < COUNT_OF(keywords); i++) {
        if (str_distance(text, keywords[i].word) <= MAX_SUGGESTION) {
            return err_hint(err, "did you mean '%.*s'?", STR_ARG(keywords[i].word));
        }
    }
    return err_hint(err, "write 1.26.8, 1.26, latest, oldstable, '>=1.25,<1.27', an archive, or a "
                         "directory as ./NAME");
}

static bool parse_version(Spec *spec, Err *err)
{
    Str text = spec->text;
    for (isize i = 0; i < COUNT_OF(keywords); i++) {
        if (str_eq(text, keywords[i].word)) {
            spec->kind = keywords[i].kind;
            return true;
        }
    }
    if (take_version(text, &spec->version)) {
        spec->kind = is_family(spec->version) ? SPEC_LANGUAGE : SPEC_EXACT;
        return true;
    }
    if (goversion_of_toolchain(text).len > 0) {
        FAIL(err, ERR_USAGE, "'%.*s' is a custom build, which no source offers", STR_ARG(text));
        return err_hint(err, "give the directory that it is in");
    }
    return fail_unknown(text, err);
}

bool spec_parse(Str text, Spec *ret, Err *err)
{
    Spec spec = {.text = text};
    bool ok;
    if (text.len == 0) {
        ok = FAIL(err, ERR_USAGE, "an empty SPEC names no Go version");
    } else if (text.ptr[0] == '<' || text.ptr[0] == '>' || text.ptr[0] == '=' ||
               text.ptr[0] == '!') {
        ok = parse_range(&spec, err);
    } else if (str_contains(text, S("://"))) {
        ok = parse_url(&spec, err);
    } else if (is_path(text)) {
        SpecKind kind = archive_kind(text);
        spec.kind = kind == SPEC_NONE ? SPEC_DIR : kind;
        spec.path = text;
        ok = true;
    } else {
        ok = parse_version(&spec, err);
    }
    if (ok) {
        *ret = spec;
    }
    return ok;
}

bool spec_is_version(const Spec *spec)
{
    return spec->kind >= SPEC_EXACT && spec->kind <= SPEC_RANGE;
}

static bool is_release(Str version)
{
    return goversion_is_valid(version) && !goversion_is_prerelease(version) &&
           !goversion_is_lang(version);
}

/* version against a constraint's: as releases, or as families when the constraint names one. */
static int compare_to(Str version, Str wanted)
{
    if (!is_family(wanted)) {
        return goversion_compare(version, wanted);
    }
    if (str_index_byte(wanted, '.') < 0) {
        return goversion_compare(str_cut(version, '.').head, wanted);
    }
    return goversion_compare(goversion_lang(version), wanted);
}

static bool holds(SpecOp op, int order)
{
    switch (op) {
    case SPEC_OP_LT:
        return order < 0;
    case SPEC_OP_LE:
        return order <= 0;
    case SPEC_OP_GT:
        return order > 0;
    case SPEC_OP_GE:
        return order >= 0;
    case SPEC_OP_EQ:
        return order == 0;
    case SPEC_OP_NE:
        return order != 0;
    case SPEC_OP_NONE:
    case SPEC_OP_COUNT:
        break;
    }
    UNREACHABLE("constraint without operator");
}

static bool is_in_range(const Spec *spec, Str version)
{
    bool is_named = is_release(version);
    for (isize i = 0; i < spec->n_constraints; i++) {
        const SpecConstraint *c = &spec->constraints[i];
        if (!holds(c->op, compare_to(version, c->version))) {
            return false;
        }
        is_named = is_named || (goversion_is_prerelease(c->version) &&
                                str_eq(goversion_lang(c->version), goversion_lang(version)));
    }
    return is_named;
}

bool spec_accepts(const Spec *spec, Str version)
{
    if (!goversion_is_valid(version)) {
        return false;
    }
    switch (spec->kind) {
    case SPEC_EXACT:
        return goversion_compare(version, spec->version) == 0;
    case SPEC_LANGUAGE:
        return is_release(version) && compare_to(version, spec->version) == 0;
    case SPEC_STABLE:
    case SPEC_OLDSTABLE:
        return is_release(version);
    case SPEC_RANGE:
        return is_in_range(spec, version);
    case SPEC_NONE:
    case SPEC_TAR_GZ:
    case SPEC_ZIP:
    case SPEC_DIR:
    case SPEC_URL:
    case SPEC_KIND_COUNT:
        return false;
    }
    return false;
}

/* The newest version that spec accepts and, when below is not empty, whose language is older. */
static bool newest(const Spec *spec, const Str *versions, isize n, Str below, Str *ret)
{
    bool has_one = false;
    Str best = {0};
    for (isize i = 0; i < n; i++) {
        bool fits = spec_accepts(spec, versions[i]) &&
                    (below.len == 0 || goversion_compare(goversion_lang(versions[i]), below) < 0);
        if (fits && (!has_one || goversion_compare(versions[i], best) > 0)) {
            best = versions[i];
            has_one = true;
        }
    }
    if (has_one) {
        *ret = best;
    }
    return has_one;
}

bool spec_match(const Spec *spec, const Str *versions, isize n, Str *ret)
{
    Str best;
    if (!newest(spec, versions, n, (Str){0}, &best)) {
        return false;
    }
    if (spec->kind == SPEC_OLDSTABLE && !newest(spec, versions, n, goversion_lang(best), &best)) {
        return false;
    }
    *ret = best;
    return true;
}

/* Says what there is in place of the version or family that was asked for. */
static bool fail_absent(const Spec *spec, const Str *versions, isize n, Str where, Err *err)
{
    Spec family = {.kind = SPEC_LANGUAGE, .version = goversion_lang(spec->version)};
    Spec any = {.kind = SPEC_STABLE};
    Str other;
    if (spec->kind == SPEC_EXACT) {
        FAIL(err, ERR_NOT_FOUND, "go%.*s does not exist at %.*s", STR_ARG(spec->version),
             STR_ARG(where));
    } else {
        FAIL(err, ERR_NOT_FOUND, "%.*s has no release for '%.*s'", STR_ARG(where),
             STR_ARG(spec->text));
    }
    if (spec->version.len > 0 && spec_match(&family, versions, n, &other)) {
        return err_set(err, ERR_NOT_FOUND, 0, "%s; the newest %.*s is %.*s", err->text,
                       STR_ARG(family.version), STR_ARG(other));
    }
    if (spec_match(&any, versions, n, &other)) {
        return err_set(err, ERR_NOT_FOUND, 0, "%s; the newest is %.*s", err->text, STR_ARG(other));
    }
    return false;
}

bool spec_choose(const Spec *spec, const Str *versions, isize n, Str where, Str *ret, Err *err)
{
    ASSERT(spec_is_version(spec));
    if (spec_match(spec, versions, n, ret)) {
        return true;
    }
    fail_absent(spec, versions, n, where, err);
    return err_hint(err, "see 'goward list --remote'");
}
