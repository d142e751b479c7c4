#include "policy/rules.h"

#include "base/strbuf.h"
#include "go/mod/version.h"
#include "policy/date.h"

typedef struct {
    Arena *arena;
    const ConfigFile *file;
    Str section;
    bool warns_only;
    RuleFile *into;
} Reader;

/* ---- scalars ---- */

/* Left empty, ~ or null without quotes. */
static bool is_null(const YamlNode *node)
{
    return yaml_is_plain(node) &&
           (node->text.len == 0 || str_eq(node->text, S("~")) || str_eq(node->text, S("null")));
}

static bool read_text(const Reader *r, const YamlNode *node, Str what, Str *ret, Err *err)
{
    if (!configfile_expect(r->file, node, YAML_SCALAR, what, err)) {
        return false;
    }
    if (is_null(node)) {
        return configfile_fail(r->file, node, err, "%.*s has no value ('' stands for an empty one)",
                               STR_ARG(what));
    }
    *ret = node->text;
    return true;
}

/* "14 days" */
static bool read_days(const Reader *r, const YamlNode *node, Str what, int64_t *ret, Err *err)
{
    Str text;
    if (!read_text(r, node, what, &text, err)) {
        return false;
    }
    StrCut cut = str_cut(text, ' ');
    Str unit = str_trim(cut.tail);
    return ((str_eq(unit, S("days")) || str_eq(unit, S("day"))) &&
            str_parse_decimal(cut.head, RULES_MAX_DAYS, ret)) ||
           configfile_fail(r->file, node, err,
                           "%.*s: '%.*s' is no time; write '14 days', at most "
                           "%d",
                           STR_ARG(what), STR_ARG(text), RULES_MAX_DAYS);
}

/* Which of n words it is. */
static bool read_word(const Reader *r, const YamlNode *node, Str what, const Str *words, isize n,
                      isize *ret, Err *err)
{
    Str text;
    if (!read_text(r, node, what, &text, err)) {
        return false;
    }
    for (*ret = 0; *ret < n; (*ret)++) {
        if (str_eq(text, words[*ret])) {
            return true;
        }
    }
    StrBuf b = strbuf_init(r->arena);
    for (isize i = 0; i < n; i++) {
        strbuf_add_format(&b, "%s%.*s", i == 0 ? "" : ", ", STR_ARG(words[i]));
    }
    return configfile_fail(r->file, node, err, "%.*s is one of %.*s, not '%.*s'", STR_ARG(what),
                           STR_ARG(strbuf_str(&b)), STR_ARG(text));
}

static bool is_name(Str s, bool with_dash)
{
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && (i == 0 || c < '0' || c > '9') && !(with_dash && i > 0 && c == '-')) {
            return false;
        }
    }
    return s.len > 0 && s.len <= RULES_MAX_NAME;
}

/* ---- rules ---- */

static Rule *add_rule(Reader *r, RuleKind kind, const YamlNode *node)
{
    Rule *rule = VEC_PUSH(r->arena, &r->into->rules);
    *rule = (Rule){.kind = kind,
                   .place = {r->file->path, node->key != NULL ? node->key->line : node->line},
                   .section = r->section,
                   .warns_only = r->warns_only};
    return rule;
}

/* The elements of a list; a single value is a list of one. */
static const YamlNode *elements(const YamlNode *node, isize *ret_n)
{
    bool is_list = node->kind == YAML_SEQUENCE;
    *ret_n = is_list ? node->n_children : 1;
    return is_list ? node->child : node;
}

static bool read_spec(const Reader *r, const YamlNode *node, Spec *ret, Err *err)
{
    Str text;
    Err why = {0};
    if (!read_text(r, node, S("go"), &text, err)) {
        return false;
    }
    if (!spec_parse(text, ret, &why) || !spec_is_version(ret)) {
        configfile_fail(r->file, node, err, "go: '%.*s' is no version and no range of versions",
                        STR_ARG(text));
        return err_hint(err, "write \"1.26\", \"1.26.8\", \">=1.25.3,<1.28\", stable or oldstable");
    }
    return true;
}

static bool read_go(Reader *r, const YamlNode *node, Err *err)
{
    isize n;
    const YamlNode *each = elements(node, &n);
    Spec *specs = ARENA_ARRAY(r->arena, Spec, n);
    if (n == 0) {
        return configfile_fail(r->file, node, err, "go: no version is named, so none is allowed");
    }
    for (isize i = 0; i < n; i++, each = each->next) {
        if (!read_spec(r, each, &specs[i], err)) {
            return false;
        }
    }
    Rule *rule = add_rule(r, RULE_GO, node);
    rule->specs = specs;
    rule->n_specs = n;
    return true;
}

