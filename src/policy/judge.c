#include "policy/judge.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "go/mod/releases.h"
#include "go/mod/version.h"
#include "policy/date.h"

typedef struct {
    Arena *arena;
    const Policy *policy;
    const Rule *rule;
    const PolicySubject *subject;
    FindingList *list;
} Judge;

static const Str ids[RULE_KIND_COUNT] = {
    [RULE_GO] = STR_CONST("GWP001"),        [RULE_MINIMUM] = STR_CONST("GWP002"),
    [RULE_SUPPORT] = STR_CONST("GWP003"),   [RULE_REQUIRED] = STR_CONST("GWP004"),
    [RULE_FORBIDDEN] = STR_CONST("GWP005"), [RULE_PROXIES] = STR_CONST("GWP006"),
    [RULE_LOGS] = STR_CONST("GWP007"),
};

Str policy_rule_id(RuleKind kind)
{
    return ids[kind];
}

static Verdict break_rule(const Judge *j, Severity severity, Str title, Str evidence, Str remedy)
{
    bool is_softened = j->rule->warns_only && severity == SEVERITY_ERROR;
    *VEC_PUSH(j->arena, j->list) = (Finding){
        .id = ids[j->rule->kind],
        .severity = is_softened ? SEVERITY_WARN : severity,
        .title = title,
        .place = j->rule->place,
        .evidence = evidence,
        .remedy = remedy,
    };
    return VERDICT_BROKEN;
}

/* "role dev", or "every role". */
static Str whom(const Judge *j)
{
    return str_eq(j->rule->section, S("all")) ? S("every role")
                                              : str_concat(j->arena, S("role "), j->rule->section);
}

/* ---- the Go ---- */

/* stable and oldstable mean any release of the newest minor, and of the one before it. */
static bool accepts(const Judge *j, const Spec *spec)
{
    Str version = j->subject->version;
    if (spec->kind != SPEC_STABLE && spec->kind != SPEC_OLDSTABLE) {
        return spec_accepts(spec, version);
    }
    Str newest = releases_newest(j->arena, j->subject->home, version);
    return !goversion_is_prerelease(version) &&
           str_eq(goversion_lang(version),
                  spec->kind == SPEC_STABLE ? newest : releases_before(j->arena, newest));
}

static Verdict judge_go(const Judge *j)
{
    Arena *a = j->arena;
    Str version = j->subject->version;
    if (!j->subject->has_go) {
        return VERDICT_UNJUDGED;
    }
    for (isize i = 0; i < j->rule->n_specs; i++) {
        if (version.len > 0 && accepts(j, &j->rule->specs[i])) {
            return VERDICT_HOLDS;
        }
    }
    Str title = version.len == 0 ? S("the version of this Go is not known, so no range allows it")
                                 : str_format(a, "Go %.*s is not allowed for %.*s",
                                              STR_ARG(version), STR_ARG(whom(j)));
    return break_rule(j, SEVERITY_ERROR, title, rule_text(a, j->rule),
                      str_format(a, "goward use '%.*s'", STR_ARG(j->rule->specs[0].text)));
}

static Verdict judge_minimum(const Judge *j)
{
    Arena *a = j->arena;
    const Rule *rule = j->rule;
    Str version = j->subject->version;
    if (!j->subject->has_go || j->subject->today < rule->since_day) {
        return VERDICT_UNJUDGED;
    }
    if (!str_eq(goversion_lang(version), goversion_lang(rule->version)) ||
        goversion_compare(version, rule->version) >= 0) {
        return VERDICT_HOLDS;
    }
    bool has_grace = j->subject->today < rule->since_day + rule->grace_days;
    Str title = str_format(a, "Go %.*s is older than %.*s, the least patch for %.*s",
                           STR_ARG(version), STR_ARG(rule->version), STR_ARG(whom(j)));
    return break_rule(j, has_grace ? SEVERITY_WARN : SEVERITY_ERROR, title, rule_text(a, rule),
                      str_format(a, "goward use %.*s", STR_ARG(goversion_lang(rule->version))));
}

