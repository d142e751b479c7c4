#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "doctor/fixer.h"
#include "doctor/fixer_diff.h"
#include "doctor/fixer_goenv.h"
#include "doctor/fixer_record.h"
#include "support/assert_str.h"
#include "support/fixture.h"

/* ---- the go env file ---- */

/* What go1.19.4 to go1.27.4 made of these files with `go env -u NAME` and `go env -w NAME=VALUE`
 * when they were asked. */
static void test_go_env_file_is_left_as_go_would_leave_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *name, *value; /* value NULL: -u */
        const char *wanted;
    } cases[] = {
        {"GOROOT=/old\n", "GOROOT", NULL, ""},
        {"GOROOT=/old", "GOFLAGS", "-v", "GOFLAGS=-v\nGOROOT=/old\n"},
        {"", "GOFLAGS", "-v", "GOFLAGS=-v\n"},
        {"GOOS=a\nGOARCH=b\n", "GOOS", "linux", "GOARCH=b\nGOOS=linux\n"},
        {"GOOS=a\nGOARCH=b\nGOBIN=/c\n", "GOOS", NULL, "GOARCH=b\nGOBIN=/c\n"},
        {"GOOS=a\n# GOOS=b\nGOOS=c\n", "GOOS", "d", "# GOOS=b\nGOOS=d\n"},
        {"GOFLAGS=-v\r\nGOBIN=/b\r\n", "GOFLAGS", "-v", "GOBIN=/b\r\nGOFLAGS=-v\n"},
        {"GO386=x\nGO=y\n\nwords\nGOB=2\nGOA=1", "GO", NULL, "GO386=x\n\nwords\nGOA=1\nGOB=2\n"},
        {"B=1\nGOOS=a\nA=2\n", "GOOS", NULL, "B=1\nA=2\n"},
        {"=x\nGOB=2\nGOA=1\n", "GOB", "3", "=x\nGOA=1\nGOB=3\n"},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        GoenvEdit edit = {str_from_c(cases[i].name), str_from_c(cases[i].value),
                          cases[i].value == NULL};
        Str text = str_from_c(cases[i].text);
        assert_false(fixer_goenv_has(text, &edit));
        Str got = fixer_goenv_edit(&a, text, &edit);
        assert_str(got, str_from_c(cases[i].wanted));
        assert_true(fixer_goenv_has(got, &edit));
    }
    arena_done(&a);
}

/* ---- diffs ---- */

