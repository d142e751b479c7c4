#include "cmd/buildcontext.h"

#include "base/path.h"
#include "cmd/inuse.h"
#include "cmd/namedgo.h"
#include "cmd/parse.h"
#include "go/env/goflags.h"
#include "go/env/overlay.h"
#include "go/mod/platform.h"
#include "go/mod/version.h"
#include "go/root/godebugs.h"

/* Commands without these options look at packages, not at what is built of them. */
static bool read_wish(const Invocation *inv, BuildContext *b, Err *err)
{
    Platform platform;
    if (!command_takes(inv->command, OPTION_TARGET)) {
        return true;
    }
    Str wanted = option_text(inv, OPTION_TARGET);
    b->tags = option_text(inv, OPTION_TAGS);
    b->wish = (TargetWish){.tags = option_is_set(inv, OPTION_TAGS) ? &b->tags : NULL};
    if (wanted.len == 0) {
        return true;
    }
    if (!platform_parse(wanted, &platform)) {
        FAIL(err, ERR_USAGE, "'%.*s' is no target", STR_ARG(wanted));
        return err_hint(err, "os/arch as Go writes them: linux/amd64, js/wasm");
    }
    b->wish.os = platform.os;
    b->wish.arch = platform.arch;
    return true;
}

static void take_root(const Invocation *inv, BuildContext *b, Str dir, Str version)
{
    b->goroot = dir;
    b->go_version = version;
    b->environ = environ_with(inv->arena, &b->environ, S("GOROOT"), dir);
}

static void take_environ(Invocation *inv, BuildContext *b)
{
    b->environ = *inv->env;
    if (command_takes(inv->command, OPTION_GOEXPERIMENT) &&
        option_is_set(inv, OPTION_GOEXPERIMENT)) {
        b->environ = environ_with(inv->arena, &b->environ, S("GOEXPERIMENT"),
                                  option_text(inv, OPTION_GOEXPERIMENT));
    }
}

static bool find_go(Invocation *inv, ToolchainContext *c, BuildContext *b, Err *err)
{
    if (command_takes(inv->command, OPTION_GOROOT) && option_is_set(inv, OPTION_GOROOT)) {
        Str root, version;
        if (!namedgo_in_dir(inv, option_text(inv, OPTION_GOROOT), &root, &version, err)) {
            return false;
        }
        take_root(inv, b, root, version);
        return true;
    }
    return inuse_go(inv, c, &b->goroot, &b->go_version, err);
}

/* Files are read as they lie on the disk. */
static void warn_of_overlay(const Invocation *inv, const GoEnv *env)
{
    Str file;
    if (goenv_flag(env, S("overlay"), &file) && file.len > 0) {
        report_warn(inv->report, "-overlay in GOFLAGS is not followed: a build sees other files");
    }
}

/* Why go knows no flag that a word of GOFLAGS names; empty: it does. A Go that is newer than the
 * table of flags, or unknown, may have one that the table has not. */
static Str why_no_flag(Arena *a, const GoFlagWord *word, Str go_version)
{
    GoFlag flag;
    if (word->name.len == 0) {
        return S("each word has to be a flag, with its value in the same word");
    }
    if (goflag_find(word->name, &flag)) {
        return go_version.len > 0 && goversion_compare(go_version, flag.since) < 0
                   ? str_concat(a, S("the flag came with Go "), flag.since)
                   : (Str){0};
    }
    if (go_version.len == 0 || goversion_compare(go_version, GOFLAGS_UNKNOWN_GO) >= 0) {
        return (Str){0};
    }
    Str nearest = goflag_nearest(word->name);
    return nearest.len == 0 ? S("there is no such flag")
                            : str_concat(a, S("there is no such flag, but a -"), nearest);
}