static Verdict judge_support(const Judge *j)
{
    Arena *a = j->arena;
    Str lang = goversion_lang(j->subject->version);
    Str since;
    if (!j->subject->has_go || lang.len == 0) {
        return VERDICT_UNJUDGED;
    }
    Str newest = releases_newest(a, j->subject->home, j->subject->version);
    if (!releases_is_over(lang, newest, &since)) {
        return VERDICT_HOLDS;
    }
    return break_rule(j, SEVERITY_ERROR,
                      str_format(a, "Go %.*s gets no security fixes any more%s%.*s", STR_ARG(lang),
                                 since.len > 0 ? ", since " : "", STR_ARG(since)),
                      str_format(a,
                                 "the newest that this goward knows is Go %.*s; the two newest "
                                 "are mended",
                                 STR_ARG(newest)),
                      str_format(a, "goward use %.*s", STR_ARG(newest)));
}

/* ---- variables ---- */

/* A quote or an apostrophe around a flag, and the second dash, mean nothing. */
static Str plain_word(Str word)
{
    word = str_trim(word);
    if (word.len >= 2 && (word.ptr[0] == '\'' || word.ptr[0] == '"') &&
        word.ptr[word.len - 1] == word.ptr[0]) {
        word = str_slice(word, 1, word.len - 1);
    }
    return str_starts_with(word, S("--")) ? str_from(word, 1) : word;
}

/* What a word is about: the flag, the setting, or the experiment that "no" turns off. */
static Str subject_of(Str variable, Str word)
{
    if (str_eq(variable, S("GOEXPERIMENT"))) {
        str_eat_prefix(&word, S("no"));
        return word;
    }
    return str_cut(word, '=').head;
}

/* Takes the next word off *rest; false at the end. */
static bool next_word(Str *rest, char separator, Str *ret)
{
    while (rest->len > 0) {
        StrCut cut = str_cut(*rest, separator);
        *rest = cut.tail;
        *ret = plain_word(cut.head);
        if (ret->len > 0) {
            return true;
        }
    }
    return false;
}

/* Whether wanted stands in the list, and nothing after it says otherwise. */
static bool list_holds(Str variable, Str value, char separator, Str wanted)
{
    Str word;
    bool holds = false;
    while (next_word(&value, separator, &word)) {
        if (str_eq(subject_of(variable, word), subject_of(variable, wanted))) {
            holds = str_eq(word, wanted);
        }
    }
    return holds;
}

/* Whether the value is the wanted one, or holds all (any: one) of its words. */
static bool value_holds(Str variable, Str value, Str wanted, bool any)
{
    Str word;
    char separator = rules_separator(variable);
    if (separator == 0 || wanted.len == 0) {
        return str_eq(value, wanted);
    }
    bool holds = !any;
    while (next_word(&wanted, separator, &word)) {
        bool this_one = list_holds(variable, value, separator, word);
        holds = any ? holds || this_one : holds && this_one;
    }
    return holds;
}

/* "GOFLAGS=-mod=mod (/home/x/.config/go/env:3)". Of what is not the go command's own only the name
 * is shown: it may be a secret. */
static Str seen(Arena *a, Str name, const GoEnvValue *v)
{
    if (v->value.len == 0) {
        return str_concat(a, name, S(" is not set"));
    }
    bool is_gos = str_starts_with(name, S("GO")) || str_starts_with(name, S("CGO_"));
    Str value = is_gos ? goenv_printable(a, v->value) : S("...");
    Str origin = v->origin == GOENV_ORIGIN_PROCESS ? S("environment")
                 : v->file.len > 0 ? str_format(a, "%.*s:%td", STR_ARG(v->file), v->line)
                                   : S("default");
    return str_format(a, "%.*s=%.*s (%.*s)", STR_ARG(name), STR_ARG(value), STR_ARG(origin));
}

/* The command that sets it, where it stands now. */
static Str setting(Arena *a, Str name, Str value, const GoEnvValue *now)
{
    bool is_gos = str_starts_with(name, S("GO")) || str_starts_with(name, S("CGO_"));
    bool in_file = is_gos && now->origin != GOENV_ORIGIN_PROCESS;
    return str_format(a, "%s %.*s='%.*s'", in_file ? "go env -w" : "export", STR_ARG(name),
                      STR_ARG(value));
}

static Str unsetting(Arena *a, Str name, const GoEnvValue *now)
{
    switch (now->origin) {
    case GOENV_ORIGIN_USER_FILE:
        return str_concat(a, S("go env -u "), name);
    case GOENV_ORIGIN_GOROOT_FILE:
        return str_format(a, "change line %td of %.*s", now->line, STR_ARG(now->file));
    case GOENV_ORIGIN_PROCESS:
    case GOENV_ORIGIN_DEFAULT:
    case GOENV_ORIGIN_NONE:
    case GOENV_ORIGIN_COUNT:
        break;
    }
    return str_concat(a, S("unset "), name);
}