static bool read_release(const Reader *r, const YamlNode *node, Str *ret, Err *err)
{
    if (!read_text(r, node, S("minimum: go"), ret, err)) {
        return false;
    }
    str_eat_prefix(ret, S("go"));
    return (goversion_is_valid(*ret) && !goversion_is_lang(*ret)) ||
           configfile_fail(r->file, node, err, "minimum: '%.*s' is no release, such as 1.26.8",
                           STR_ARG(*ret));
}

static bool read_date(const Reader *r, const YamlNode *node, int64_t *ret, Err *err)
{
    Str text;
    return read_text(r, node, S("since"), &text, err) &&
           (date_parse(text, ret) ||
            configfile_fail(r->file, node, err, "since: '%.*s' is no date, such as 2026-11-01",
                            STR_ARG(text)));
}

static bool read_one_minimum(Reader *r, const YamlNode *node, Err *err)
{
    static const Str keys[] = {STR_CONST("go"), STR_CONST("since"), STR_CONST("grace")};
    Rule rule = {0};
    if (!configfile_expect_keys(r->file, node, keys, COUNT_OF(keys), S("minimum"), err)) {
        return false;
    }
    const YamlNode *go = yaml_get(node, keys[0]);
    const YamlNode *since = yaml_get(node, keys[1]);
    const YamlNode *grace = yaml_get(node, keys[2]);
    if (go == NULL || (grace != NULL && since == NULL)) {
        return configfile_fail(r->file, node, err,
                               go == NULL ? "minimum names no go"
                                          : "minimum: grace counts from a day: give since as well");
    }
    if (!read_release(r, go, &rule.version, err) ||
        (since != NULL && !read_date(r, since, &rule.since_day, err)) ||
        (grace != NULL && !read_days(r, grace, S("grace"), &rule.grace_days, err))) {
        return false;
    }
    Rule *added = add_rule(r, RULE_MINIMUM, go);
    added->version = rule.version;
    added->since_day = rule.since_day;
    added->grace_days = rule.grace_days;
    return true;
}

static bool read_minimum(Reader *r, const YamlNode *node, Err *err)
{
    isize n;
    const YamlNode *each = elements(node, &n);
    for (isize i = 0; i < n; i++, each = each->next) {
        if (!read_one_minimum(r, each, err)) {
            return false;
        }
    }
    return true;
}

static bool read_support(Reader *r, const YamlNode *node, Err *err)
{
    enum { REQUIRED, WARN, ANY };
    static const Str words[] = {
        [REQUIRED] = STR_CONST("required"), [WARN] = STR_CONST("warn"), [ANY] = STR_CONST("any")};
    isize word;
    if (!read_word(r, node, S("support"), words, COUNT_OF(words), &word, err)) {
        return false;
    }
    if (word != ANY) {
        Rule *rule = add_rule(r, RULE_SUPPORT, node);
        rule->warns_only = rule->warns_only || word == WARN;
    }
    return true;
}

static bool add_variable(Reader *r, RuleKind kind, const YamlNode *node, Str name, bool has_value,
                         Err *err)
{
    Str value = {0};
    if (!is_name(name, false)) {
        return configfile_fail(r->file, node, err, "'%.*s' is no name of a variable",
                               STR_ARG(str_to(name, MIN(name.len, RULES_MAX_NAME))));
    }
    if (has_value && !read_text(r, node, name, &value, err)) {
        return false;
    }
    Rule *rule = add_rule(r, kind, node);
    rule->name = name;
    rule->value = value;
    rule->has_value = has_value;
    return true;
}

static bool add_variables(Reader *r, RuleKind kind, const YamlNode *mapping, Err *err)
{
    for (const YamlNode *each = mapping->child; each != NULL; each = each->next) {
        if (!add_variable(r, kind, each, each->key->text, true, err)) {
            return false;
        }
    }
    return true;
}

/* A list of names, and of mappings from a name to a value. */
static bool read_forbidden(Reader *r, const YamlNode *node, Err *err)
{
    isize n;
    const YamlNode *each = elements(node, &n);
    for (isize i = 0; i < n; i++, each = each->next) {
        if (each->kind == YAML_MAPPING
                ? !add_variables(r, RULE_FORBIDDEN, each, err)
                : !configfile_expect(r->file, each, YAML_SCALAR, S("forbidden"), err) ||
                      !add_variable(r, RULE_FORBIDDEN, each, each->text, false, err)) {
            return false;
        }
    }
    return true;
}

