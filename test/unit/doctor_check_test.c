#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "os/clock.h"
#include "support/clinic.h"

static void test_a_clean_machine_passes_everything(void **state)
{
    DoctorResult result = clinic_examine(*state, S(""));
    assert_int_equal(result.n_checks, 12);
    assert_int_equal(result.n_passed, 12);
    assert_int_equal(result.findings.len, 0);
}

static void test_explains_every_check(void **state)
{
    (void)state;
    const Explanation *e;
    bool has_lost = false;
    isize n = 0;
    for (; (e = doctor_explanation(n)) != NULL; n++) {
        assert_true(e->id.len == 6 &&
                    (str_starts_with(e->id, S("GWD")) || str_starts_with(e->id, S("GWP"))));
        has_lost = has_lost || str_eq(e->id, S("GWD999"));
        assert_true(e->title.len > 0 && e->title.len <= 80);
        assert_false(str_ends_with(e->title, S(".")));
        assert_true(e->severity >= SEVERITY_INFO && e->severity < SEVERITY_COUNT);
        assert_true(e->looks_at.len > 0 && e->why.len > 0 && e->cure.len > 0);
        assert_true(e->since.len > 0 && e->source.len > 0);
    }
    assert_true(n >= 13);
    assert_true(has_lost);
    assert_null(doctor_explanation(n + 1));
}

/* One fault for each check at the same time; each check finds its own. */
static void test_all_faults_at_once(void **state)
{
    Clinic *c = *state;
    Err err;
    Str tool = fixture_file(&c->a, c->root, S("gobin/tool"), S(""));
    assert_true(file_set_mode_at(FILE_CWD, tool, 0755, &err));
    fixture_file(&c->a, c->root, S("go.work"), S("go 1.26\n\nuse ./gone\n"));
    assert_int_equal(file_unlink(FILE_CWD,
                                 clinic_expand(c, S("$ROOT/goroot/src/runtime/"
                                                    "rt0_linux_arm64.s")),
                                 &err),
                     FILE_FOUND);
    DoctorResult result = clinic_examine(
        c, S("GOEXPERIMENT=arena,unified;GODEBUG=gcstoptheworld=1,madvdontneed=0;GOARCH=arm64;"
             "CGO_ENABLED=1;GO111MODULE=auto;GOCACHE=off;GOBIN=$ROOT/gobin;GOARM64=v7"));
    const struct {
        const char *id;
        Severity severity;
    } expected[] = {
        {"GWD001", SEVERITY_ERROR}, {"GWD003", SEVERITY_ERROR}, {"GWD006", SEVERITY_ERROR},
        {"GWD010", SEVERITY_ERROR}, {"GWD011", SEVERITY_ERROR}, {"GWD012", SEVERITY_ERROR},
        {"GWD012", SEVERITY_ERROR}, {"GWD002", SEVERITY_WARN},  {"GWD005", SEVERITY_WARN},
        {"GWD007", SEVERITY_WARN},  {"GWD009", SEVERITY_WARN},  {"GWD004", SEVERITY_INFO},
    };
    assert_int_equal(result.findings.len, COUNT_OF(expected));
    for (isize i = 0; i < COUNT_OF(expected); i++) {
        const Finding *f = &result.findings.ptr[i];
        assert_str(f->id, str_from_c(expected[i].id));
        assert_int_equal(f->severity, expected[i].severity);
        assert_true(f->title.len > 0 && f->evidence.len > 0);
    }
    assert_int_equal(result.n_passed, 2); /* the pair is a port, and the rt0 file only noted */
}

static void test_without_a_go_there_is_nothing_to_say(void **state)
{
    Clinic *c = *state;
    c->goroot = (Str){0};
    DoctorResult result = clinic_examine(c, S(""));
    assert_int_equal(result.n_passed, 12);
    assert_int_equal(result.findings.len, 0);
}

static void test_says_which_checks_could_not_be_made(void **state)
{
    Clinic *c = *state;
    const Str goroots[] = {S("/nonexistent"), c->home};
    for (isize i = 0; i < COUNT_OF(goroots); i++) {
        c->goroot = goroots[i];
        DoctorResult result = clinic_examine(c, S(""));
        assert_int_equal(result.n_passed, 10);
        assert_int_equal(result.findings.len, 2);
        for (isize f = 0; f < 2; f++) {
            assert_int_equal(result.findings.ptr[f].severity, SEVERITY_WARN);
            assert_true(
                str_starts_with(result.findings.ptr[f].title, S("could not be looked at: ")));
            assert_true(result.findings.ptr[f].evidence.len > 0);
        }
    }
}

/* A person waits for this at the end of `up`. The bound leaves room for slow test machines. */
static void test_takes_a_few_milliseconds(void **state)
{
    int64_t best = INT64_MAX;
    for (int i = 0; i < 5; i++) {
        int64_t start = clock_monotonic_ns();
        clinic_examine(*state, S("GOEXPERIMENT=arenas;GOARCH=arm;CGO_ENABLED=1;GODEBUG=x=1"));
        best = MIN(best, clock_monotonic_ns() - start);
    }
    assert_true(best < 20 * 1000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLINIC_TEST(test_a_clean_machine_passes_everything),
        CLINIC_TEST(test_explains_every_check),
        CLINIC_TEST(test_all_faults_at_once),
        CLINIC_TEST(test_without_a_go_there_is_nothing_to_say),
        CLINIC_TEST(test_says_which_checks_could_not_be_made),
        CLINIC_TEST(test_takes_a_few_milliseconds),
    };
    return cmocka_run_group_tests_name("doctor_check", tests, NULL, NULL);
}