static Verdict judge_required(const Judge *j)
{
    Arena *a = j->arena;
    const Rule *rule = j->rule;
    GoEnvValue v = goenv_get(j->subject->env, rule->name);
    if (value_holds(rule->name, v.value, rule->value, false)) {
        return VERDICT_HOLDS;
    }
    bool is_list = rules_separator(rule->name) != 0 && v.value.len > 0 && rule->value.len > 0;
    char separator[2] = {rules_separator(rule->name), 0};
    Str whole = is_list ? str_format(a, "%.*s%s%.*s", STR_ARG(goenv_printable(a, v.value)),
                                     separator, STR_ARG(rule->value))
                        : rule->value;
    return break_rule(j, SEVERITY_ERROR,
                      str_format(a, "%.*s must %s '%.*s' for %.*s", STR_ARG(rule->name),
                                 is_list ? "hold" : "be", STR_ARG(rule->value), STR_ARG(whom(j))),
                      seen(a, rule->name, &v), setting(a, rule->name, whole, &v));
}

/* What releases come with in their go.env is nobody's setting. */
static bool is_set(Str name, const GoEnvValue *v)
{
    static const struct {
        Str name, value; /* value empty: whatever it is */
    } shipped[] = {
        {STR_CONST("GOPROXY"), STR_CONST("")},
        {STR_CONST("GOSUMDB"), STR_CONST("sum.golang.org")},
        {STR_CONST("GOTOOLCHAIN"), STR_CONST("auto")},
    };
    if (v->origin == GOENV_ORIGIN_DEFAULT) {
        return false;
    }
    for (isize i = 0; i < COUNT_OF(shipped) && v->origin == GOENV_ORIGIN_GOROOT_FILE; i++) {
        if (str_eq(name, shipped[i].name) &&
            (shipped[i].value.len == 0 || str_eq(v->value, shipped[i].value))) {
            return false;
        }
    }
    return true;
}

static Verdict judge_forbidden(const Judge *j)
{
    Arena *a = j->arena;
    const Rule *rule = j->rule;
    GoEnvValue v = goenv_get(j->subject->env, rule->name);
    if (rule->has_value ? !value_holds(rule->name, v.value, rule->value, true)
                        : !is_set(rule->name, &v)) {
        return VERDICT_HOLDS;
    }
    bool is_part = rule->has_value && rules_separator(rule->name) != 0;
    Str title =
        rule->has_value
            ? str_format(a, "%.*s must not %s '%.*s' for %.*s", STR_ARG(rule->name),
                         is_part ? "hold" : "be", STR_ARG(rule->value), STR_ARG(whom(j)))
            : str_format(a, "%.*s must not be set for %.*s", STR_ARG(rule->name), STR_ARG(whom(j)));
    Str remedy = is_part ? str_format(a, "take '%.*s' out of %.*s", STR_ARG(rule->value),
                                      STR_ARG(rule->name))
                         : unsetting(a, rule->name, &v);
    return break_rule(j, SEVERITY_ERROR, title, seen(a, rule->name, &v), remedy);
}

/* ---- proxies ---- */

/* Whether path begins with prefix, at the end of an element. */
static bool begins_with(Str path, Str prefix)
{
    while (str_eat_suffix(&prefix, S("/"))) {
    }
    return str_starts_with(path, prefix) && (path.len == prefix.len || path.ptr[prefix.len] == '/');
}

static bool is_allowed(const Rule *rule, const ProxyEntry *entry)
{
    for (isize i = 0; i < rule->proxies.len; i++) {
        const ProxyEntry *allowed = &rule->proxies.ptr[i];
        bool has_place = entry->kind == PROXY_URL || entry->kind == PROXY_FILE;
        if (allowed->kind == entry->kind &&
            (!has_place || begins_with(entry->printable, allowed->printable))) {
            return true;
        }
    }
    return false;
}

static Str proxy_setting(const Judge *j, const GoEnvValue *v)
{
    StrBuf b = strbuf_init(j->arena);
    for (isize i = 0; i < j->rule->proxies.len; i++) {
        strbuf_add(&b, i == 0 ? S("") : S(","));
        strbuf_add(&b, j->rule->proxies.ptr[i].printable);
    }
    return setting(j->arena, S("GOPROXY"), strbuf_str(&b), v);
}

