/* goward list: what is installed, from the store's records; with --remote also what could be. */
#include "base/map.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "report/table.h"
#include "store/generation.h"
#include "store/record.h"

typedef struct {
    RecordList installed;
    Str default_id;
    SourceVersions available;
    Str os, arch; /* of available */
} Listing;

static Ink status_ink(Str status)
{
    return str_eq(status, S("proved")) ? INK_GOOD : INK_WARN;
}

static void print_installed(Invocation *inv, const ToolchainContext *c, const Listing *l)
{
    static const Column columns[] = {{.head = STR_CONST("version")},
                                     {.head = STR_CONST("platform")},
                                     {.head = STR_CONST("status")},
                                     {.head = STR_CONST("path"), .may_cut = true},
                                     {.head = STR_CONST("default")}};
    Table table = table_init(inv->arena, columns, COUNT_OF(columns));
    for (isize i = 0; i < l->installed.len; i++) {
        const StoreRecord *r = &l->installed.ptr[i];
        Row *row = table_add(&table);
        row->cells[0] = (Cell){r->version, INK_STRONG};
        row->cells[1].text = r->platform;
        row->cells[2] =
            (Cell){r->is_damaged ? S("damaged record") : r->status, status_ink(r->status)};
        row->cells[3] = (Cell){store_tree_root(inv->arena, c->home, r->id), INK_DIM};
        row->cells[4].text = str_eq(r->id, l->default_id) ? S("default") : (Str){0};
    }
    table_print(inv->report, REPORT_DATA, &table);
}

static bool is_installed(const Listing *l, Arena scratch, Str version)
{
    Str name = str_concat(&scratch, S("go"), version);
    Str platform = str_format(&scratch, "%.*s/%.*s", STR_ARG(l->os), STR_ARG(l->arch));
    for (isize i = 0; i < l->installed.len; i++) {
        if (str_eq(l->installed.ptr[i].version, name) &&
            str_eq(l->installed.ptr[i].platform, platform)) {
            return true;
        }
    }
    return false;
}

static void print_available(Invocation *inv, const Listing *l)
{
    for (isize i = 0; i < l->available.len; i++) {
        Str version = l->available.ptr[i];
        report_line(inv->report, "go%.*s%s", STR_ARG(version),
                    is_installed(l, *inv->arena, version) ? "  installed" : "");
    }
}

static void print_json(Invocation *inv, const ToolchainContext *c, const Listing *l)
{
    JsonWriter *w = report_json_begin(inv->report, S("list"), 1);
    json_key_array(w, S("toolchains"));
    for (isize i = 0; i < l->installed.len; i++) {
        const StoreRecord *r = &l->installed.ptr[i];
        json_begin_object(w);
        json_key_str(w, S("version"), r->version);
        json_key_str(w, S("platform"), r->platform);
        json_key_str(w, S("path"), store_tree_root(inv->arena, c->home, r->id));
        json_key_str_or_null(w, S("status"), r->status);
        json_key_bool(w, S("default"), str_eq(r->id, l->default_id));
        json_key_str(w, S("id"), r->id);
        json_key_str_or_null(w, S("h1"), r->h1);
        json_key_str_or_null(w, S("source"), r->source);
        json_end(w);
    }
    json_end(w);
    if (option_is_set(inv, OPTION_REMOTE)) {
        json_key_array(w, S("available"));
        for (isize i = 0; i < l->available.len; i++) {
            json_begin_object(w);
            json_key_str(w, S("version"), str_concat(inv->arena, S("go"), l->available.ptr[i]));
            json_key_bool(w, S("installed"), is_installed(l, *inv->arena, l->available.ptr[i]));
            json_end(w);
        }
        json_end(w);
    }
    report_json_end(inv->report);
}

static bool read_installed(Invocation *inv, ToolchainContext *c, Listing *l, Err *err)
{
    Store *store;
    switch (context_store(c, &store, err)) {
    case STORE_FAILED:
        return false;
    case STORE_ABSENT:
        return true;
    case STORE_OPENED:
        break;
    }
    FileOutcome peeked = store_peek_default(inv->arena, c->home, &l->default_id, err);
    return peeked != FILE_FAILED && record_list(inv->arena, store, &l->installed, err);
}

static bool read_available(Invocation *inv, ToolchainContext *c, Listing *l, Err *err)
{
    Source *source;
    return session_platform(inv, &l->os, &l->arch, err) && context_source(c, &source, err) &&
           source_versions(source, inv->arena, l->os, l->arch, &l->available, err);
}

static bool list(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    Listing l = {0};
    if (!read_installed(inv, c, &l, err) ||
        (option_is_set(inv, OPTION_REMOTE) && !read_available(inv, c, &l, err))) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, c, &l);
        return true;
    }
    if (l.installed.len == 0) {
        report_talk(inv->report, "nothing is installed in %.*s; try: goward install stable",
                    STR_ARG(c->home));
    }
    print_installed(inv, c, &l);
    print_available(inv, &l);
    return true;
}

bool cmd_list(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, list, ret_code, err);
}
