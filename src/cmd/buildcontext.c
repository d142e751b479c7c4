#include "cmd/buildcontext.h"

#include "base/path.h"
#include "cmd/inuse.h"
#include "cmd/parse.h"
#include "go/mod/platform.h"
#include "go/mod/version.h"

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

/* The Go of --goroot, whatever runs here. */
static bool read_goroot(Invocation *inv, BuildContext *b, Err *err)
{
    Goroot root;
    Str dir = path_absolute(inv->arena, inv->dir, option_text(inv, OPTION_GOROOT));
    switch (goroot_read(inv->arena, dir, &root, err)) {
    case GOROOT_FAILED:
        return false;
    case GOROOT_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(dir));
    case GOROOT_OTHER:
        return FAIL(err, ERR_USAGE, "'%.*s' is no Go root: it has no VERSION", STR_ARG(dir));
    case GOROOT_FOUND:
        break;
    }
    goroot_settle_version(inv->arena, &root);
    b->goroot = dir;
    b->go_version = root.version;
    b->environ = environ_with(inv->arena, &b->environ, S("GOROOT"), dir);
    return true;
}

static bool find_go(Invocation *inv, ToolchainContext *c, BuildContext *b, Err *err)
{
    b->environ = *inv->env;
    if (command_takes(inv->command, OPTION_GOEXPERIMENT) &&
        option_is_set(inv, OPTION_GOEXPERIMENT)) {
        b->environ = environ_with(inv->arena, &b->environ, S("GOEXPERIMENT"),
                                  option_text(inv, OPTION_GOEXPERIMENT));
    }
    if (command_takes(inv->command, OPTION_GOROOT) && option_is_set(inv, OPTION_GOROOT)) {
        return read_goroot(inv, b, err);
    }
    return inuse_go(inv, c, &b->goroot, &b->go_version, err);
}

bool buildcontext_find(Invocation *inv, ToolchainContext *c, BuildContext *ret, Err *err)
{
    *ret = (BuildContext){0};
    if (!read_wish(inv, ret, err) || !find_go(inv, c, ret, err)) {
        return false;
    }
    if (ret->goroot.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no Go would run here, and its tags decide what is built");
        return err_hint(err, "goward install stable, then goward use stable");
    }
    return goenv_load(inv->arena, &ret->environ, ret->goroot, &ret->env, err) &&
           target_of_env(inv->arena, &ret->env, ret->goroot, &ret->wish, &ret->target, err);
}

bool buildcontext_find_mains(Invocation *inv, const GoEnv *env, Str dir, MainMods *mains,
                             const MainMods **ret, Err *err)
{
    Err own = {0};
    if (mainmods_load(inv->arena, env, dir, mains, &own)) {
        *ret = mains;
        return mainmods_check_flag(mains, err);
    }
    *ret = NULL;
    if (own.kind == ERR_NOT_FOUND) {
        return true;
    }
    *err = own;
    return false;
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
