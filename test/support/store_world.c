#include "support/store_world.h"

#include "base/strbuf.h"
#include "store/collect.h"
#include "store/tree.h"
#include "support/fixture.h"

#define GO126 S("go1.26.8.linux-amd64")
#define GO127 S("go1.27.4.linux-amd64")

static const FixtureFile files_126[] = {
    {STR_CONST("VERSION"), STR_CONST("go1.26.8\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\necho go1.26.8\n"), true, true},
    {STR_CONST("src/a.go"), STR_CONST("package same\n"), false, false},
    {STR_CONST("src/b.go"), STR_CONST("package same\n"), false, false},
    {STR_CONST("src/go.mod"), STR_CONST("module std\n"), false, false},
};

static const FixtureFile files_127[] = {
    {STR_CONST("VERSION"), STR_CONST("go1.27.4\n"), false, false},
    {STR_CONST("bin/go"), STR_CONST("#!/bin/sh\necho go1.27.4\n"), true, true},
    {STR_CONST("src/a.go"), STR_CONST("package same\n"), false, false},
    {STR_CONST("src/go.mod"), STR_CONST("module std\n"), false, false},
};

static const FixtureToolchain go126 = {STR_CONST("go1.26.8.linux-amd64"), files_126,
                                       COUNT_OF(files_126), STR_CONST("proof\n")};
static const FixtureToolchain go127 = {STR_CONST("go1.27.4.linux-amd64"), files_127,
                                       COUNT_OF(files_127), STR_CONST("")};

/* ---- actions ---- */

static bool open_store(World *w, Store *ret)
{
    return store_fixture_try_open(w->a, w->home, STORE_CREATE, ret, &w->err) == STORE_OPENED;
}

/* The transactions of an action have returned: from here on they must survive a crash. */
static bool close_store(World *w, Store *s, bool ok)
{
    if (w->mark != NULL) {
        *w->mark = w->recorder->ops.len;
    }
    store_close(s);
    return ok;
}

static bool install(World *w, const FixtureToolchain *toolchain, StoreTxnOutcome expected)
{
    Store s;
    return open_store(w, &s) &&
           close_store(w, &s, store_fixture_install(w->a, &s, toolchain, &w->err) == expected);
}

static bool switch_to(World *w, Str id, const GenerationEdit *edit)
{
    Store s;
    int64_t number;
    return open_store(w, &s) &&
           close_store(w, &s,
                       store_fixture_switch(&s, id, &id, id.len > 0, edit, &number, &w->err) ==
                           GENERATION_SWITCHED);
}

static GenerationEdit edit_from(World *w, const char *before, const char *after)
{
    return (GenerationEdit){.path = w->project_file,
                            .before = {before != NULL, str_from_c(before)},
                            .after = {after != NULL, str_from_c(after)}};
}

static bool act_open(World *w)
{
    Store s;
    return open_store(w, &s) && close_store(w, &s, true);
}

static bool act_install(World *w)
{
    return install(w, &go126, STORE_TXN_COMMITTED);
}

static bool act_install_second(World *w)
{
    return install(w, &go127, STORE_TXN_COMMITTED);
}

static bool act_install_again(World *w)
{
    return install(w, &go126, STORE_TXN_EXISTS);
}

static bool act_switch(World *w)
{
    return switch_to(w, GO127, NULL);
}

static bool act_switch_with_edit(World *w)
{
    GenerationEdit edit = edit_from(w, NULL, "go1.27.4\n");
    return switch_to(w, GO127, &edit);
}

static bool act_second_edit(World *w)
{
    GenerationEdit edit = edit_from(w, "go1.27.4\n", "go1.26.8, and a longer line\n");
    return switch_to(w, GO126, &edit);
}

static bool act_rollback(World *w)
{
    Store s;
    Rollback report;
    if (!open_store(w, &s)) {
        return false;
    }
    bool ok = generation_rollback(w->a, &s, ROLLBACK_TO_PARENT, &report, &w->err) == ROLLBACK_DONE;
    w->is_file_left = ok && report.n_files > 0 && !report.files[0].is_restored;
    return close_store(w, &s, ok);
}

static bool act_remove(World *w)
{
    Store s;
    return open_store(w, &s) && close_store(w, &s, tree_remove(&s, GO127, &w->err) == TREE_REMOVED);
}

static bool act_collect(World *w)
{
    Store s;
    CollectPlan plan;
    CollectOptions options = {.keep_generations = 1};
    return open_store(w, &s) &&
           close_store(w, &s, store_collect(w->a, &s, &options, &plan, &w->err));
}

static bool act_repair(World *w)
{
    Store s;
    return open_store(w, &s) && close_store(w, &s,
                                            tree_replace_file(&s, GO126, S("src/a.go"),
                                                              S("package same\n"), false, &w->err));
}

static bool act_confirm(World *w)
{
    Store s;
    return open_store(w, &s) && close_store(w, &s, record_confirm(&s, GO126, &w->err));
}

/* What `up` does. */
static bool act_up(World *w)
{
    Store s;
    int64_t number;
    Str id = GO126;
    GenerationEdit edit = edit_from(w, NULL, "go1.26.8\n");
    return open_store(w, &s) &&
           close_store(w, &s,
                       store_fixture_install(w->a, &s, &go126, &w->err) == STORE_TXN_COMMITTED &&
                           store_fixture_switch(&s, id, &id, 1, &edit, &number, &w->err) ==
                               GENERATION_SWITCHED);
}

/* ---- beginnings ---- */

static void have_nothing(World *w)
{
    (void)w;
}

