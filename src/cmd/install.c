/* goward install SPEC...: into the store, proved; what runs does not change. */
#include "toolchain/install.h"
#include "base/path.h"
#include "cmd/account.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/file.h"
#include "toolchain/activate.h"

typedef struct {
    ToolchainContext *context;
    Store *store;
    InstallOptions options;
    Progress progress;
    Installed *installed;
    isize n;
} Installation;

/* The version that a SPEC of versions means: an exact one as it is, else the newest on offer. */
static bool choose_version(Installation *in, Arena *a, const Spec *spec, Str *ret, Err *err)
{
    Source *source;
    SourceVersions versions;
    if (spec->kind == SPEC_EXACT) {
        *ret = spec->version;
        return true;
    }
    return context_source(in->context, &source, err) &&
           source_versions(source, a, in->options.os, in->options.arch, &versions, err) &&
           spec_choose(spec, versions.ptr, versions.len, source_name(source), ret, err);
}

static bool install_one(Invocation *inv, Installation *in, Str argument, Err *err)
{
    Spec spec;
    Str version;
    Installed *done = &in->installed[in->n];
    if (!spec_parse(argument, &spec, err)) {
        return false;
    }
    if (!spec_is_version(&spec)) {
        if (spec.kind != SPEC_URL) {
            spec.path = path_absolute(inv->arena, inv->dir, spec.path);
        }
        if (!install_place(in->context, inv->arena, &spec, &in->options, done, err)) {
            return FAIL_IN(err, "'%.*s' cannot be installed", STR_ARG(argument));
        }
    } else if (!choose_version(in, inv->arena, &spec, &version, err) ||
               !install_release(in->context, inv->arena, version, &in->options, done, err)) {
        return FAIL_IN(err, "%.*s cannot be installed", STR_ARG(argument));
    }
    progress_end(&in->progress);
    in->n++;
    return true;
}

/* What was installed joins the current generation, so that Go's own switching finds it. */
static bool make_visible(Installation *in, const Installed *done, Err *err)
{
    int64_t generation;
    Str host = str_format(in->context->arena, "%.*s/%.*s", STR_ARG(context_host_os()),
                          STR_ARG(context_host_arch()));
    if (!str_eq(done->record.platform, host)) {
        return true; /* of another machine: kept, not run */
    }
    Activation activation = {.id = done->record.id, .action = S("install")};
    if (done->source.len > 0) { /* it was not there already */
        activation.reason = str_concat(in->context->arena, S("from "), done->source);
    }
    return activate_toolchain(in->store, &activation, &generation, err) != GENERATION_FAILED;
}

static void print_json(Invocation *inv, const Installation *in)
{
    JsonWriter *w = report_json_begin(inv->report, S("install"), 1);
    json_key_array(w, S("installed"));
    for (isize i = 0; i < in->n; i++) {
        account_json(w, inv->arena, in->context, &in->installed[i]);
    }
    json_end(w);
    json_key_bool(w, S("dry_run"), false);
    report_json_end(inv->report);
}

static bool plan(Invocation *inv, Installation *in, Err *err)
{
    for (isize i = 0; i < inv->n_args; i++) {
        Spec spec;
        Str version;
        if (!spec_parse(inv->args[i], &spec, err) ||
            (spec_is_version(&spec) && !choose_version(in, inv->arena, &spec, &version, err))) {
            return false;
        }
        if (spec_is_version(&spec)) {
            report_line(inv->report, "would install go%.*s for %.*s/%.*s", STR_ARG(version),
                        STR_ARG(in->options.os), STR_ARG(in->options.arch));
        } else {
            report_line(inv->report, "would install from %.*s", STR_ARG(spec.path));
        }
    }
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("install"), 1);
        json_key_array(w, S("installed"));
        json_end(w);
        json_key_bool(w, S("dry_run"), true);
        report_json_end(inv->report);
    }
    return true;
}

static bool install(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Installation in = {.context = c,
                       .progress = progress_begin(inv->report, S("source"), PROGRESS_BYTES),
                       .installed = ARENA_ARRAY(inv->arena, Installed, inv->n_args)};
    in.options = (InstallOptions){.allow_unproved = option_is_set(inv, OPTION_ALLOW_UNPROVED),
                                  .progress = progress_update,
                                  .progress_context = &in.progress};
    if (!session_platform(inv, &in.options.os, &in.options.arch, err)) {
        return false;
    }
    if (inv->dry_run) {
        return plan(inv, &in, err);
    }
    if (!context_claim_store(c, &in.store, err)) {
        return false;
    }
    session_tell_notes(inv, in.store);
    for (isize i = 0; i < inv->n_args; i++) {
        if (!install_one(inv, &in, inv->args[i], err)) {
            progress_end(&in.progress);
            return false;
        }
        account_print(inv->report, inv->arena, &in.installed[i]);
        if (!session_show(inv, err) || !make_visible(&in, &in.installed[i], err)) {
            return false;
        }
    }
    if (!activate_shims(in.store, err)) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &in);
    }
    return true;
}

bool cmd_install(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, install, ret_code, err);
}
