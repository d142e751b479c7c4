#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "policy/date.h"
#include "policy/judge.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static bool read_rules(Arena *a, Str text, RuleFile *ret, Err *err)
{
    ConfigFile file;
    *err = (Err){0};
    return configfile_parse(a, CONFIG_PROJECT, S("/p/goward.yaml"), text, &file, err) &&
           rules_read(a, &file, ret, err);
}

static void test_dates_are_days(void **state)
{
    (void)state;
    static const struct {
        Str text;
        int64_t day;
    } good[] = {
        {STR_CONST("1970-01-01"), 0},       {STR_CONST("2000-02-29"), 11016},
        {STR_CONST("2026-11-21"), 20778},   {STR_CONST("2024-12-31"), 20088},
        {STR_CONST("9999-12-31"), 2932896},
    };
    static const Str bad[] = {
        STR_CONST(""),           STR_CONST("2026-11-1"),  STR_CONST("2026-02-29"),
        STR_CONST("2026-13-01"), STR_CONST("2026-00-10"), STR_CONST("1969-12-31"),
        STR_CONST("2026/11/01"), STR_CONST("20261-1-01"), STR_CONST("2026-11-01 "),
    };
    Arena a = arena_init(KIB);
    int64_t day;
    for (isize i = 0; i < COUNT_OF(good); i++) {
        assert_true(date_parse(good[i].text, &day));
        assert_int_equal(day, good[i].day);
        assert_str(date_text(&a, day), good[i].text);
    }
    for (isize i = 0; i < COUNT_OF(bad); i++) {
        assert_false(date_parse(bad[i], &day));
    }
    arena_done(&a);
}

static void test_reads_each_rule_with_its_line(void **state)
{
    (void)state;
    static const struct {
        RuleKind kind;
        isize line;
        Str section, text;
        bool warns_only;
    } expected[] = {
        {RULE_SUPPORT, 4, STR_CONST("all"),
         STR_CONST("Go is of one of the two minor releases that are mended"), true},
        {RULE_GO, 7, STR_CONST("production"), STR_CONST("Go is >=1.25.3,<1.28 or 1.20"), false},
        {RULE_MINIMUM, 9, STR_CONST("production"),
         STR_CONST("a Go 1.26 is at least 1.26.8, from 2026-11-01 on, only a warning until "
                   "2026-11-15"),
         false},
        {RULE_MINIMUM, 12, STR_CONST("production"), STR_CONST("a Go 1.25 is at least 1.25.13"),
         false},
        {RULE_REQUIRED, 15, STR_CONST("production"), STR_CONST("CGO_ENABLED is '0'"), false},
        {RULE_REQUIRED, 16, STR_CONST("production"), STR_CONST("GOFLAGS holds '-trimpath'"), false},
        {RULE_FORBIDDEN, 18, STR_CONST("production"), STR_CONST("GOINSECURE is not set"), false},
        {RULE_FORBIDDEN, 19, STR_CONST("production"), STR_CONST("GOSUMDB is not 'off'"), false},
        {RULE_PROXIES, 20, STR_CONST("production"),
         STR_CONST("GOPROXY names only https://proxy.example/go, off"), false},
        {RULE_LOGS, 21, STR_CONST("production"), STR_CONST("the audit log is kept for 365 days"),
         false},
    };
    Err err;
    RuleFile rules;
    Arena a = arena_init(64 * KIB);
    assert_true(read_rules(&a,
                           S("policy:\n"
                             "  role: production\n"
                             "  all:\n"
                             "    support: warn\n"
                             "  roles:\n"
                             "    production:\n"
                             "      go: [\">=1.25.3,<1.28\", 1.20]\n"
                             "      minimum:\n"
                             "        - go: 1.26.8\n"
                             "          since: 2026-11-01\n"
                             "          grace: 14 days\n"
                             "        - go: go1.25.13\n"
                             "      variables:\n"
                             "        required:\n"
                             "          CGO_ENABLED: 0\n"
                             "          GOFLAGS: -trimpath\n"
                             "        forbidden:\n"
                             "          - GOINSECURE\n"
                             "          - GOSUMDB: off\n"
                             "      proxies: [proxy.example/go/, off]\n"
                             "      logs: 365 days\n"
                             "    dev:\n"),
                           &rules, &err));
    assert_str(rules.role, S("production"));
    assert_int_equal(rules.role_place.line, 2);
    assert_int_equal(rules.roles.len, 2);
    assert_int_equal(rules.rules.len, COUNT_OF(expected));
    for (isize i = 0; i < rules.rules.len; i++) {
        const Rule *rule = &rules.rules.ptr[i];
        assert_int_equal(rule->kind, expected[i].kind);
        assert_int_equal(rule->place.line, expected[i].line);
        assert_str(rule->section, expected[i].section);
        assert_str(rule_text(&a, rule), expected[i].text);
        assert_int_equal(rule->warns_only, expected[i].warns_only);
    }
    arena_done(&a);
}