static void test_diff_is_that_of_diff_u(void **state)
{
    (void)state;
    static const struct {
        const char *before, *after, *wanted;
    } cases[] = {
        {"a\n", "a\n", ""},
        {"a\nb\n", "b\n", "@@ -1,2 +1 @@\n-a\n b\n"},
        {"", "a\n", "@@ -0,0 +1 @@\n+a\n"},
        {"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
        {"a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
        {"1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nx\n6\n7\n8\n9\n",
         "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+x\n 6\n 7\n 8\n"},
        {"a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n",
         "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
        {"a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n",
         "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(cases); i++) {
        assert_str(fixer_diff(&a, str_from_c(cases[i].before), str_from_c(cases[i].after)),
                   str_from_c(cases[i].wanted));
    }
    arena_done(&a);
}

/* ---- records ---- */

static void test_record_reads_back_and_damage_is_refused(void **state)
{
    (void)state;
    Err err;
    FixRecord r;
    Arena a = arena_init(0);
    const Change changes[] = {
        {.kind = CHANGE_CONTENT,
         .ids = S("GWD001,GWD002"),
         .path = S("/a b\n\\c"),
         .before = S("x"),
         .after = S("y"),
         .mode_before = 0640,
         .mode_after = 0640},
        {.kind = CHANGE_CONTENT, .ids = S("GWD003"), .path = S("/new"), .is_new = true},
        {.kind = CHANGE_REMOVE, .ids = S("GWD004"), .path = S("/gone"), .mode_before = 0555},
    };
    Str text = fixer_record_format(&a, 1234, S("goward doctor --fix"), changes, COUNT_OF(changes));
    assert_true(fixer_record_parse(&a, text, &r, &err));
    assert_int_equal(r.n_changes, COUNT_OF(changes));
    assert_int_equal(r.time_s, 1234);
    assert_str(r.changes[0].change.path, changes[0].path);
    assert_str(r.changes[0].change.ids, changes[0].ids);
    assert_int_equal(r.changes[0].change.mode_before, 0640);
    assert_true(r.changes[1].change.is_new && !r.changes[0].change.is_new);
    assert_int_equal(r.changes[2].change.mode_before, 0555);
    for (isize i = 0; i < text.len; i++) {
        char *copy = ARENA_ARRAY(&a, char, text.len);
        memcpy(copy, text.ptr, (size_t)text.len);
        copy[i] ^= 1;
        assert_false(fixer_record_parse(&a, (Str){copy, text.len}, &r, &err));
        assert_false(fixer_record_parse(&a, str_to(text, i), &r, &err));
    }
    arena_done(&a);
}

/* ---- plans ---- */

typedef struct {
    Arena a;
    Str root, env;
    FixJournal journal;
} Bench;

static int enter(void **state)
{
    Err err;
    static Bench bench;
    Bench *b = &bench;
    *b = (Bench){.a = arena_init(64 * KIB)};
    b->root = fixture_dir(&b->a);
    int fd = fixture_dir_open(&b->a);
    ASSERT(fixer_open(fd, 0, &b->journal, &err));
    b->env = fixture_file(&b->a, b->root, S("go/env"), S("GOROOT=/old\nGOFLAGS=-v\n"));
    *state = b;
    return 0;
}

static int leave(void **state)
{
    Bench *b = *state;
    fixer_close(&b->journal);
    file_close(&b->journal.dir_fd);
    arena_done(&b->a);
    return 0;
}

#define BENCH_TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

static FixPlan plan_guarded(Bench *b, const Fix *fixes, isize n, const FixGuard *guards,
                            isize n_guards)
{
    Err err;
    FixPlan plan;
    FixWishes wishes = {fixes, n, b->env, guards, n_guards};
    assert_true(fixer_plan(&b->a, &wishes, &plan, &err));
    return plan;
}

static FixPlan plan(Bench *b, const Fix *fixes, isize n)
{
    return plan_guarded(b, fixes, n, NULL, 0);
}

static bool apply(Bench *b, const FixPlan *p, Err *err)
{
    int64_t set;
    return fixer_apply(&b->journal, b->a, p, S("goward doctor --fix"), &set, err);
}

static bool undo(Bench *b, Err *err)
{
    FixSet set;
    FixNotes notes = {0};
    FileOutcome last = fixer_last(&b->journal, &b->a, &set, err);
    assert_int_equal(last, FILE_FOUND);
    return fixer_undo(&b->journal, &b->a, &set, &notes, err);
}

static Str read_env(Bench *b)
{
    return fixture_read(&b->a, FILE_CWD, b->env);
}

static Str in_root(Bench *b, const char *name)
{
    return path_join(&b->a, b->root, str_from_c(name));
}

static void test_fixes_of_one_file_are_one_change(void **state)
{
    Bench *b = *state;
    Err err;
    const Fix fixes[] = {
        {.kind = FIX_GOENV_UNSET, .id = S("GWD001"), .name = S("GOROOT")},
        {.kind = FIX_GOENV_SET, .id = S("GWD002"), .name = S("GOFLAGS"), .value = S("-x")},
        {.kind = FIX_GOENV_UNSET, .id = S("GWD003"), .name = S("GOBIN")},
    };
    FixPlan p = plan(b, fixes, COUNT_OF(fixes));
    assert_int_equal(p.n_changes, 1);
    assert_str(p.changes[0].ids, S("GWD001,GWD002"));
    assert_int_equal(p.fixes[1].verdict, FIX_PLANNED);
    assert_int_equal(p.fixes[2].verdict, FIX_ALREADY);
    assert_true(apply(b, &p, &err));
    assert_str(read_env(b), S("GOFLAGS=-x\n"));
    assert_int_equal(plan(b, fixes, COUNT_OF(fixes)).n_changes, 0);
    assert_true(undo(b, &err));
    assert_str(read_env(b), S("GOROOT=/old\nGOFLAGS=-v\n"));
}

static void test_variables_are_changed_in_the_content_that_another_fix_writes(void **state)
{
    Bench *b = *state;
    Err err;
    const Fix fixes[] = {
        {.kind = FIX_GOENV_UNSET, .id = S("GWD001"), .name = S("GOROOT")},
        {.kind = FIX_WRITE,
         .id = S("GWD002"),
         .path = b->env,
         .value = S("GOROOT=/old\nGOFLAGS=\n")},
    };
    FixPlan p = plan(b, fixes, COUNT_OF(fixes));
    assert_int_equal(p.n_changes, 1);
    assert_true(apply(b, &p, &err));
    assert_str(read_env(b), S("GOFLAGS=\n"));
}

static void test_contradictions_are_refused_on_both_sides(void **state)
{
    Bench *b = *state;
    const Fix pairs[][2] = {
        {{.kind = FIX_GOENV_SET, .name = S("GOOS"), .value = S("a")},
         {.kind = FIX_GOENV_SET, .name = S("GOOS"), .value = S("b")}},
        {{.kind = FIX_GOENV_SET, .name = S("GOROOT"), .value = S("a")},
         {.kind = FIX_GOENV_UNSET, .name = S("GOROOT")}},
        {{.kind = FIX_MODE, .path = b->env, .mode = 0600},
         {.kind = FIX_MODE, .path = b->env, .mode = 0640}},
        {{.kind = FIX_REMOVE, .path = in_root(b, "go")},
         {.kind = FIX_GOENV_UNSET, .name = S("GOROOT")}},
    };
    for (isize i = 0; i < COUNT_OF(pairs); i++) {
        FixPlan p = plan(b, pairs[i], 2);
        assert_int_equal(p.n_changes, 0);
        assert_int_equal(p.fixes[0].verdict, FIX_REFUSED);
        assert_int_equal(p.fixes[1].verdict, FIX_REFUSED);
    }
    const Fix agreed[] = {{.kind = FIX_GOENV_UNSET, .name = S("GOROOT")},
                          {.kind = FIX_GOENV_UNSET, .name = S("GOROOT")},
                          {.kind = FIX_MODE, .path = b->env, .mode = 0600}};
    FixPlan p = plan(b, agreed, COUNT_OF(agreed));
    assert_int_equal(p.n_changes, 1);
    assert_int_equal(p.changes[0].mode_after, 0600);
}

static void test_lines_of_one_file_are_one_change(void **state)
{
    Bench *b = *state;
    Str path = fixture_file(&b->a, b->root, S("go.work"), S("go 1.20\nuse ./a\nuse ./a\nuse ./b"));
    const Fix fixes[] = {
        {.kind = FIX_LINE, .path = path, .line = 3, .name = S("use ./a")},
        {.kind = FIX_LINE, .path = path, .line = 1, .name = S("go 1.20"), .value = S("go 1.26")},
        {.kind = FIX_LINE, .path = path, .line = 3, .name = S("use ./a")},
        {.kind = FIX_LINE, .path = path, .line = 4, .name = S("use ./b")},
        {.kind = FIX_LINE, .path = path, .line = 9, .name = S("use ./c")},
        {.kind = FIX_LINE, .path = path, .line = 2, .name = S("use ./x")},
        {.kind = FIX_LINE, .path = in_root(b, "absent"), .line = 1, .name = S("x")},
    };
    FixPlan p = plan(b, fixes, COUNT_OF(fixes));
    assert_int_equal(p.n_changes, 1);
    assert_str(p.changes[0].after, S("go 1.26\nuse ./a\n"));
    for (isize i = 0; i < COUNT_OF(fixes); i++) {
        assert_int_equal(p.fixes[i].verdict, i == 2  ? FIX_ALREADY
                                             : i < 4 ? FIX_PLANNED
                                                     : FIX_REFUSED);
    }
    const Fix against[] = {
        {.kind = FIX_LINE, .path = path, .line = 3, .name = S("use ./a")},
        {.kind = FIX_LINE, .path = path, .line = 3, .name = S("use ./a"), .value = S("use ./c")},
        {.kind = FIX_WRITE, .path = path, .value = S("go 1.26\n")},
    };
    p = plan(b, against, COUNT_OF(against));
    assert_int_equal(p.n_changes, 0);
}

static void test_what_must_not_be_touched_is_refused(void **state)
{
    Bench *b = *state;
    Err err;
    assert_true(file_symlink(S("nowhere"), FILE_CWD, in_root(b, "dangling"), &err));
    assert_true(file_symlink(b->root, FILE_CWD, in_root(b, "loop"), &err));
    Str guarded = fixture_file(&b->a, b->root, S("trees/go1/bin/vet"), S(""));
    const FixGuard guards[] = {
        {.dir = in_root(b, "loop/trees"), .because = S("proved"), .inside = true},
        {.dir = in_root(b, "go"), .because = S("kept")},
    };
    const Fix fixes[] = {
        {.kind = FIX_MODE, .path = guarded, .mode = 0755},
        {.kind = FIX_REMOVE, .path = in_root(b, "trees/go1")},
        {.kind = FIX_REMOVE, .path = in_root(b, "go")},
        {.kind = FIX_REMOVE, .path = b->root},
        {.kind = FIX_REMOVE, .path = S("/")},
        {.kind = FIX_WRITE, .path = in_root(b, "dangling"), .value = S("x")},
        {.kind = FIX_WRITE, .path = b->env, .value = S("x"), .is_new = true},
        {.kind = FIX_WRITE, .path = S("relative"), .value = S("x")},
        {.kind = FIX_MODE, .path = in_root(b, "absent"), .mode = 0755},
        {.kind = FIX_MAKE_DIR, .path = b->env, .mode = 0755},
        {.kind = FIX_GOENV_SET, .name = S("GOFLAGS"), .value = S("a\nGOOS=b")},
    };
    for (isize i = 0; i < COUNT_OF(fixes); i++) {
        FixPlan p = plan_guarded(b, &fixes[i], 1, guards, COUNT_OF(guards));
        if (p.fixes[0].verdict != FIX_REFUSED || p.n_changes != 0 || p.fixes[0].because.len == 0) {
            fail_msg("fix %td is not refused", i);
        }
    }
}

static void test_foreign_files_are_refused(void **state)
{
    Bench *b = *state;
    if (geteuid() != 0) {
        skip();
    }
    Str path = fixture_file(&b->a, b->root, S("foreign"), S("x"));
    char c_path[4096];
    assert_true(path.len < (isize)sizeof(c_path));
    memcpy(c_path, path.ptr, (size_t)path.len);
    c_path[path.len] = '\0';
    assert_int_equal(chown(c_path, 12345, (gid_t)-1), 0);
    const Fix fix = {.kind = FIX_WRITE, .path = path, .value = S("y")};
    FixPlan p = plan(b, &fix, 1);
    assert_int_equal(p.fixes[0].verdict, FIX_REFUSED);
    assert_true(str_contains(p.fixes[0].because, S("belongs to user 12345")));
}

/* ---- applying and undoing ---- */

static void test_file_behind_a_link_changes_and_keeps_its_mode(void **state)
{
    Bench *b = *state;
    Err err;
    FileStat st;
    Str real = b->env;
    assert_true(file_set_mode_at(FILE_CWD, real, 0604, &err));
    b->env = in_root(b, "link");
    assert_true(file_symlink(S("go/env"), FILE_CWD, b->env, &err));
    const Fix fix = {.kind = FIX_GOENV_UNSET, .id = S("GWD001"), .name = S("GOROOT")};
    FixPlan p = plan(b, &fix, 1);
    assert_true(apply(b, &p, &err));
    assert_int_equal(file_lstat(FILE_CWD, b->env, &st, &err), FILE_FOUND);
    assert_int_equal(st.kind, FILE_KIND_SYMLINK);
    assert_int_equal(file_lstat(FILE_CWD, real, &st, &err), FILE_FOUND);
    assert_int_equal(st.mode, 0604);
    assert_str(fixture_read(&b->a, FILE_CWD, real), S("GOFLAGS=-v\n"));
}

/* The second file was changed after it was planned: the first one comes back. */
static void test_file_that_changed_meanwhile_stops_all(void **state)
{
    Bench *b = *state;
    Err err;
    FixSet set;
    Str other = fixture_file(&b->a, b->root, S("other"), S("planned\n"));
    const Fix fixes[] = {
        {.kind = FIX_GOENV_UNSET, .id = S("GWD001"), .name = S("GOROOT")},
        {.kind = FIX_WRITE, .id = S("GWD002"), .path = other, .value = S("fixed\n")},
    };
    FixPlan p = plan(b, fixes, COUNT_OF(fixes));
    fixture_file(&b->a, b->root, S("other"), S("mine\n"));
    assert_false(apply(b, &p, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(str_contains(str_from_c(err.text), other));
    assert_str(read_env(b), S("GOROOT=/old\nGOFLAGS=-v\n"));
    assert_str(fixture_read(&b->a, FILE_CWD, other), S("mine\n"));
    assert_int_equal(fixer_last(&b->journal, &b->a, &set, &err), FILE_ABSENT);
}

static void test_undo_refuses_what_was_changed_since(void **state)
{
    Bench *b = *state;
    Err err;
    Str gone = fixture_file(&b->a, b->root, S("gone/file"), S("x"));
    const Fix fixes[] = {
        {.kind = FIX_GOENV_UNSET, .id = S("GWD001"), .name = S("GOROOT")},
        {.kind = FIX_REMOVE, .id = S("GWD002"), .path = path_dir(gone)},
    };
    FixPlan p = plan(b, fixes, COUNT_OF(fixes));
    assert_true(apply(b, &p, &err));
    assert_str(fixture_read(&b->a, FILE_CWD, gone), S("(absent)"));
    fixture_file(&b->a, b->root, S("gone/file"), S("mine"));
    assert_false(undo(b, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(str_contains(str_from_c(err.text), path_dir(gone)));
    assert_str(read_env(b), S("GOFLAGS=-v\n"));
    assert_int_equal(dir_remove_all(FILE_CWD, path_dir(gone), &err), FILE_FOUND);
    assert_true(undo(b, &err));
    assert_str(fixture_read(&b->a, FILE_CWD, gone), S("x"));
    assert_str(read_env(b), S("GOROOT=/old\nGOFLAGS=-v\n"));
}

static void test_sets_are_undone_from_the_last_one_on(void **state)
{
    Bench *b = *state;
    Err err;
    FixSet set;
    static const Str values[] = {STR_CONST("-a"), STR_CONST("-b")};
    for (isize i = 0; i < COUNT_OF(values); i++) {
        const Fix fix = {.kind = FIX_GOENV_SET, .name = S("GOFLAGS"), .value = values[i]};
        FixPlan p = plan(b, &fix, 1);
        assert_true(apply(b, &p, &err));
    }
    assert_str(read_env(b), S("GOFLAGS=-b\nGOROOT=/old\n"));
    assert_true(undo(b, &err));
    assert_str(read_env(b), S("GOFLAGS=-a\nGOROOT=/old\n"));
    assert_true(undo(b, &err));
    assert_str(read_env(b), S("GOROOT=/old\nGOFLAGS=-v\n"));
    assert_int_equal(fixer_last(&b->journal, &b->a, &set, &err), FILE_ABSENT);
}

static void apply_flags(Bench *b, const char *value)
{
    Err err;
    const Fix fix = {.kind = FIX_GOENV_SET, .name = S("GOFLAGS"), .value = str_from_c(value)};
    FixPlan p = plan(b, &fix, 1);
    assert_true(apply(b, &p, &err));
}

/* "5 2 " of the sets that go. */
static Str collect(Bench *b, isize keep, int64_t before_s, bool dry_run)
{
    Err err;
    FixCollected got;
    StrBuf text = strbuf_init(&b->a);
    FixCollectWish wish = {.keep = keep, .before_s = before_s, .dry_run = dry_run};
    assert_true(fixer_collect(&b->journal, &b->a, &wish, &got, &err));
    assert_int_equal(got.bytes > 0, got.sets.len > 0);
    for (isize i = 0; i < got.sets.len; i++) {
        strbuf_add_format(&text, "%lld ", (long long)got.sets.ptr[i]);
    }
    return strbuf_str(&text);
}

static void test_old_sets_go_and_the_one_of_undo_stays(void **state)
{
    Bench *b = *state;
    Err err;
    assert_str(collect(b, 1, INT64_MAX, false), S(""));
    static const char *const values[] = {"-a", "-b", "-c", "-d"};
    for (isize i = 0; i < COUNT_OF(values); i++) {
        apply_flags(b, values[i]);
    }
    assert_str(collect(b, 4, 0, false), S(""));
    assert_str(collect(b, 3, 0, true), S("1 "));
    assert_str(collect(b, 3, 0, false), S("1 "));
    assert_true(undo(b, &err)); /* of 4, the newest: its folder stays for its number */
    assert_true(undo(b, &err)); /* of 3 */
    assert_str(collect(b, 3, 0, true), S("3 "));
    assert_str(collect(b, 3, INT64_MAX, false), S("3 ")); /* 2 is the next one of undo */
    assert_true(undo(b, &err));
    assert_str(read_env(b), S("GOFLAGS=-a\nGOROOT=/old\n"));
    apply_flags(b, "-e");
    apply_flags(b, "-f");
    assert_str(collect(b, 9, INT64_MAX, false), S("5 4 2 "));
    assert_true(undo(b, &err));
    assert_str(read_env(b), S("GOFLAGS=-e\nGOROOT=/old\n"));
}

static void test_directory_that_is_in_use_by_now_stays(void **state)
{
    Bench *b = *state;
    Err err;
    FixSet set;
    FixNotes notes = {0};
    const Fix fix = {.kind = FIX_MAKE_DIR, .path = in_root(b, "x/y"), .mode = 0750};
    FixPlan p = plan(b, &fix, 1);
    assert_true(apply(b, &p, &err));
    Str mine = fixture_file(&b->a, b->root, S("x/y/mine"), S("mine"));
    assert_int_equal(fixer_last(&b->journal, &b->a, &set, &err), FILE_FOUND);
    assert_true(fixer_undo(&b->journal, &b->a, &set, &notes, &err));
    assert_str(fixture_read(&b->a, FILE_CWD, mine), S("mine"));
    assert_int_equal(notes.len, 2);
}

static void test_a_second_goward_is_told_to_wait(void **state)
{
    Bench *b = *state;
    Err err;
    FixJournal other;
    assert_false(fixer_open(b->journal.dir_fd, 0, &other, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_go_env_file_is_left_as_go_would_leave_it),
        cmocka_unit_test(test_diff_is_that_of_diff_u),
        cmocka_unit_test(test_record_reads_back_and_damage_is_refused),
        BENCH_TEST(test_fixes_of_one_file_are_one_change),
        BENCH_TEST(test_variables_are_changed_in_the_content_that_another_fix_writes),
        BENCH_TEST(test_contradictions_are_refused_on_both_sides),
        BENCH_TEST(test_lines_of_one_file_are_one_change),
        BENCH_TEST(test_what_must_not_be_touched_is_refused),
        BENCH_TEST(test_foreign_files_are_refused),
        BENCH_TEST(test_file_behind_a_link_changes_and_keeps_its_mode),
        BENCH_TEST(test_file_that_changed_meanwhile_stops_all),
        BENCH_TEST(test_undo_refuses_what_was_changed_since),
        BENCH_TEST(test_sets_are_undone_from_the_last_one_on),
        BENCH_TEST(test_old_sets_go_and_the_one_of_undo_stays),
        BENCH_TEST(test_directory_that_is_in_use_by_now_stays),
        BENCH_TEST(test_a_second_goward_is_told_to_wait),
    };
    return cmocka_run_group_tests_name("doctor/fixer", tests, NULL, NULL);
}
