/* goward which: one line, the program that would run. */
#include "base/path.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "toolchain/selected.h"

static bool which(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Str tool = inv->n_args > 0 ? inv->args[0] : S("go");
    if (!str_eq(tool, S("go")) && !str_eq(tool, S("gofmt"))) {
        FAIL(err, ERR_USAGE, "'%.*s' is no program of Go: go or gofmt", STR_ARG(tool));
        return err_hint(err, "goward exec -- which %.*s", STR_ARG(tool));
    }
    Selected s;
    if (!selected_find(c, inv->arena, option_text(inv, OPTION_GO), NULL, 0, false, &s, err) ||
        !selected_require(&s, err)) {
        return false;
    }
    Str path = path_join(inv->arena, path_join(inv->arena, s.root, S("bin")), tool);
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("which"), 1);
        json_key_str(w, S("path"), path);
        json_key_str(w, S("selected"), s.name);
        report_json_end(inv->report);
    } else {
        report_line(inv->report, "%.*s", STR_ARG(path));
    }
    return true;
}

bool cmd_which(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, which, ret_code, err);
}