/* Why no build is made with the value of a flag; empty: one is. */
static Str why_no_value(Arena *a, const GoFlagWord *word)
{
    GoFlag flag;
    Err err = {0};
    Str why = {0};
    if (!goflag_find(word->name, &flag) || !flag.is_of_builds ||
        !goflag_check_value(a, word, &flag, &why) || !str_eq(word->name, S("overlay"))) {
        return why;
    }
    return word->value.len == 0 || overlay_check(*a, word->value, &err) ? (Str){0}
                                                                        : err_format(a, &err);
}

/* The order in which go looks at GOFLAGS: it says the first thing that is wrong, and no more. When
 * all flags are set it looks at the values of some, in the order of late_flags, and at the last one
 * of each only. */
typedef enum {
    STAGE_QUOTES,
    STAGE_NAMES,
    STAGE_VALUES,
    STAGE_LATE, /* and one more for each further name */
} FlagStage;

static const Str late_flags[] = {STR_CONST("overlay"), STR_CONST("modfile"), STR_CONST("buildmode"),
                                 STR_CONST("mod"),     STR_CONST("p"),       STR_CONST("tags")};

static isize stage_of_value(const GoFlagWord *word)
{
    Str number = word->value;
    str_eat_prefix(&number, S("-"));
    bool is_number = number.len > 0 && number.ptr[0] >= '0' && number.ptr[0] <= '9';
    for (isize i = 0; i < COUNT_OF(late_flags); i++) {
        if (str_eq(late_flags[i], word->name) && word->has_value &&
            (is_number || !str_eq(word->name, S("p")))) {
            return STAGE_LATE + i;
        }
    }
    return STAGE_VALUES;
}

static bool check_goflags(Arena *a, const GoEnv *env, Str go_version, Err *err)
{
    struct {
        Str word, why; /* why empty: nothing is wrong */
    } faults[STAGE_LATE + COUNT_OF(late_flags)] = {0};
    Str rest = goenv_value(env, S("GOFLAGS"));
    GoFlagNext next;
    GoFlagWord word;
    while ((next = goflags_next(&rest, true, &word)) != GOFLAG_END) {
        isize stage = next == GOFLAG_WORD ? STAGE_NAMES : STAGE_QUOTES;
        Str why = next == GOFLAG_WORD ? why_no_flag(a, &word, go_version)
                                      : S("nothing closes the quote that it begins with");
        if (why.len == 0) {
            stage = stage_of_value(&word);
            why = why_no_value(a, &word);
        }
        if (stage >= STAGE_LATE || faults[stage].why.len == 0) {
            faults[stage].word = word.word;
            faults[stage].why = why;
        }
    }
    for (isize i = 0; i < COUNT_OF(faults); i++) {
        if (faults[i].why.len > 0) {
            return goenv_refuse(err, env, S("GOFLAGS"),
                                str_format(a, "go refuses %.*s in GOFLAGS: %.*s",
                                           STR_ARG(faults[i].word), STR_ARG(faults[i].why)));
        }
    }
    return true;
}

static bool look_at_env(Invocation *inv, BuildContext *b, Err *err)
{
    if (b->goroot.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no Go would run here, and its tags decide what is built");
        return err_hint(err, "goward install stable, then goward use stable");
    }
    if (!goenv_load(inv->arena, &b->environ, b->goroot, &b->env, err)) {
        return false;
    }
    if (!check_goflags(inv->arena, &b->env, b->go_version, err)) {
        return false;
    }
    warn_of_overlay(inv, &b->env);
    return true;
}

static bool look_at_target(Invocation *inv, BuildContext *b, Err *err)
{
    return look_at_env(inv, b, err) &&
           target_of_env(inv->arena, &b->env, b->goroot, &b->wish, &b->target, err);
}

bool buildcontext_find(Invocation *inv, ToolchainContext *c, BuildContext *ret, Err *err)
{
    *ret = (BuildContext){0};
    take_environ(inv, ret);
    return read_wish(inv, ret, err) && find_go(inv, c, ret, err) && look_at_target(inv, ret, err);
}

