/* Modules that come from repositories: git, and what GOVCS allows. */
#include "doctor/modcache.h"
#include "doctor/proxies.h"
#include "go/mod/pattern.h"
#include "os/spawn.h"

typedef struct {
    const char *error;  /* NULL: the list can be read */
    Str item;           /* the entry that it is about */
    bool allows_git[2]; /* of public and of private modules */
} Govcs;

enum { GOVCS_PUBLIC, GOVCS_PRIVATE };

static bool is_vcs(Str name)
{
    static const Str names[] = {STR_CONST("all"),   STR_CONST("off"), STR_CONST("git"),
                                STR_CONST("hg"),    STR_CONST("svn"), STR_CONST("bzr"),
                                STR_CONST("fossil")};
    for (isize i = 0; i < COUNT_OF(names); i++) {
        if (str_eq(name, names[i])) {
            return true;
        }
    }
    return false;
}

/* "git|hg": what is wrong with it, and whether git is in it. */
static const char *read_vcs_list(Str list, bool *ret_has_git)
{
    *ret_has_git = false;
    for (StrCut cut = {.tail = list, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '|');
        Str name = str_trim(cut.head);
        if (!is_vcs(name)) {
            return name.len == 0 ? "has an empty name" : "names no version control system";
        }
        *ret_has_git = *ret_has_git || str_eq(name, S("git")) || str_eq(name, S("all"));
    }
    return NULL;
}

static const char *read_rule(Str item, Str *ret_pattern, bool *ret_has_git)
{
    StrCut rule = str_cut(item, ':');
    *ret_pattern = str_trim(rule.head);
    if (item.len == 0) {
        return "is empty";
    }
    if (!rule.found) {
        return "has no colon";
    }
    if (ret_pattern->len == 0 || str_trim(rule.tail).len == 0) {
        return "is cut short";
    }
    if (str_starts_with(*ret_pattern, S("./")) || str_starts_with(*ret_pattern, S("../")) ||
        str_eq(*ret_pattern, S(".")) || str_eq(*ret_pattern, S(".."))) {
        return "has a relative pattern";
    }
    return read_vcs_list(rule.tail, ret_has_git);
}

/* vcs.parseGOVCS, and what its rules say of git; rules for single paths are left aside. */
static Govcs read_govcs(Str value)
{
    Govcs ret = {.allows_git = {true, true}};
    bool is_set[2] = {false, false};
    value = str_trim(value);
    for (StrCut cut = {.tail = value, .found = value.len > 0}; cut.found;) {
        Str pattern;
        bool has_git;
        cut = str_cut(cut.tail, ',');
        ret.item = str_trim(cut.head);
        ret.error = read_rule(ret.item, &pattern, &has_git);
        if (ret.error != NULL) {
            return ret;
        }
        bool is_for_all = proxies_matches_all(pattern);
        bool applies[2] = {is_for_all || str_eq(pattern, S("public")),
                           is_for_all || str_eq(pattern, S("private"))};
        for (int i = 0; i < 2; i++) {
            ret.allows_git[i] = applies[i] && !is_set[i] ? has_git : ret.allows_git[i];
            is_set[i] = is_set[i] || applies[i];
        }
    }
    return ret;
}

/* A required module that only its repository can give, and that is not here yet. */
static const GoModRequire *find_direct_only(const Doctor *d, const MainModule *m, bool is_all)
{
    Str globs = goenv_value(d->in->env, S("GONOPROXY"));
    for (isize i = 0; i < m->mod.requires.len; i++) {
        const GoModRequire *r = &m->mod.requires.ptr[i];
        if ((is_all || pattern_list_matches(globs, r->path)) &&
            gomodfile_replacement(m, r->path, r->version) == NULL &&
            !modcache_has(d, r->path, r->version)) {
            return r;
        }
    }
    return NULL;
}

static void find_no_git(Doctor *d, const Variable *reason, bool is_all)
{
    MainModule m = {0};
    const GoModRequire *needed = NULL;
    if (gomodfile_main(d, &m) && !gomodfile_is_vendored(d, &m)) {
        needed = find_direct_only(d, &m, is_all);
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

static void check_govcs(Doctor *d, bool is_all, bool has_private)
{
    Variable v = doctor_variable(d, S("GOVCS"));
    Govcs govcs = read_govcs(v.got.value);
    if (govcs.error != NULL) {
        doctor_find_variable(d, SEVERITY_ERROR, &v, (Str){0},
                             "the entry \"%.*s\" of GOVCS %s: nothing comes from a repository",
                             STR_ARG(govcs.item), govcs.error);
    } else if (has_private && !govcs.allows_git[GOVCS_PRIVATE]) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOVCS forbids git for private modules: they cannot be fetched");
    } else if (is_all && !govcs.allows_git[GOVCS_PUBLIC]) {
        doctor_find_variable(d, SEVERITY_WARN, &v, (Str){0},
                             "GOVCS forbids git for public modules, and no proxy is asked: they "
                             "cannot be fetched");
    }
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
    bool is_all = proxies.got.value.len > 0 &&
                  proxy_list_parse(d->arena, proxies.got.value, &list, &ignored) &&
                  list.ptr[0].kind == PROXY_DIRECT;
    bool has_private = none.got.value.len > 0 && !str_eq(none.got.value, S("none")) &&
                       !str_eq(proxies.got.value, S("off"));
    check_govcs(d, is_all, has_private);
    if ((is_all || has_private) && !spawn_find(d->arena, d->in->env->environ, S("git"), &git)) {
        Variable private = doctor_variable(d, S("GOPRIVATE"));
        bool is_default = none.got.origin == GOENV_ORIGIN_DEFAULT;
        find_no_git(d, is_all ? &proxies : is_default ? &private : &none, is_all);
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
                    "found in $PATH`). GOVCS says which programs may be started for which modules; "
                    "an entry that cannot be read forbids all."),
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
