#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/finding.h"
#include "support/assert_str.h"

static FindingList sample(Arena *a)
{
    const Finding rows[] = {
        {.id = S("GWD002"), .severity = SEVERITY_INFO, .title = S("GOWORK is off")},
        {.id = S("GWD009"),
         .severity = SEVERITY_WARN,
         .title = S("GOCACHE lies on a network file system"),
         .place = {S("/w/.config/go/env"), 3},
         .evidence = S("nfs4\n31 GB\x1b free\n"),
         .remedy = S("go env -w GOCACHE=/var/tmp/go-build")},
        {.id = S("GWD011"), .severity = SEVERITY_ERROR, .title = S("b"), .place = {S("b"), 2}},
        {.id = S("GWD011"), .severity = SEVERITY_ERROR, .title = S("a"), .place = {S("b"), 1}},
        {.id = S("GWD001"), .severity = SEVERITY_WARN, .title = S("c")},
    };
    FindingList list = {0};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        *VEC_PUSH(a, &list) = rows[i];
    }
    return list;
}

static void test_sorts_the_worst_first(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FindingList list = sample(&a);
    findings_sort(&list);
    const char *order = "a b c GOCACHE GOWORK";
    Str rest = str_from_c(order);
    Str word;
    for (isize i = 0; i < list.len; i++) {
        assert_true(str_next_field(&rest, &word));
        assert_true(str_starts_with(list.ptr[i].title, word));
    }
    arena_done(&a);
}

static void test_counts_and_says_whether_it_is_bad_enough(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FindingList list = sample(&a);
    FindingList none = {0};
    assert_int_equal(findings_count(&list, SEVERITY_ERROR), 2);
    assert_str(findings_summary(&a, &list), S("2 errors, 2 warnings, 1 note"));
    assert_str(findings_summary(&a, &none), S("no findings"));
    assert_true(findings_reach(&list, SEVERITY_ERROR));
    list.len = 2; /* an info and a warning */
    assert_false(findings_reach(&list, SEVERITY_ERROR));
    assert_true(findings_reach(&list, SEVERITY_WARN));
    list.len = 1;
    assert_false(findings_reach(&list, SEVERITY_WARN));
    assert_true(findings_reach(&list, SEVERITY_INFO));
    assert_false(findings_reach(&list, SEVERITY_NONE));
    assert_false(findings_reach(&none, SEVERITY_INFO));
    arena_done(&a);
}

static void test_prints_a_block_for_each(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FindingList list = sample(&a);
    list.len = 2;
    Report r;
    report_open(&r, (Style){0}, (Style){0});
    r.dir = S("/w");
    findings_print(&r, REPORT_DATA, &list);
    assert_str(strbuf_str(&r.data), S("  info     GWD002 GOWORK is off\n"
                                      "  warn     GWD009 GOCACHE lies on a network file system\n"
                                      "           .config/go/env:3\n"
                                      "           nfs4\n"
                                      "           31 GB\\x1b free\n"
                                      "           try: go env -w GOCACHE=/var/tmp/go-build\n"));
    report_close(&r);
    arena_done(&a);
}

static void test_goes_into_the_object_and_then_nowhere_else(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    FindingList list = sample(&a);
    list.len = 2;
    Report r;
    report_open(&r, (Style){0}, (Style){0});
    r.wants_json = true;
    JsonWriter *w = report_json_begin(&r, S("up"), 1);
    findings_json(w, S("findings"), &list);
    report_json_end(&r);
    isize len = r.data.len;
    findings_print(&r, REPORT_DATA, &list);
    findings_print(&r, REPORT_TALK, &list);
    assert_int_equal(r.data.len, len);
    const JsonValue *root;
    Err err;
    assert_true(json_parse(&a, strbuf_str(&r.data), &root, &err));
    const JsonValue *findings = json_get(root, S("findings"));
    assert_int_equal(findings->n_children, 2);
    const JsonValue *first = findings->child;
    assert_str(json_get_str(first, S("severity"), S("?")), S("info"));
    assert_true(json_is(json_get(first, S("place")), JSON_NULL));
    assert_true(json_is(json_get(first, S("evidence")), JSON_NULL));
    const JsonValue *second = first->next;
    assert_str(json_get_str(json_get(second, S("place")), S("file"), S("?")),
               S("/w/.config/go/env"));
    assert_str(json_get_str(second, S("evidence"), S("?")), S("nfs4\n31 GB\x1b free\n"));
    assert_str(json_get_str(second, S("remedy"), S("?")), S("go env -w GOCACHE=/var/tmp/go-build"));
    report_close(&r);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sorts_the_worst_first),
        cmocka_unit_test(test_counts_and_says_whether_it_is_bad_enough),
        cmocka_unit_test(test_prints_a_block_for_each),
        cmocka_unit_test(test_goes_into_the_object_and_then_nowhere_else),
    };
    return cmocka_run_group_tests_name("report/finding", tests, NULL, NULL);
}
