/* Modules that come from repositories: git, and what GOVCS allows. */
#include "doctor/modcache.h"
#include "doctor/proxies.h"
#include "go/mod/pattern.h"
#include "os/spawn.h"

#define ANY_PATH "zz.invalid/q" /* that no rule for single paths is for */

typedef struct {
    Str item; /* "PATTERN:LIST" */
    Str pattern, list;
} GovcsRule;

typedef struct {
    VEC(GovcsRule) rules;
    const char *error; /* NULL: all of it can be read */
    Str item;          /* the entry that the error is about */
} Govcs;

/* ---- GOVCS, as vcs.parseGOVCS reads it ---- */

/* Whether "git|hg" has the name. */
static bool list_has(Str list, Str wanted)
{
    for (StrCut cut = {.tail = list, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '|');
        if (str_eq(str_trim(cut.head), wanted)) {
            return true;
        }
    }
    return false;
}

static const GovcsRule *rule_for(const Govcs *govcs, Str pattern)
{
    for (isize i = 0; i < govcs->rules.len; i++) {
        if (str_eq(govcs->rules.ptr[i].pattern, pattern)) {
            return &govcs->rules.ptr[i];
        }
    }
    return NULL;
}

/* NULL, or what is wrong with the entry. */
static const char *read_rule(const Govcs *govcs, Str item, GovcsRule *ret)
{
    StrCut cut = str_cut(item, ':');
    *ret = (GovcsRule){item, str_trim(cut.head), str_trim(cut.tail)};
    if (item.len == 0) {
        return "is empty";
    }
    if (!cut.found) {
        return "has no colon";
    }
    if (ret->pattern.len == 0 || ret->list.len == 0) {
        return "is cut short";
    }
    if (str_starts_with(ret->pattern, S("./")) || str_starts_with(ret->pattern, S("../")) ||
        str_eq(ret->pattern, S(".")) || str_eq(ret->pattern, S(".."))) {
        return "has a relative pattern";
    }
    if (rule_for(govcs, ret->pattern) != NULL) {
        return "has the pattern of one before it";
    }
    return list_has(ret->list, (Str){0}) ? "has an empty name" : NULL;
}

static Govcs read_govcs(Arena *a, Str value)
{
    Govcs ret = {.error = NULL};
    value = str_trim(value);
    for (StrCut cut = {.tail = value, .found = value.len > 0}; cut.found && ret.error == NULL;) {
        GovcsRule rule;
        cut = str_cut(cut.tail, ',');
        ret.item = str_trim(cut.head);
        ret.error = read_rule(&ret, ret.item, &rule);
        *VEC_PUSH(a, &ret.rules) = rule;
    }
    return ret;
}

/* The rule that forbids git for a module; NULL: it is allowed, as where no rule matches. */
static const GovcsRule *forbids_git(const Govcs *govcs, Str path, bool is_private)
{
    for (isize i = 0; i < govcs->rules.len; i++) {
        const GovcsRule *rule = &govcs->rules.ptr[i];
        bool matches = str_eq(rule->pattern, S("public")) ? !is_private
                       : str_eq(rule->pattern, S("private"))
                           ? is_private
                           : pattern_list_matches(rule->pattern, path);
        if (matches) {
            return list_has(rule->list, S("git")) || list_has(rule->list, S("all")) ? NULL : rule;
        }
    }
    return NULL;
}

/* A name in the rules that is no program's: what it was meant for is not allowed. */
static Str unknown_name(const Govcs *govcs)
{
    static const Str known[] = {STR_CONST("all"),   STR_CONST("off"), STR_CONST("git"),
                                STR_CONST("hg"),    STR_CONST("svn"), STR_CONST("bzr"),
                                STR_CONST("fossil")};
    for (isize i = 0; i < govcs->rules.len; i++) {
        for (StrCut cut = {.tail = govcs->rules.ptr[i].list, .found = true}; cut.found;) {
            cut = str_cut(cut.tail, '|');
            Str name = str_trim(cut.head);
            bool is_known = false;
            for (isize k = 0; k < COUNT_OF(known); k++) {
                is_known = is_known || str_eq(name, known[k]);
            }
            if (!is_known) {
                return name;
            }
        }
    }
    return (Str){0};
}

/* ---- GWD053 ---- */

/* Which modules come from their repositories. */
typedef struct {
    bool is_all;      /* GOPROXY begins with direct */
    bool has_private; /* GONOPROXY takes in some */
} Direct;

/* A required module that only its repository can give, and that is not here yet; with govcs one for
 * which git is forbidden. */
static const GoModRequire *find_needed(const Doctor *d, const MainModule *m, const Direct *direct,
                                       const Govcs *govcs)
{
    Str globs = goenv_value(d->in->env, S("GONOPROXY"));
    Str private = goenv_value(d->in->env, S("GOPRIVATE"));
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        if ((direct->is_all || pattern_list_matches(globs, r->path)) &&
            (govcs == NULL ||
             forbids_git(govcs, r->path, pattern_list_matches(private, r->path)) != NULL) &&
            gomodfile_replacement(m, r->path, r->version) == NULL &&
            !modcache_has(d, r->path, r->version)) {
            return r;
        }
    }
    return NULL;
}

