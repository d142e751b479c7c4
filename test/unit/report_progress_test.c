#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/progress.h"
#include "support/assert_str.h"
#include "support/talk.h"

#define SECOND 1000000000LL

static void test_says_how_far_how_fast_and_how_long(void **state)
{
    (void)state;
    const struct {
        ProgressUnit unit;
        int64_t first, done, total, elapsed_ns;
        Str text;
    } rows[] = {
        {PROGRESS_BYTES, 0, 31200000, 75800000, SECOND,
         S("31.2 MB of 75.8 MB · 31.2 MB/s · 2 s left")},
        {PROGRESS_BYTES, 0, 31200000, -1, SECOND, S("31.2 MB · 31.2 MB/s")},
        {PROGRESS_BYTES, 0, 0, 75800000, SECOND, S("0 B of 75.8 MB")},
        {PROGRESS_BYTES, 70000000, 70000000, 75800000, SECOND, S("70.0 MB of 75.8 MB")},
        {PROGRESS_BYTES, 70000000, 71000000, 75000000, SECOND, /* resumed: only what moved counts */
         S("71.0 MB of 75.0 MB · 1.0 MB/s · 5 s left")},
        {PROGRESS_BYTES, 0, 1000, 1000000, SECOND, S("1.0 kB of 1.0 MB · 1.0 kB/s · 17 min left")},
        {PROGRESS_BYTES, 0, 75800000, 75800000, SECOND, S("75.8 MB of 75.8 MB · 75.8 MB/s")},
        {PROGRESS_FILES, 0, 6000, 12071, SECOND, S("6,000 of 12,071 files · 2 s left")},
        {PROGRESS_BYTES, 0, 1, INT64_MAX, SECOND, S("1 B of 9.2 EB · 1 B/s · 6000 min left")},
    };
    Arena a = arena_init(0);
    Report r;
    report_open(&r, (Style){0}, (Style){.utf8 = true});
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Progress p = {.report = &r, .unit = rows[i].unit, .first = rows[i].first};
        assert_str(progress_text(&a, &p, rows[i].done, rows[i].total, rows[i].elapsed_ns),
                   rows[i].text);
    }
    report_close(&r);
    arena_done(&a);
}

/* What is written when a step that began `ago` ns ago is updated twice, ends and is summed up. */
static Str shown(Arena *a, Style style, int64_t ago, bool is_quiet)
{
    Report r;
    report_open(&r, (Style){0}, style);
    r.is_quiet = is_quiet;
    Talk talk = talk_begin();
    Progress p = progress_begin(&r, S("source"), PROGRESS_BYTES);
    p.begun_ns -= ago;
    progress_update(&p, 0, 1000);
    progress_update(&p, 500, 1000);
    progress_end(&p);
    report_talk(&r, "done");
    report_close(&r);
    return talk_end(a, &talk);
}

static void test_short_steps_show_nothing(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Style terminal = {.is_terminal = true, .can_redraw = true, .width = 100};
    assert_str(shown(&a, terminal, 0, false), S("done\n"));
    assert_str(shown(&a, (Style){0}, SECOND, false), S("done\n"));
    assert_str(shown(&a, terminal, 60 * SECOND, true), S(""));
    arena_done(&a);
}

static void test_a_terminal_gets_one_line_that_is_wiped(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Style terminal = {.is_terminal = true, .can_redraw = true, .width = 60};
    assert_str(shown(&a, terminal, SECOND, false),
               S("\r  source   0 B of 1.0 kB\x1b[K\r\x1b[Kdone\n"));
    terminal.width = 80;
    assert_str(shown(&a, terminal, SECOND, false),
               S("\r  source   .................... 0 B of 1.0 kB\x1b[K\r\x1b[Kdone\n"));
    terminal.width = 20;
    assert_str(shown(&a, terminal, SECOND, false), S("\r  source   0 B o...\x1b[K\r\x1b[Kdone\n"));
    arena_done(&a);
}

static void test_a_log_gets_a_plain_line_now_and_then(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    assert_str(shown(&a, (Style){0}, 4 * SECOND, false), S("  source   0 B of 1.0 kB\ndone\n"));
    arena_done(&a);
}

static void test_talk_wipes_a_line_that_stands(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Report r;
    report_open(&r, (Style){0}, (Style){.is_terminal = true, .can_redraw = true, .width = 60});
    Talk talk = talk_begin();
    Progress p = progress_begin(&r, S("source"), PROGRESS_FILES);
    p.begun_ns -= SECOND;
    progress_update(&p, 0, 10);
    report_talk(&r, "meanwhile");
    progress_end(&p);
    assert_str(talk_end(&a, &talk), S("\r  source   0 of 10 files\x1b[K\r\x1b[Kmeanwhile\n"));
    report_close(&r);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_says_how_far_how_fast_and_how_long),
        cmocka_unit_test(test_short_steps_show_nothing),
        cmocka_unit_test(test_a_terminal_gets_one_line_that_is_wiped),
        cmocka_unit_test(test_a_log_gets_a_plain_line_now_and_then),
        cmocka_unit_test(test_talk_wipes_a_line_that_stands),
    };
    return cmocka_run_group_tests_name("report/progress", tests, NULL, NULL);
}