static Verdict judge_proxies(const Judge *j)
{
    Arena *a = j->arena;
    ProxyList list;
    Err why = {0};
    Verdict verdict = VERDICT_HOLDS;
    GoEnvValue v = goenv_get(j->subject->env, S("GOPROXY"));
    if (v.value.len == 0) {
        return VERDICT_UNJUDGED;
    }
    if (!proxy_list_parse(a, v.value, &list, &why)) {
        return break_rule(j, SEVERITY_ERROR, S("GOPROXY is no list of proxies"),
                          str_from_c(why.text), proxy_setting(j, &v));
    }
    for (isize i = 0; i < list.len; i++) {
        if (!is_allowed(j->rule, &list.ptr[i])) {
            verdict = break_rule(j, SEVERITY_ERROR,
                                 str_format(a, "GOPROXY names %.*s, which is not allowed for %.*s",
                                            STR_ARG(list.ptr[i].printable), STR_ARG(whom(j))),
                                 seen(a, S("GOPROXY"), &v), proxy_setting(j, &v));
        }
    }
    return verdict;
}

/* ---- logs ---- */

/* Of several rules the one that keeps longest counts. */
static Verdict judge_logs(const Judge *j)
{
    const PolicySubject *s = j->subject;
    int64_t days = j->rule->days;
    if (!s->has_log || days != policy_log_days(j->policy) || s->today - s->log_since <= days) {
        return VERDICT_HOLDS;
    }
    return break_rule(
        j, SEVERITY_INFO,
        str_format(j->arena, "the audit log holds lines older than %lld days", (long long)days),
        str_concat(j->arena, S("the oldest is of "), date_text(j->arena, s->log_since)),
        S("goward gc"));
}

/* ---- all ---- */

typedef Verdict (*JudgeRule)(const Judge *j);

static const JudgeRule judges[RULE_KIND_COUNT] = {
    [RULE_GO] = judge_go,
    [RULE_MINIMUM] = judge_minimum,
    [RULE_SUPPORT] = judge_support,
    [RULE_REQUIRED] = judge_required,
    [RULE_FORBIDDEN] = judge_forbidden,
    [RULE_PROXIES] = judge_proxies,
    [RULE_LOGS] = judge_logs,
};

Verdict policy_judge_rule(Arena *a, const Policy *p, const Rule *rule, const PolicySubject *s,
                          FindingList *list)
{
    Judge j = {.arena = a, .policy = p, .rule = rule, .subject = s, .list = list};
    return judges[rule->kind](&j);
}

void policy_judge(Arena *a, const Policy *p, const PolicySubject *s, FindingList *ret)
{
    FindingList list = {0};
    for (isize i = 0; i < p->rules.len; i++) {
        policy_judge_rule(a, p, &p->rules.ptr[i], s, &list);
    }
    findings_sort(&list);
    *ret = list;
}

/* "/dir/goward.yaml:3: what" */
static bool split_place(Str text, Place *ret, Str *ret_what)
{
    for (isize i = 0; i < text.len; i++) {
        StrCut cut = str_cut(str_from(text, i + 1), ':');
        if (text.ptr[i] == ':' && cut.found && str_starts_with(cut.tail, S(" ")) &&
            str_parse_decimal(cut.head, INT32_MAX, &ret->line)) {
            ret->file = str_to(text, i);
            *ret_what = str_from(cut.tail, 1);
            return true;
        }
    }
    return false;
}

Finding policy_trouble(Arena *a, const Err *err)
{
    Finding f = {.id = S("GWP008"),
                 .severity = SEVERITY_ERROR,
                 .title = S("goward.yaml cannot be read, so no rule of it is held"),
                 .remedy = str_copy(a, str_from_c(err->hint))};
    Str text = str_copy(a, str_from_c(err->text));
    if (!split_place(text, &f.place, &f.evidence)) {
        f.title = S("the role that is asked for does not exist");
        f.evidence = text;
    }
    return f;
}

bool policy_refuse(const FindingList *list, Err *err)
{
    isize n = findings_count(list, SEVERITY_ERROR);
    for (isize i = 0; i < list->len; i++) {
        const Finding *f = &list->ptr[i];
        if (f->severity == SEVERITY_ERROR) {
            FAIL(err, ERR_USAGE, "%.*s, says %.*s:%lld (%.*s%s); %.*s", STR_ARG(f->title),
                 STR_ARG(f->place.file), (long long)f->place.line, STR_ARG(f->id),
                 n > 1 ? ", and more: goward policy check" : "", STR_ARG(f->evidence));
            return err_hint(err, "%.*s", STR_ARG(f->remedy));
        }
    }
    return true;
}