static bool read_variables(Reader *r, const YamlNode *node, Err *err)
{
    static const Str keys[] = {STR_CONST("required"), STR_CONST("forbidden")};
    if (!configfile_expect_keys(r->file, node, keys, COUNT_OF(keys), S("variables"), err)) {
        return false;
    }
    const YamlNode *required = yaml_get(node, keys[0]);
    const YamlNode *forbidden = yaml_get(node, keys[1]);
    return (required == NULL || (configfile_expect(r->file, required, YAML_MAPPING, keys[0], err) &&
                                 add_variables(r, RULE_REQUIRED, required, err))) &&
           (forbidden == NULL || read_forbidden(r, forbidden, err));
}

static bool read_proxy(const Reader *r, const YamlNode *node, ProxyEntry *ret, Err *err)
{
    Str text;
    ProxyList list;
    Err why = {0};
    if (!read_text(r, node, S("proxies"), &text, err)) {
        return false;
    }
    if (!proxy_list_parse(r->arena, text, &list, &why) || list.len != 1 ||
        str_index(text, S(",")) >= 0 || str_index(text, S("|")) >= 0) {
        return configfile_fail(r->file, node, err,
                               "proxies: each is the beginning of a URL, direct or off");
    }
    *ret = list.ptr[0];
    return str_index_byte(text, '@') < 0 ||
           configfile_fail(r->file, node, err,
                           "proxies: a user name or password does not belong "
                           "here");
}

static bool read_proxies(Reader *r, const YamlNode *node, Err *err)
{
    isize n;
    const YamlNode *each = elements(node, &n);
    ProxyEntry *entries = ARENA_ARRAY(r->arena, ProxyEntry, n);
    if (n == 0) {
        return configfile_fail(r->file, node, err, "proxies: none is named; write off for none");
    }
    for (isize i = 0; i < n; i++, each = each->next) {
        if (!read_proxy(r, each, &entries[i], err)) {
            return false;
        }
    }
    add_rule(r, RULE_PROXIES, node)->proxies = (ProxyList){entries, n};
    return true;
}

static bool read_logs(Reader *r, const YamlNode *node, Err *err)
{
    int64_t days;
    if (!read_days(r, node, S("logs"), &days, err)) {
        return false;
    }
    add_rule(r, RULE_LOGS, node)->days = days;
    return true;
}

/* ---- sections ---- */

static bool skip(Reader *r, const YamlNode *node, Err *err)
{
    (void)r, (void)node, (void)err;
    return true;
}

static const struct {
    Str key;
    bool (*read)(Reader *r, const YamlNode *node, Err *err);
} section_keys[] = {
    {STR_CONST("go"), read_go},           {STR_CONST("minimum"), read_minimum},
    {STR_CONST("support"), read_support}, {STR_CONST("variables"), read_variables},
    {STR_CONST("proxies"), read_proxies}, {STR_CONST("logs"), read_logs},
    {STR_CONST("enforce"), skip}, /* read before the others */
};

/* Untouched where the section does not say it. */
static bool read_enforce(const Reader *r, const YamlNode *section, bool *ret_warns, Err *err)
{
    static const Str words[] = {STR_CONST("refuse"), STR_CONST("warn")};
    const YamlNode *node = yaml_get(section, S("enforce"));
    isize word;
    if (node == NULL) {
        return true;
    }
    if (!read_word(r, node, S("enforce"), words, COUNT_OF(words), &word, err)) {
        return false;
    }
    *ret_warns = word == 1;
    return true;
}

static bool read_section(Reader *r, const YamlNode *section, Str name, bool warns_only, Err *err)
{
    Str keys[COUNT_OF(section_keys)];
    for (isize i = 0; i < COUNT_OF(section_keys); i++) {
        keys[i] = section_keys[i].key;
    }
    if (is_null(section)) {
        return true;
    }
    r->section = name;
    r->warns_only = warns_only;
    if (!configfile_expect_keys(r->file, section, keys, COUNT_OF(keys), name, err) ||
        !read_enforce(r, section, &r->warns_only, err)) {
        return false;
    }
    for (const YamlNode *value = section->child; value != NULL; value = value->next) {
        isize i = 0;
        while (!str_eq(section_keys[i].key, value->key->text)) {
            i++;
        }
        if (!section_keys[i].read(r, value, err)) {
            return false;
        }
    }
    return true;
}

static bool read_roles(Reader *r, const YamlNode *roles, bool warns_only, Err *err)
{
    if (!configfile_expect(r->file, roles, YAML_MAPPING, S("roles"), err)) {
        return false;
    }
    for (const YamlNode *each = roles->child; each != NULL; each = each->next) {
        Str name = each->key->text;
        if (!is_name(name, true) || str_eq(name, S("all"))) {
            return configfile_fail(r->file, each, err,
                                   "'%.*s' cannot be the name of a role: letters, digits, - and _, "
                                   "not all",
                                   STR_ARG(str_to(name, MIN(name.len, RULES_MAX_NAME))));
        }
        *VEC_PUSH(r->arena, &r->into->roles) = name;
        if (!read_section(r, each, name, warns_only, err)) {
            return false;
        }
    }
    return true;
}

