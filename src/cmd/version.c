#include "cmd/version.h"

#include "cmd/table.h"
#include "format/sha256.h"
#include "os/file.h"
#include "os/proc.h"

#define LINE "goward " GOWARD_VERSION

#ifdef __clang__
#define COMPILER "clang " __clang_version__
#else
#define COMPILER "gcc " __VERSION__
#endif

bool version_print(Report *r)
{
    if (!r->wants_json) {
        report_line(r, LINE);
        return true;
    }
    Arena scratch = arena_init(0);
    ProcHost host = proc_host();
    Str platform = str_format(&scratch, "%.*s/%.*s", STR_ARG(host.os), STR_ARG(host.arch));
    JsonWriter *w = report_json_begin(r, S("version"), 1);
    json_key_str(w, S("goward"), S(GOWARD_VERSION));
    json_key_str(w, S("platform"), platform);
    json_key_str(w, S("sha256"), sha256_engine());
    json_key_str(w, S("compiler"), str_trim(S(COMPILER)));
    report_json_end(r);
    arena_done(&scratch);
    return true;
}

int version_answer(void)
{
    Err err;
    return file_write(1, S(LINE "\n"), &err) ? EXIT_OK : EXIT_INTERNAL;
}

bool cmd_version(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code;
    (void)err;
    return version_print(inv->report);
}
