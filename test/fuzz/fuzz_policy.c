/* Whatever rules_read accepts are rules that can be told and judged; what it does not is said with
 * the file and a line. */
#include "base/panic.h"
#include "policy/date.h"
#include "policy/judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(Arena *a, const RuleFile *file, Str version)
{
    Environ env = environ_with(a, &(Environ){0}, S("GOFLAGS"), S("-mod=mod '-x' --trimpath"));
    GoEnv goenv = {.arena = a, .environ = &env};
    Policy policy = {.has_rules = true, .role = S("dev")};
    policy.rules.ptr = file->rules.ptr;
    policy.rules.len = file->rules.len;
    PolicySubject subject = {.env = &goenv, .has_go = true, .version = version, .today = 20778};
    FindingList list;
    policy_judge(a, &policy, &subject, &list);
    for (isize i = 0; i < list.len; i++) {
        const Finding *f = &list.ptr[i];
        ASSERT(f->title.len > 0 && f->place.line > 0 && str_starts_with(f->id, S("GWP")));
    }
}

static void check_rules(Arena *a, const RuleFile *file)
{
    for (isize i = 0; i < file->rules.len; i++) {
        const Rule *rule = &file->rules.ptr[i];
        int64_t day;
        ASSERT(rule->kind > RULE_NONE && rule->kind < RULE_KIND_COUNT);
        ASSERT(rule->place.line > 0 && rule->section.len > 0);
        ASSERT(rule_text(a, rule).len > 0 && policy_rule_id(rule->kind).len > 0);
        ASSERT(rule->since_day == 0 ||
               (date_parse(date_text(a, rule->since_day), &day) && day == rule->since_day));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena a = arena_init(0);
    Err err = {0};
    ConfigFile file;
    RuleFile rules;
    Str text = {(const char *)data, (isize)size};
    if (configfile_parse(&a, CONFIG_PROJECT, S("f"), text, &file, &err) &&
        rules_read(&a, &file, &rules, &err)) {
        check_rules(&a, &rules);
        judge(&a, &rules, S("1.24.3"));
        judge(&a, &rules, S(""));
    } else {
        ASSERT(err.kind == ERR_FORMAT);
        ASSERT(str_starts_with(str_from_c(err.text), S("f:")));
        ASSERT(str_eq(policy_trouble(&a, &err).place.file, S("f")));
    }
    arena_done(&a);
    return 0;
}
