#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/report.h"
#include "support/assert_str.h"
#include "support/talk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>

static const Style plain = {0};
static const Style utf8 = {.utf8 = true};
static const Style colour = {.utf8 = true, .colour = true};

static Str said_by(Arena *a, Report *r, void (*speak)(Report *r))
{
    Talk talk = talk_begin();
    speak(r);
    return talk_end(a, &talk);
}

static void speak_all(Report *r)
{
    report_talk(r, "fetching %d files", 3);
    report_detail(r, "from %s", "a\x1b]0;x");
    report_warn(r, "clock went back");
    report_step(r, &(Step){.label = S("source"), .parts = {S("proxy"), S("75.8 MB"), S("1.9 s")}});
    report_headline(r, REPORT_TALK, (const Str[]){S("goward 0.1.0"), S("shop")}, 2);
    report_verdict(r, REPORT_TALK, INK_GOOD, "%s", "ready");
}

static void test_talk_is_written_line_by_line(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, utf8, utf8);
    assert_str(said_by(&a, &r, speak_all), S("fetching 3 files\n"
                                             "goward: warning: clock went back\n"
                                             "  source   proxy · 75.8 MB · 1.9 s\n"
                                             "goward 0.1.0 · shop\n"
                                             "ready\n"));
    r.is_verbose = true;
    assert_true(str_contains(said_by(&a, &r, speak_all), S("from a\\x1b]0;x\n")));
    r.is_quiet = true;
    assert_str(said_by(&a, &r, speak_all), S(""));
    assert_str(strbuf_str(&r.data), S(""));
    report_close(&r);
    arena_done(&a);
}

static void test_data_waits_until_the_end(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, plain, plain);
    r.is_quiet = true; /* which silences talk only */
    report_line(&r, "%s", "one\x07");
    report_raw(&r, S("two\x07\n"));
    report_fact(&r, &(Step){.label = S("active"),
                            .parts = {S("generation 2"), S("undo: goward rollback")}});
    report_verdict(&r, REPORT_DATA, INK_GOOD, "ready");
    assert_str(strbuf_str(&r.data), S("one\\x07\n"
                                      "two\x07\n"
                                      "  active   generation 2, undo: goward rollback\n"
                                      "ready\n"));
    report_close(&r);
    arena_done(&a);
}

static void test_steps_align_label_value_and_place(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, utf8, utf8);
    r.dir = S("/home/ann");
    const struct {
        Step step;
        Str line;
    } rows[] = {
        {{.label = S("wanted"), .parts = {S("go1.27.4")}, .place = {S("/home/ann/shop/go.mod"), 5}},
         S("  wanted   go1.27.4      shop/go.mod:5\n")},
        {{.label = S("wanted"), .parts = {S("go1.27.4-custom")}, .place = {S("go.mod"), 0}},
         S("  wanted   go1.27.4-custom  go.mod\n")},
        {{.label = S("wanted"), .place = {S("go.mod"), 3}}, S("  wanted   go.mod:3\n")},
        {{.label = S("a-long-label"), .parts = {S("value")}}, S("  a-long-label value\n")},
        {{.label = S("x"), .parts = {S("a"), S(""), S("dropped")}}, S("  x        a\n")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        strbuf_truncate(&r.data, 0);
        report_fact(&r, &rows[i].step);
        assert_str(strbuf_str(&r.data), rows[i].line);
    }
    report_close(&r);

    report_open(&r, colour, utf8);
    report_fact(&r, &(Step){.label = S("proved"), .parts = {S("yes")}, .ink = INK_GOOD});
    assert_str(strbuf_str(&r.data), S("  \x1b[2mproved\x1b[0m   \x1b[32myes\x1b[0m\n"));
    report_close(&r);
    arena_done(&a);
}

static void test_places_are_shown_as_short_as_they_stay_clear(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, plain, plain);
    const struct {
        Str dir;
        Place place;
        Str text;
    } rows[] = {
        {S("/w/shop"), {S("/w/shop/go.mod"), 5}, S("go.mod:5")},
        {S("/w/shop"), {S("/w/shop/a/b.go"), 0}, S("a/b.go")},
        {S("/w/shop"), {S("/w/shop"), 0}, S(".")},
        {S("/w/shop/a/b/c"), {S("/w/shop/go.mod"), 1}, S("../../../go.mod:1")},
        {S("/w/shop/a/b/c/d"), {S("/w/shop/go.mod"), 1}, S("/w/shop/go.mod:1")},
        {S("/w/shop"), {S("/w/shopping/go.mod"), 1}, S("../shopping/go.mod:1")},
        {S("/w"), {S("/etc/go.env"), 1}, S("/etc/go.env:1")},
        {S("/"), {S("/etc/go.env"), 1}, S("/etc/go.env:1")},
        {S(""), {S("/etc/go.env"), 1}, S("/etc/go.env:1")},
        {S("/w"), {S("GOFLAGS"), 0}, S("GOFLAGS")},
        {S("/w"), {S(""), 0}, S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        r.dir = rows[i].dir;
        assert_str(report_place(&r, &a, rows[i].place), rows[i].text);
    }
    report_close(&r);
    arena_done(&a);
}