bool buildcontext_find_go(Invocation *inv, ToolchainContext *c, Str goroot, Str go_version,
                          BuildContext *ret, Err *err)
{
    *ret = (BuildContext){0};
    take_environ(inv, ret);
    if (goroot.len > 0) {
        take_root(inv, ret, goroot, go_version);
    } else if (!find_go(inv, c, ret, err)) {
        return false;
    }
    return look_at_env(inv, ret, err);
}

bool buildcontext_aim(Arena *a, const BuildContext *go, const TargetWish *wish, BuildContext *ret,
                      Err *err)
{
    *ret = *go;
    ret->wish = *wish;
    return target_of_env(a, &ret->env, ret->goroot, &ret->wish, &ret->target, err);
}

/* Those of go.work, or without one those of go.mod: the others mean nothing. */
static bool check_godebugs(Arena *a, const BuildContext *b, const MainMods *mains, Err *err)
{
    bool in_workspace = mains->work_file.len > 0;
    Str file = in_workspace ? mains->work_file : mains->ptr[0].file, why;
    const GoModGodebugs *lines = in_workspace ? &mains->work.godebugs : &mains->ptr[0].mod.godebugs;
    GodebugTable table;
    if (lines->len == 0 || b->goroot.len == 0) {
        return true;
    }
    godebug_table_read(a, b->goroot, b->go_version, &table);
    for (isize i = 0; i < lines->len; i++) {
        const GoModGodebug *line = &lines->ptr[i];
        if (!godebug_check(a, &table, b->go_version, "godebug", line->key, line->value, &why)) {
            return FAIL(err, ERR_FORMAT, "%.*s:%td: %.*s", STR_ARG(file), line->pos.line,
                        STR_ARG(why));
        }
    }
    return true;
}

bool buildcontext_find_mains(Invocation *inv, const BuildContext *b, Str dir, MainMods *mains,
                             const MainMods **ret, Err *err)
{
    Err own = {0};
    if (mainmods_load(inv->arena, &b->env, dir, mains, &own)) {
        *ret = mains;
        return mainmods_check_flag(mains, err) && check_godebugs(inv->arena, b, mains, err);
    }
    *ret = NULL;
    if (own.kind == ERR_NOT_FOUND) {
        return true;
    }
    *err = own;
    return false;
}

/* To the go command "./..." is nothing in a directory that is in no module of the workspace. */
Strs buildcontext_patterns(const Invocation *inv, const MainMods *mains, Str dir)
{
    Strs list = {0};
    bool is_within = mains == NULL;
    for (isize i = 0; i < inv->n_args; i++) {
        *VEC_PUSH(inv->arena, &list) = inv->args[i];
    }
    if (list.len > 0) {
        return list;
    }
    for (isize i = 0; mains != NULL && i < mains->len; i++) {
        is_within = is_within || path_is_within(dir, mains->ptr[i].dir);
        *VEC_PUSH(inv->arena, &list) = path_join(inv->arena, mains->ptr[i].dir, S("..."));
    }
    if (is_within) {
        list.len = 0;
        *VEC_PUSH(inv->arena, &list) = S("./...");
    }
    return list;
}

void buildcontext_warn_of_newer_go(const Invocation *inv, const BuildContext *b,
                                   const MainMods *mains, int *ret_code)
{
    bool in_workspace = mains->work_file.len > 0;
    Str asked =
        in_workspace ? mainmods_go_of_work(&mains->work) : mainmods_go_of_mod(&mains->ptr[0].mod);
    if (goversion_compare(asked, b->go_version) > 0) {
        report_warn(inv->report, "%.*s requires go >= %.*s, and Go %.*s runs here; try: goward up",
                    STR_ARG(in_workspace ? mains->work_file : mains->ptr[0].file), STR_ARG(asked),
                    STR_ARG(b->go_version));
        *ret_code = EXIT_FINDINGS;
    }
}