static void test_refuses_what_it_does_not_understand(void **state)
{
    (void)state;
    static const struct {
        Str text, says;
    } cases[] = {
        {STR_CONST("policy: 1"), STR_CONST(":1: policy must be a mapping")},
        {STR_CONST("policy:\n  rolls: {}"), STR_CONST(":2: policy has no key 'rolls'")},
        {STR_CONST("policy:\n  all:\n    gp: 1"), STR_CONST(":3: all has no key 'gp'")},
        {STR_CONST("policy: {all: {go: []}}"), STR_CONST(":1: go: no version is named")},
        {STR_CONST("policy: {all: {go: [./x]}}"), STR_CONST(":1: go: './x' is no version")},
        {STR_CONST("policy: {all: {go: {a: 1}}}"), STR_CONST(":1: go must be a single value")},
        {STR_CONST("policy: {all: {go: }}"), STR_CONST(":1: go has no value")},
        {STR_CONST("policy: {all: {minimum: {go: 1.26}}}"),
         STR_CONST(":1: minimum: '1.26' is no release")},
        {STR_CONST("policy: {all: {minimum: {since: 2026-01-01}}}"),
         STR_CONST(":1: minimum names no go")},
        {STR_CONST("policy: {all: {minimum: {go: 1.26.8, grace: 3 days}}}"),
         STR_CONST(":1: minimum: grace counts from a day")},
        {STR_CONST("policy: {all: {minimum: {go: 1.26.8, since: 2026-02-30}}}"),
         STR_CONST(":1: since: '2026-02-30' is no date")},
        {STR_CONST("policy: {all: {support: yes}}"),
         STR_CONST(":1: support is one of required, warn, any, not 'yes'")},
        {STR_CONST("policy: {all: {enforce: no}}"),
         STR_CONST(":1: enforce is one of refuse, warn, not 'no'")},
        {STR_CONST("policy: {all: {logs: 365}}"), STR_CONST(":1: logs: '365' is no time")},
        {STR_CONST("policy: {all: {logs: 36501 days}}"), STR_CONST(":1: logs: '36501 days'")},
        {STR_CONST("policy: {all: {proxies: []}}"), STR_CONST(":1: proxies: none is named")},
        {STR_CONST("policy: {all: {proxies: ['a.b,direct']}}"),
         STR_CONST(":1: proxies: each is the beginning")},
        {STR_CONST("policy: {all: {proxies: ['https://u:p@a.b']}}"),
         STR_CONST(":1: proxies: a user name or password")},
        {STR_CONST("policy: {all: {variables: {required: [A]}}}"),
         STR_CONST(":1: required must be a mapping")},
        {STR_CONST("policy: {all: {variables: {required: {A: }}}}"),
         STR_CONST(":1: A has no value")},
        {STR_CONST("policy: {all: {variables: {forbidden: [A B]}}}"),
         STR_CONST(":1: 'A B' is no name of a variable")},
        {STR_CONST("policy: {roles: {all: {}}}"), STR_CONST(":1: 'all' cannot be the name")},
        {STR_CONST("policy: {roles: {x: {<<: {}}}}"), STR_CONST(":1: x has no key '<<'")},
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        Err err;
        RuleFile rules;
        Arena a = arena_init(64 * KIB);
        assert_false(read_rules(&a, cases[i].text, &rules, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        Str text = str_from_c(err.text);
        assert_true(str_eat_prefix(&text, S("/p/goward.yaml")));
        assert_str(str_to(text, MIN(text.len, cases[i].says.len)), cases[i].says);
        arena_done(&a);
    }
}

/* One rule of `all` against a Go and an environment "A=1;B=2". */
typedef struct {
    Str rule, version, env;
    Verdict verdict;
    Severity severity;
} Case;

static void judge_case(const Case *c)
{
    Err err;
    Arena a = arena_init(64 * KIB);
    Str text = str_format(&a, "policy: {all: {%.*s}}", STR_ARG(c->rule));
    RuleFile rules;
    Environ env = environ_with(&a, &(Environ){0}, S("GOENV"), S("off"));
    for (Str rest = c->env; rest.len > 0;) {
        StrCut cut = str_cut(rest, ';');
        StrCut pair = str_cut(cut.head, '=');
        env = environ_with(&a, &env, pair.head, pair.tail);
        rest = cut.tail;
    }
    GoEnv goenv;
    FindingList list = {0};
    assert_true(read_rules(&a, text, &rules, &err));
    assert_true(goenv_load(&a, &env, (Str){0}, &goenv, &err));
    Policy policy = {.has_rules = true, .role = S("dev")};
    PolicySubject subject = {.env = &goenv,
                             .has_go = c->version.len > 0,
                             .version = c->version,
                             .today = 20778}; /* 2026-11-21 */
    Verdict verdict =
        policy_judge_rule(&a, &policy, &rules.rules.ptr[rules.rules.len - 1], &subject, &list);
    if (verdict != c->verdict ||
        (verdict == VERDICT_BROKEN && list.ptr[0].severity != c->severity)) {
        print_error("{%.*s} of Go %.*s, %.*s: verdict %d\n", STR_ARG(c->rule), STR_ARG(c->version),
                    STR_ARG(c->env), verdict);
        fail();
    }
    arena_done(&a);
}

#define HOLDS(rule, version, env)                                                         \
    {                                                                                     \
        STR_CONST(rule), STR_CONST(version), STR_CONST(env), VERDICT_HOLDS, SEVERITY_NONE \
    }
#define BROKEN(rule, version, env)                                                          \
    {                                                                                       \
        STR_CONST(rule), STR_CONST(version), STR_CONST(env), VERDICT_BROKEN, SEVERITY_ERROR \
    }
#define WARNED(rule, version, env)                                                         \
    {                                                                                      \
        STR_CONST(rule), STR_CONST(version), STR_CONST(env), VERDICT_BROKEN, SEVERITY_WARN \
    }
#define UNJUDGED(rule, version, env)                                                         \
    {                                                                                        \
        STR_CONST(rule), STR_CONST(version), STR_CONST(env), VERDICT_UNJUDGED, SEVERITY_NONE \
    }

static void test_judges(void **state)
{
    (void)state;
    static const Case cases[] = {
        HOLDS("go: ['>=1.25.3,<1.28']", "1.27.4", ""),
        BROKEN("go: ['>=1.25.3,<1.28']", "1.25.2", ""),
        BROKEN("go: ['>=1.25.3,<1.28']", "1.28.0", ""),
        HOLDS("go: ['>=1.27', 1.24.11]", "1.24.11", ""),
        HOLDS("go: 1.20", "1.20.5", ""),
        BROKEN("go: 1.20", "1.2", ""),
        HOLDS("go: stable", "1.27.1", ""),
        BROKEN("go: stable", "1.26.8", ""),
        HOLDS("go: [stable, oldstable]", "1.26.8", ""),
        BROKEN("go: [stable, oldstable]", "1.27rc1", ""),
        UNJUDGED("go: stable", "", ""),
        WARNED("enforce: warn, go: stable", "1.26.8", ""),
        BROKEN("minimum: {go: 1.26.8}", "1.26.7", ""),
        BROKEN("minimum: {go: 1.26.8}", "1.26rc1", ""),
        HOLDS("minimum: {go: 1.26.8}", "1.26.8", ""),
        HOLDS("minimum: {go: 1.26.8}", "1.25.1", ""),
        WARNED("minimum: {go: 1.26.8, since: 2026-11-08, grace: 14 days}", "1.26.7", ""),
        BROKEN("minimum: {go: 1.26.8, since: 2026-11-07, grace: 14 days}", "1.26.7", ""),
        UNJUDGED("minimum: {go: 1.26.8, since: 2026-11-22}", "1.26.7", ""),
        BROKEN("minimum: {go: 1.26.8, since: 2026-11-21}", "1.26.7", ""),
        BROKEN("support: required", "1.25.9", ""),
        WARNED("support: warn", "1.25.9", ""),
        HOLDS("support: required", "1.26.1", ""),
        HOLDS("variables: {required: {CGO_ENABLED: 0}}", "", "CGO_ENABLED=0"),
        BROKEN("variables: {required: {CGO_ENABLED: 0}}", "", ""),
        BROKEN("variables: {required: {CGO_ENABLED: 0}}", "", "CGO_ENABLED=1"),
        HOLDS("variables: {required: {GOFLAGS: -trimpath}}", "", "GOFLAGS=-v --trimpath"),
        BROKEN("variables: {required: {GOFLAGS: -trimpath}}", "", "GOFLAGS=-trimpath -trimpath=0"),
        BROKEN("variables: {required: {GOFLAGS: -mod=vendor}}", "", "GOFLAGS=-mod=mod"),
        HOLDS("variables: {required: {GOFLAGS: '-v -x'}}", "", "GOFLAGS=-x '-v'"),
        BROKEN("variables: {required: {GODEBUG: a=1}}", "", "GODEBUG=a=1,a=0"),
        HOLDS("variables: {required: {GODEBUG: a=1}}", "", "GODEBUG=a=0,a=1"),
        BROKEN("variables: {required: {GOEXPERIMENT: jsonv2}}", "", "GOEXPERIMENT=jsonv2,nojsonv2"),
        HOLDS("variables: {required: {GOFLAGS: ''}}", "", ""),
        BROKEN("variables: {forbidden: [GOINSECURE]}", "", "GOINSECURE=*"),
        HOLDS("variables: {forbidden: [GOINSECURE]}", "", "GOINSECURE="),
        BROKEN("variables: {forbidden: [{GOFLAGS: -mod=mod}]}", "", "GOFLAGS=-v -mod=mod"),
        HOLDS("variables: {forbidden: [{GOFLAGS: -mod=mod}]}", "", "GOFLAGS=-mod=mod -mod=vendor"),
        BROKEN("variables: {forbidden: [{GOSUMDB: off}]}", "", "GOSUMDB=off"),
        HOLDS("proxies: [https://p.example/go, direct]", "",
              "GOPROXY=https://u:pw@p.example/go/x,direct"),
        BROKEN("proxies: [https://p.example/go]", "", "GOPROXY=https://p.example/gone"),
        BROKEN("proxies: [https://p.example]", "", "GOPROXY=https://p.example.evil"),
        BROKEN("proxies: [https://p.example]", "", "GOPROXY=http://p.example"),
        BROKEN("proxies: [https://p.example]", "", "GOPROXY=https://p.example|direct"),
        BROKEN("proxies: [direct]", "", "GOPROXY=gopher://x"),
        HOLDS("proxies: ['file:///srv']", "", "GOPROXY=file:///srv/go"),
        UNJUDGED("proxies: [direct]", "", ""),
    };
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        judge_case(&cases[i]);
    }
}

static void test_keeps_secrets(void **state)
{
    (void)state;
    static const Str rules[] = {
        STR_CONST("policy: {all: {proxies: [direct]}}"),
        STR_CONST("policy: {all: {variables: {forbidden: [GOPROXY, TOKEN]}}}"),
    };
    for (isize i = 0; i < COUNT_OF(rules); i++) {
        Err err;
        GoEnv goenv;
        RuleFile file;
        FindingList list;
        Arena a = arena_init(64 * KIB);
        Environ env =
            environ_with(&a, &(Environ){0}, S("GOPROXY"), S("https://me:secret@p.example"));
        env = environ_with(&a, &env, S("TOKEN"), S("secret"));
        assert_true(goenv_load(&a, &env, (Str){0}, &goenv, &err));
        assert_true(read_rules(&a, rules[i], &file, &err));
        Policy policy = {.has_rules = true};
        policy.rules.ptr = file.rules.ptr;
        policy.rules.len = file.rules.len;
        PolicySubject subject = {.env = &goenv};
        policy_judge(&a, &policy, &subject, &list);
        assert_int_equal(list.len, file.rules.len);
        for (isize f = 0; f < list.len; f++) {
            assert_false(str_contains(list.ptr[f].title, S("secret")));
            assert_false(str_contains(list.ptr[f].evidence, S("secret")));
            assert_false(str_contains(list.ptr[f].remedy, S("secret")));
        }
        arena_done(&a);
    }
}

/* ---- roles and layers ---- */

typedef struct {
    Arena arena;
    Str dir;
    Environ env;
} World;

static void begin_world(World *w)
{
    w->arena = arena_init(MIB);
    w->dir = fixture_dir(&w->arena);
    w->env =
        environ_with(&w->arena, &(Environ){0}, S("HOME"), path_join(&w->arena, w->dir, S("h")));
}

static bool load(World *w, Str role, Policy *ret, Err *err)
{
    PolicyWish wish = {.place = {.environ = &w->env,
                                 .dir = path_join(&w->arena, w->dir, S("p")),
                                 .system = path_join(&w->arena, w->dir, S("s"))},
                       .role = role};
    *err = (Err){0};
    return policy_load(&w->arena, &wish, ret, err);
}

static void test_chooses_the_role(void **state)
{
    (void)state;
    World w;
    Err err;
    Policy p;
    begin_world(&w);
    assert_true(load(&w, S(""), &p, &err));
    assert_false(p.has_rules);
    fixture_file(&w.arena, w.dir, S("p/goward.yaml"),
                 S("policy: {roles: {staging: {support: required}, dev: {logs: 1 day}}}\n"));
    assert_true(load(&w, S(""), &p, &err));
    assert_str(p.role, S("dev"));
    assert_int_equal(p.rules.len, 1);
    assert_int_equal(policy_log_days(&p), 0); /* a project has nothing removed */
    w.env = environ_with(&w.arena, &w.env, S("CI"), S("true"));
    assert_true(load(&w, S(""), &p, &err));
    assert_str(p.role, S("ci"));
    assert_int_equal(p.rules.len, 0);
    fixture_file(&w.arena, w.dir, S("h/.config/goward/goward.yaml"),
                 S("policy: {role: staging}\n"));
    assert_true(load(&w, S(""), &p, &err));
    assert_str(p.role, S("staging"));
    assert_true(str_ends_with(p.because, S("/h/.config/goward/goward.yaml:1")));
    fixture_file(&w.arena, w.dir, S("s/etc/goward/goward.yaml"), S("policy: {role: production}\n"));
    assert_true(load(&w, S(""), &p, &err));
    assert_str(p.role, S("production"));
    w.env = environ_with(&w.arena, &w.env, S("GOWARD_ROLE"), S("dev"));
    assert_true(load(&w, S(""), &p, &err));
    assert_str(p.role, S("dev"));
    assert_true(load(&w, S("ci"), &p, &err));
    assert_str(p.role, S("ci"));
    assert_false(load(&w, S("prod"), &p, &err));
    assert_int_equal(err.kind, ERR_USAGE);
    assert_str(str_from_c(err.hint), S("the roles here are production, ci, dev, staging"));
    arena_done(&w.arena);
}

static void test_a_project_cannot_weaken_the_machine(void **state)
{
    (void)state;
    World w;
    Err err;
    Policy p;
    begin_world(&w);
    fixture_file(&w.arena, w.dir, S("s/etc/goward/goward.yaml"),
                 S("policy: {all: {go: '>=1.26'}}\n"));
    fixture_file(&w.arena, w.dir, S("p/goward.yaml"),
                 S("policy: {all: {go: '>=1.20', enforce: warn, logs: 5 days}}\n"));
    assert_true(load(&w, S(""), &p, &err));
    assert_int_equal(p.rules.len, 3);
    GoEnv goenv;
    FindingList list;
    assert_true(goenv_load(&w.arena, &w.env, (Str){0}, &goenv, &err));
    PolicySubject subject = {.env = &goenv, .has_go = true, .version = S("1.25.9")};
    policy_judge(&w.arena, &p, &subject, &list);
    assert_int_equal(list.len, 1);
    assert_int_equal(list.ptr[0].severity, SEVERITY_ERROR);
    assert_true(str_ends_with(list.ptr[0].place.file, S("/s/etc/goward/goward.yaml")));
    assert_false(policy_refuse(&list, &err));
    assert_true(str_contains(str_from_c(err.text), S("Go 1.25.9 is not allowed for every role")));
    arena_done(&w.arena);
}

static void test_trouble_names_its_line(void **state)
{
    (void)state;
    Err err;
    RuleFile rules;
    Arena a = arena_init(64 * KIB);
    assert_false(read_rules(&a, S("policy:\n  all:\n    gp: 1\n"), &rules, &err));
    Finding f = policy_trouble(&a, &err);
    assert_str(f.id, S("GWP008"));
    assert_str(f.place.file, S("/p/goward.yaml"));
    assert_int_equal(f.place.line, 3);
    assert_str(f.evidence, S("all has no key 'gp'"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_are_days),
        cmocka_unit_test(test_reads_each_rule_with_its_line),
        cmocka_unit_test(test_refuses_what_it_does_not_understand),
        cmocka_unit_test(test_judges),
        cmocka_unit_test(test_keeps_secrets),
        cmocka_unit_test(test_chooses_the_role),
        cmocka_unit_test(test_a_project_cannot_weaken_the_machine),
        cmocka_unit_test(test_trouble_names_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