static void have_store(World *w)
{
    ASSERT(act_open(w));
}

static void have_126(World *w)
{
    ASSERT(act_install(w) && switch_to(w, GO126, NULL));
}

static void have_both(World *w)
{
    have_126(w);
    ASSERT(act_install_second(w));
}

static void have_edit(World *w)
{
    have_both(w);
    ASSERT(act_switch_with_edit(w));
}

static void have_foreign_edit(World *w)
{
    Err err;
    have_edit(w);
    ASSERT(file_replace(FILE_CWD, w->project_file, S("somebody's own\n"), 0644, &err));
}

static void have_old_generations(World *w)
{
    have_both(w);
    ASSERT(switch_to(w, GO127, NULL) && switch_to(w, GO126, NULL) && switch_to(w, S(""), NULL) &&
           switch_to(w, GO126, NULL));
}

static void have_damage(World *w)
{
    Err err;
    have_126(w);
    Str path = str_format(w->a, "%.*s/trees/%.*s/src/a.go", STR_ARG(w->home), STR_ARG(GO126));
    ASSERT(file_set_mode_at(FILE_CWD, path_dir(path), 0755, &err));
    ASSERT(file_unlink(FILE_CWD, path, &err) == FILE_FOUND);
    ASSERT(file_replace(FILE_CWD, path, S("damaged\n"), 0444, &err));
}

static void have_orphan(World *w)
{
    Err err;
    have_both(w);
    Str path = str_format(w->a, "%.*s/records/%.*s", STR_ARG(w->home), STR_ARG(GO127));
    ASSERT(file_unlink(FILE_CWD, path, &err) == FILE_FOUND);
}

static void have_no_current(World *w)
{
    Err err;
    have_edit(w);
    ASSERT(file_unlink(FILE_CWD, path_join(w->a, w->home, S("current")), &err) == FILE_FOUND);
}

static void have_torn_log(World *w)
{
    Err err;
    AUTO_CLOSE int fd = -1;
    have_edit(w);
    ASSERT(file_open_append(FILE_CWD, path_join(w->a, w->home, S("audit.log")), 0600, &fd, &err) &&
           file_write(fd, S("0123456789abcdef 7 17000"), &err));
}

const Scenario store_scenarios[] = {
    {"create a store", have_nothing, act_open, 2, true, true},
    {"install the first toolchain", have_store, act_install, 2, false, false},
    {"install one that shares files", have_126, act_install_second, 2, false, false},
    {"install what is there", have_126, act_install_again, 1, false, true},
    {"install where remains are", have_orphan, act_install_second, 4, false, false},
    {"switch", have_both, act_switch, 2, false, false},
    {"switch and make a project's file", have_both, act_switch_with_edit, 2, false, false},
    {"switch and edit a project's file", have_edit, act_second_edit, 2, false, false},
    {"roll back", have_edit, act_rollback, 2, false, false},
    {"roll back past somebody's edit", have_foreign_edit, act_rollback, 2, false, false},
    {"remove", have_both, act_remove, 2, false, false},
    {"collect", have_old_generations, act_collect, 7, false, true},
    {"repair", have_damage, act_repair, 2, false, true},
    {"confirm", have_126, act_confirm, 1, false, true},
    {"find `current` lost", have_no_current, act_open, 1, false, true},
    {"find the log torn", have_torn_log, act_open, 1, false, true},
    {"install and switch", have_store, act_up, 3, false, false},
};
const isize n_store_scenarios = COUNT_OF(store_scenarios);

/* ---- worlds ---- */

/* In memory where the machine has that: tens of thousands of small trees are made there. */
static Str worlds_dir(Arena *a)
{
    Str memory = S("/dev/shm");
    Str parent = file_may_write(FILE_CWD, memory) ? memory : str_from_c(getenv("TMPDIR"));
    return str_format(a, "%.*s/goward-test-%d", STR_ARG(parent.len > 0 ? parent : S("/tmp")),
                      (int)getpid());
}

World store_world_make(Arena *a)
{
    Err err;
    Str root = path_join(a, worlds_dir(a), random_name(a));
    ASSERT(dir_make_all(FILE_CWD, root, 0755, &err));
    return (World){.a = a,
                   .root = root,
                   .home = path_join(a, root, S("home")),
                   .project_file = path_join(a, root, S("project/goward.lock"))};
}

void store_world_end(World *w)
{
    Err err;
    dir_remove_all(FILE_CWD, w->root, &err);
}

void store_world_end_all(void)
{
    Err err;
    Arena a = arena_init(0);
    dir_remove_all(FILE_CWD, worlds_dir(&a), &err);
    arena_done(&a);
}

void store_world_clear(World *w)
{
    Err err;
    ASSERT(dir_remove_all(FILE_CWD, w->root, &err) != FILE_FAILED);
    ASSERT(dir_make_all(FILE_CWD, path_dir(w->project_file), 0755, &err));
}

Str store_world_describe(Arena *a, const World *w)
{
    Err err;
    Store s;
    StrBuf b = strbuf_init(a);
    if (store_fixture_try_open(a, w->home, STORE_READ, &s, &err) == STORE_OPENED) {
        store_close(&s);
        strbuf_add(&b, store_fixture_describe(a, w->home));
        strbuf_add(&b, store_fixture_find_fault(a, w->home));
    } else {
        strbuf_add(&b, S("no store\n"));
    }
    strbuf_add_format(&b, "project: %.*s\n", STR_ARG(fixture_read(a, FILE_CWD, w->project_file)));
    return strbuf_str(&b);
}
