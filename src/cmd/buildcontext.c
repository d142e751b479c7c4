#include "cmd/buildcontext.h"

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

bool buildcontext_find(Invocation *inv, ToolchainContext *c, BuildContext *ret, Err *err)
{
    *ret = (BuildContext){0};
    if (!read_wish(inv, ret, err) || !inuse_go(inv, c, &ret->goroot, &ret->go_version, err)) {
        return false;
    }
    if (ret->goroot.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no Go would run here, and its tags decide what is built");
        return err_hint(err, "goward install stable, then goward use stable");
    }
    return goenv_load(inv->arena, inv->env, ret->goroot, &ret->env, err) &&
           target_of_env(inv->arena, &ret->env, ret->goroot, &ret->wish, &ret->target, err);
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
