/* goward exec: becomes the command, under the selected Go. */
#include "base/path.h"
#include "cmd/gate.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/spawn.h"
#include "toolchain/selected.h"

/* The program as the child's own PATH finds it. */
static bool find_program(Invocation *inv, const Environ *env, Str name, Str *ret, Err *err)
{
    if (str_index_byte(name, '/') >= 0) {
        *ret = path_absolute(inv->arena, inv->dir, name);
        return true;
    }
    if (spawn_find(inv->arena, env, name, ret)) {
        return true;
    }
    return FAIL(err, ERR_NOT_FOUND, "there is no program '%.*s' on PATH", STR_ARG(name));
}

/* Rules that refuse end it here; what they only warn of is said. */
static bool hold_policy(Invocation *inv, const ToolchainContext *c, const Selected *s,
                        const Environ *child, int *ret_code, Err *err)
{
    Gate gate;
    GateWish wish = gate_wish(s, child);
    if (!gate_pass(c, inv->arena, &wish, &gate, ret_code, err)) {
        return false;
    }
    findings_print(inv->report, REPORT_TALK, &gate.findings);
    return true;
}

static bool become(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Selected s;
    ChildChanges changes;
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, false, &s, err) ||
        !selected_require(&s, err) || !selected_environment(c, inv->arena, &s, &changes, err)) {
        return false;
    }
    Environ child = childenv_apply(inv->arena, inv->env, &changes);
    Spawn spawn = {.argv = inv->args,
                   .argc = inv->n_args,
                   .env = &child,
                   .dir = inv->dir,
                   .in = -1,
                   .out = -1,
                   .err = -1,
                   .extra = -1};
    return hold_policy(inv, c, &s, &child, ret_code, err) &&
           find_program(inv, &child, inv->args[0], &spawn.path, err) &&
           spawn_become(*inv->arena, &spawn, err);
}

bool cmd_exec(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, become, ret_code, err);
}