static void speak_error(Report *r)
{
    Err err;
    FAIL(&err, ERR_NET, "proxy said\n404");
    FAIL_IN(&err, "fetching go1.26.99");
    err_hint(&err, "goward list --remote");
    report_error(r, &err);
}

static const Str error_talk = STR_CONST("goward: fetching go1.26.99: proxy said\\n404\n"
                                        "  try: goward list --remote\n");
static const Str error_object =
    STR_CONST("{\n"
              "  \"schema\": \"goward/error\",\n"
              "  \"version\": 1,\n"
              "  \"error\": {\n"
              "    \"kind\": \"network\",\n"
              "    \"message\": \"fetching go1.26.99: proxy said\\n404\",\n"
              "    \"hint\": \"goward list --remote\"\n"
              "  }\n"
              "}\n");

static void test_errors_are_never_silent(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    for (int json = 0; json < 2; json++) {
        for (int quiet = 0; quiet < 2; quiet++) {
            Report r;
            report_open(&r, plain, plain);
            r.wants_json = json == 1;
            r.is_quiet = quiet == 1;
            r.fields = S("selected");
            Str said = said_by(&a, &r, speak_error);
            assert_str(said, json && quiet ? S("") : error_talk);
            assert_str(strbuf_str(&r.data), json ? error_object : S(""));
            report_close(&r);
        }
    }
    arena_done(&a);
}

static void test_json_is_one_object_whatever_else_is_reported(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, plain, plain);
    r.wants_json = true;
    report_line(&r, "text");
    report_raw(&r, S("bytes"));
    JsonWriter *w = report_json_begin(&r, S("why"), 1);
    json_key_str(w, S("selected"), S("go1.26.8"));
    report_json_place(w, S("pinned_by"), (Place){S("/w/go.mod"), 5});
    report_json_place(w, S("whole"), (Place){S("/w/go.mod"), 0});
    report_json_place(w, S("none"), (Place){0});
    report_json_end(&r);
    report_line(&r, "more text");
    report_headline(&r, REPORT_DATA, (const Str[]){S("head")}, 1);
    assert_str(strbuf_str(&r.data), S("{\n"
                                      "  \"schema\": \"goward/why\",\n"
                                      "  \"version\": 1,\n"
                                      "  \"selected\": \"go1.26.8\",\n"
                                      "  \"pinned_by\": {\n"
                                      "    \"file\": \"/w/go.mod\",\n"
                                      "    \"line\": 5\n"
                                      "  },\n"
                                      "  \"whole\": {\n"
                                      "    \"file\": \"/w/go.mod\",\n"
                                      "    \"line\": null\n"
                                      "  },\n"
                                      "  \"none\": null\n"
                                      "}\n"));
    report_close(&r);
    arena_done(&a);
}

/* What report_flush says when descriptor 1 is fd. */
static bool flush_into(int fd, Err *err)
{
    Report r;
    report_open(&r, plain, plain);
    report_line(&r, "data");
    int saved = dup(1);
    assert_int_equal(dup2(fd, 1), 1);
    bool ok = report_flush(&r, err);
    dup2(saved, 1);
    close(saved);
    report_close(&r);
    return ok;
}

static void test_a_reader_that_left_is_no_failure_and_a_full_disk_is(void **state)
{
    (void)state;
    int ends[2];
    Err err;
    signal(SIGPIPE, SIG_IGN);
    assert_int_equal(pipe(ends), 0);
    close(ends[0]);
    assert_true(flush_into(ends[1], &err));
    close(ends[1]);
    int full = open("/dev/full", O_WRONLY);
    if (full >= 0) {
        assert_false(flush_into(full, &err));
        assert_int_equal(err.errnum, ENOSPC);
        close(full);
    }
}

static void speak_into_nothing(Report *r)
{
    report_talk(r, "one");
    int full = open("/dev/full", O_WRONLY);
    int saved = dup(2);
    dup2(full, 2);
    report_talk(r, "two");
    dup2(saved, 2);
    close(saved);
    close(full);
    report_talk(r, "three");
}

static void test_talk_stops_when_nobody_can_hear_it(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, plain, plain);
    assert_str(said_by(&a, &r, speak_into_nothing), S("one\n"));
    report_close(&r);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_talk_is_written_line_by_line),
        cmocka_unit_test(test_data_waits_until_the_end),
        cmocka_unit_test(test_steps_align_label_value_and_place),
        cmocka_unit_test(test_places_are_shown_as_short_as_they_stay_clear),
        cmocka_unit_test(test_errors_are_never_silent),
        cmocka_unit_test(test_json_is_one_object_whatever_else_is_reported),
        cmocka_unit_test(test_a_reader_that_left_is_no_failure_and_a_full_disk_is),
        cmocka_unit_test(test_talk_stops_when_nobody_can_hear_it),
    };
    return cmocka_run_group_tests_name("report/report", tests, NULL, NULL);
}