static bool read_policy(Reader *r, const YamlNode *policy, Err *err)
{
    static const Str keys[] = {STR_CONST("role"), STR_CONST("all"), STR_CONST("roles")};
    bool warns_only = false;
    if (is_null(policy)) {
        return true;
    }
    if (!configfile_expect_keys(r->file, policy, keys, COUNT_OF(keys), S("policy"), err)) {
        return false;
    }
    const YamlNode *role = yaml_get(policy, keys[0]);
    const YamlNode *all = yaml_get(policy, keys[1]);
    const YamlNode *roles = yaml_get(policy, keys[2]);
    if (role != NULL) {
        if (!read_text(r, role, keys[0], &r->into->role, err)) {
            return false;
        }
        r->into->role_place = (Place){r->file->path, role->line};
    }
    if (all != NULL && !is_null(all) &&
        (!configfile_expect(r->file, all, YAML_MAPPING, keys[1], err) ||
         !read_enforce(r, all, &warns_only, err))) {
        return false;
    }
    return (all == NULL || read_section(r, all, keys[1], warns_only, err)) &&
           (roles == NULL || is_null(roles) || read_roles(r, roles, warns_only, err));
}

bool rules_read(Arena *a, const ConfigFile *file, RuleFile *ret, Err *err)
{
    RuleFile found = {0};
    Reader r = {.arena = a, .file = file, .into = &found};
    const YamlNode *policy = configfile_get(file, S("policy"));
    found.has_policy = policy != NULL;
    if (policy != NULL && !read_policy(&r, policy, err)) {
        return false;
    }
    *ret = found;
    return true;
}

char rules_separator(Str variable)
{
    static const struct {
        Str name;
        char separator;
    } lists[] = {
        {STR_CONST("GOFLAGS"), ' '},
        {STR_CONST("GODEBUG"), ','},
        {STR_CONST("GOEXPERIMENT"), ','},
    };
    for (isize i = 0; i < COUNT_OF(lists); i++) {
        if (str_eq(lists[i].name, variable)) {
            return lists[i].separator;
        }
    }
    return 0;
}

/* ---- for people ---- */

static Str spec_list(Arena *a, const Rule *rule)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < rule->n_specs; i++) {
        strbuf_add(&b, i == 0 ? S("") : S(" or "));
        strbuf_add(&b, rule->specs[i].text);
    }
    return strbuf_str(&b);
}

static Str proxy_names(Arena *a, const Rule *rule)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < rule->proxies.len; i++) {
        strbuf_add(&b, i == 0 ? S("") : S(", "));
        strbuf_add(&b, rule->proxies.ptr[i].printable);
    }
    return strbuf_str(&b);
}

static Str minimum_text(Arena *a, const Rule *rule)
{
    Str lang = goversion_lang(rule->version);
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "a Go %.*s is at least %.*s", STR_ARG(lang), STR_ARG(rule->version));
    if (rule->since_day > 0) {
        strbuf_add_format(&b, ", from %.*s on", STR_ARG(date_text(a, rule->since_day)));
    }
    if (rule->grace_days > 0) {
        strbuf_add_format(&b, ", only a warning until %.*s",
                          STR_ARG(date_text(a, rule->since_day + rule->grace_days)));
    }
    return strbuf_str(&b);
}

Str rule_text(Arena *a, const Rule *rule)
{
    switch (rule->kind) {
    case RULE_GO:
        return str_concat(a, S("Go is "), spec_list(a, rule));
    case RULE_MINIMUM:
        return minimum_text(a, rule);
    case RULE_SUPPORT:
        return S("Go is of one of the two minor releases that are mended");
    case RULE_REQUIRED:
        return str_format(a, "%.*s %s '%.*s'", STR_ARG(rule->name),
                          rules_separator(rule->name) != 0 ? "holds" : "is", STR_ARG(rule->value));
    case RULE_FORBIDDEN:
        return rule->has_value
                   ? str_format(a, "%.*s %s '%.*s'", STR_ARG(rule->name),
                                rules_separator(rule->name) != 0 ? "does not hold" : "is not",
                                STR_ARG(rule->value))
                   : str_concat(a, rule->name, S(" is not set"));
    case RULE_PROXIES:
        return str_concat(a, S("GOPROXY names only "), proxy_names(a, rule));
    case RULE_LOGS:
        return str_format(a, "the audit log is kept for %lld days", (long long)rule->days);
    case RULE_NONE:
    case RULE_KIND_COUNT:
        break;
    }
    return S("");
}
