#include "policy/policy.h"

#include "base/path.h"
#include "base/strbuf.h"

static const Str known_roles[] = {STR_CONST("production"), STR_CONST("ci"), STR_CONST("dev")};

typedef VEC(RuleFile) RuleFiles;

static bool is_ci(const Environ *env)
{
    Str ci = environ_value(env, S("CI"));
    return ci.len > 0 && !str_eq(ci, S("0")) && !str_eq_fold(ci, S("false"));
}

static void choose_role(Arena *a, const PolicyWish *wish, const RuleFiles *files, Policy *p)
{
    p->role = wish->role;
    p->because = S("--role");
    if (p->role.len == 0) {
        p->role = environ_value(wish->place.environ, S("GOWARD_ROLE"));
        p->because = S("GOWARD_ROLE");
    }
    for (isize i = files->len; i > 0 && p->role.len == 0; i--) {
        const RuleFile *file = &files->ptr[i - 1];
        p->role = file->role;
        p->role_place = file->role.len > 0 ? file->role_place : p->role_place;
        p->because = str_format(a, "%.*s:%lld", STR_ARG(file->role_place.file),
                                (long long)file->role_place.line);
    }
    if (p->role.len == 0) {
        bool in_ci = is_ci(wish->place.environ);
        p->role = in_ci ? S("ci") : S("dev");
        p->because = in_ci ? S("CI is set") : S("nothing says another");
    }
}

/* All names of roles, each once. */
static Str role_names(Arena *a, const RuleFiles *files)
{
    VEC(Str) names = {0};
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < COUNT_OF(known_roles); i++) {
        *VEC_PUSH(a, &names) = known_roles[i];
    }
    for (isize f = 0; f < files->len; f++) {
        for (isize i = 0; i < files->ptr[f].roles.len; i++) {
            Str name = files->ptr[f].roles.ptr[i];
            if (!str_is_among(name, names.ptr, names.len)) {
                *VEC_PUSH(a, &names) = name;
            }
        }
    }
    for (isize i = 0; i < names.len; i++) {
        strbuf_add_format(&b, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(names.ptr[i]));
    }
    return strbuf_str(&b);
}

static bool check_role(Arena *a, const Policy *p, const RuleFiles *files, Err *err)
{
    bool is_known = str_is_among(p->role, known_roles, COUNT_OF(known_roles));
    for (isize i = 0; i < files->len; i++) {
        is_known =
            is_known || str_is_among(p->role, files->ptr[i].roles.ptr, files->ptr[i].roles.len);
    }
    if (is_known) {
        return true;
    }
    FAIL(err, ERR_USAGE, "there is no role '%.*s', which %.*s asks for", STR_ARG(p->role),
         STR_ARG(p->because));
    return err_hint(err, "the roles here are %.*s", STR_ARG(role_names(a, files)));
}

static void take_rules(Arena *a, const RuleFiles *files, Policy *p)
{
    for (isize f = 0; f < files->len; f++) {
        for (isize i = 0; i < files->ptr[f].rules.len; i++) {
            const Rule *rule = &files->ptr[f].rules.ptr[i];
            if (str_eq(rule->section, S("all")) || str_eq(rule->section, p->role)) {
                *VEC_PUSH(a, &p->rules) = *rule;
            }
        }
    }
}

bool policy_load(Arena *a, const PolicyWish *wish, Policy *ret, Err *err)
{
    Policy p = {0};
    RuleFiles files = {0};
    if (!configfile_load(a, &wish->place, &p.files, err)) {
        return false;
    }
    for (isize i = 0; i < p.files.len; i++) {
        RuleFile *file = VEC_PUSH(a, &files);
        if (!rules_read(a, &p.files.ptr[i], file, err)) {
            return false;
        }
        p.has_rules = p.has_rules || file->has_policy;
    }
    if (p.has_rules || wish->role.len > 0) {
        choose_role(a, wish, &files, &p);
        if (!check_role(a, &p, &files, err)) {
            return false;
        }
        take_rules(a, &files, &p);
    }
    *ret = p;
    return true;
}

/* Whether the rule stands in a file of the project. */
static bool is_of_project(const Policy *p, const Rule *rule)
{
    for (isize i = 0; i < p->files.len; i++) {
        if (str_eq(p->files.ptr[i].path, rule->place.file)) {
            return p->files.ptr[i].layer == CONFIG_PROJECT;
        }
    }
    return true;
}

int64_t policy_log_days(const Policy *p)
{
    int64_t days = 0;
    bool may_remove = false;
    for (isize i = 0; i < p->rules.len; i++) {
        const Rule *rule = &p->rules.ptr[i];
        if (rule->kind == RULE_LOGS) {
            days = MAX(days, rule->days);
            may_remove = may_remove || !is_of_project(p, rule);
        }
    }
    return may_remove ? days : 0;
}