static void find_no_git(Doctor *d, const Variable *reason, const Direct *direct)
{
    MainModule m = {0};
    const GoModRequire *needed = NULL;
    if (gomodfile_main(d, &m) && !gomodfile_is_vendored(d, &m)) {
        needed = find_needed(d, &m, direct, NULL);
    }
    doctor_find(d, (Finding){
                       .severity = needed == NULL ? SEVERITY_WARN : SEVERITY_ERROR,
                       .title = needed == NULL
                                    ? S("modules are to come from their repositories, and there "
                                        "is no git in PATH")
                                    : str_format(d->arena,
                                                 "%.*s must come from its repository, and there "
                                                 "is no git in PATH",
                                                 STR_ARG(needed->path)),
                       .place = needed == NULL ? variable_place(reason)
                                               : (Place){.file = m.file, .line = needed->pos.line},
                       .evidence = proxies_hide(d->arena, variable_evidence(d->arena, reason)),
                       .remedy = S("install git, or fetch them where git is: go mod download"),
                   });
}

/* One module that is required now, else what a rule for all of them forbids. */
static void find_forbidden(Doctor *d, const Variable *v, const Govcs *govcs, const Direct *direct)
{
    MainModule m;
    const GoModRequire *needed = NULL;
    if (gomodfile_main(d, &m) && !gomodfile_is_vendored(d, &m)) {
        needed = find_needed(d, &m, direct, govcs);
    }
    if (needed != NULL) {
        bool is_private =
            pattern_list_matches(goenv_value(d->in->env, S("GOPRIVATE")), needed->path);
        const GovcsRule *rule = forbids_git(govcs, needed->path, is_private);
        /* What allows another program may be meant for a module that is none of git's. */
        doctor_find_variable(d, list_has(rule->list, S("off")) ? SEVERITY_ERROR : SEVERITY_WARN, v,
                             (Str){0},
                             "GOVCS forbids git for %.*s, which is not here and must come from its "
                             "repository",
                             STR_ARG(needed->path));
    } else if (direct->has_private && forbids_git(govcs, S(ANY_PATH), true) != NULL) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "GOVCS forbids git for private modules: they cannot be fetched");
    } else if (direct->is_all && forbids_git(govcs, S(ANY_PATH), false) != NULL) {
        doctor_find_variable(d, SEVERITY_WARN, v, (Str){0},
                             "GOVCS forbids git for public modules, and no proxy is asked: they "
                             "cannot be fetched");
    }
}

static void check_govcs(Doctor *d, const Direct *direct)
{
    Variable v = doctor_variable(d, S("GOVCS"));
    Govcs govcs = read_govcs(d->arena, v.got.value);
    Str unknown = govcs.error == NULL ? unknown_name(&govcs) : (Str){0};
    if (govcs.error != NULL) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "the entry \"%.*s\" of GOVCS %s: nothing comes from a repository",
                             STR_ARG(govcs.item), govcs.error);
        return;
    }
    if (unknown.len > 0) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "\"%.*s\" in GOVCS is no version control system that Go knows",
                             STR_ARG(unknown));
    }
    find_forbidden(d, &v, &govcs, direct);
}

static bool check_git(Doctor *d, Err *err)
{
    (void)err;
    Variable proxies, none = doctor_variable(d, S("GONOPROXY"));
    ProxyList list;
    Err ignored;
    Str git;
    if (!proxies_variable(d, S("GOPROXY"), &proxies)) {
        return true;
    }
    Direct direct = {
        .is_all = proxies.got.value.len > 0 &&
                  proxy_list_parse(d->arena, proxies.got.value, &list, &ignored) &&
                  list.ptr[0].kind == PROXY_DIRECT,
        .has_private = none.got.value.len > 0 && !str_eq(none.got.value, S("none")) &&
                       !str_eq(proxies.got.value, S("off")),
    };
    check_govcs(d, &direct);
    if ((direct.is_all || direct.has_private) &&
        !spawn_find(d->arena, d->in->env->environ, S("git"), &git)) {
        Variable private = doctor_variable(d, S("GOPRIVATE"));
        bool is_default = none.got.origin == GOENV_ORIGIN_DEFAULT;
        find_no_git(d, direct.is_all ? &proxies : is_default ? &private : &none, &direct);
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD053"),
                .title = STR_CONST("modules that come from repositories can be fetched"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOPROXY, GONOPROXY, GOVCS, git in PATH; which required "
                                      "modules the module cache has"),
                .why = STR_CONST(
                    "With GOPROXY=direct, and for what GOPRIVATE takes in, the go command starts "
                    "git itself. Small images have none (`exec: \"git\": executable file not "
                    "found in $PATH`, `missing Git command`). GOVCS says which programs may be "
                    "started for which modules; an entry that cannot be read forbids all."),
                .cure = STR_CONST("install git; go env -u GOVCS"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#vcs, pkg.go.dev/cmd/go "
                                    "(\"Controlling version control with GOVCS\")"),
            },
        .run = check_git,
        .modes = MODE_PROXY,
    },
};

const CheckGroup doctor_proxies_git = {rows, COUNT_OF(rows)};
