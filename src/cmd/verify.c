/* goward verify: is each of these Gos, byte for byte, what its makers published? */
#include "base/path.h"
#include "cmd/gofinding.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"
#include "report/human.h"
#include "toolchain/installed.h"
#include "toolchain/repair.h"
#include "toolchain/selected.h"

#define MAX_SHOWN_FILES 20 /* of one tree, for a person; JSON has all */

typedef struct {
    Proof proof;
    Str id; /* of a toolchain of the store, else empty */
    isize n_repaired;
} Result;

typedef VEC(Result) ResultList;

static Ink status_ink(Status status)
{
    switch (status) {
    case STATUS_PROVED:
        return INK_GOOD;
    case STATUS_CONFIG_EDITED:
    case STATUS_UNPROVED:
    case STATUS_UNKNOWN:
        return INK_WARN;
    case STATUS_NONE:
    case STATUS_DIFFERS:
    case STATUS_COUNT:
        break;
    }
    return INK_BAD;
}

/* --- which trees --- */

static void add_tree(Invocation *inv, ResultList *list, Str path, Str id)
{
    Result *r = VEC_PUSH(inv->arena, list);
    r->proof.root.path = path;
    r->id = id;
}

/* Toolchains that cmd/go unpacked into the module cache. */
static void add_module_cache(Invocation *inv, ToolchainContext *c, ResultList *list)
{
    const GoEnv *goenv;
    AUTO_CLOSE int fd = -1;
    DirList entries;
    Err ignored; /* a module cache that cannot be read has nothing to show */
    if (!context_goenv(c, &goenv, &ignored)) {
        return;
    }
    Str folder = path_join(inv->arena, goenv_value(goenv, S("GOMODCACHE")), S("golang.org"));
    if (dir_open(FILE_CWD, folder, &fd, &ignored) != FILE_FOUND ||
        !dir_list(inv->arena, fd, &entries, &ignored)) {
        return;
    }
    for (isize i = 0; i < entries.len; i++) {
        if (entries.ptr[i].kind == FILE_KIND_DIR &&
            str_starts_with(entries.ptr[i].name, S("toolchain@"))) {
            add_tree(inv, list, path_join(inv->arena, folder, entries.ptr[i].name), (Str){0});
        }
    }
}

/* Everything on this machine that goward knows of: store, system Go, module cache. */
static bool add_all(Invocation *inv, ToolchainContext *c, ResultList *list, Err *err)
{
    Store *store;
    RecordList records = {0};
    StoreOutcome opened = context_store(c, &store, err);
    if (opened == STORE_FAILED ||
        (opened == STORE_OPENED && !record_list(inv->arena, store, &records, err))) {
        return false;
    }
    for (isize i = 0; i < records.len; i++) {
        Str id = records.ptr[i].id;
        add_tree(inv, list, store_tree_root(inv->arena, c->home, id), id);
    }
    Str system = context_system_goroot(c, NULL);
    if (system.len > 0) {
        add_tree(inv, list, system, (Str){0});
    }
    add_module_cache(inv, c, list);
    if (list->len > 0) {
        return true;
    }
    FAIL(err, ERR_NOT_FOUND, "there is no Go on this machine");
    return err_hint(err, "goward up, in a Go project; or goward install stable");
}

static bool add_directory(Invocation *inv, ToolchainContext *c, ResultList *list, Str argument,
                          Err *err)
{
    Str path = path_absolute(inv->arena, inv->dir, argument);
    Str real;
    FileOutcome found = proc_real_path(inv->arena, path, &real, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT &&
               FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(argument));
    }
    Str trees = path_join(inv->arena, c->home, S("trees"));
    bool is_ours = path_is_within(real, trees) && real.len > trees.len;
    add_tree(inv, list, real, is_ours ? path_base(real) : (Str){0});
    return true;
}

static bool add_argument(Invocation *inv, ToolchainContext *c, ResultList *list, Str argument,
                         Err *err)
{
    Spec spec;
    Str os, arch;
    StoreRecord record;
    if (str_eq(argument, S("all"))) {
        return add_all(inv, c, list, err);
    }
    if (str_index_byte(argument, '/') >= 0 || str_starts_with(argument, S("."))) {
        return add_directory(inv, c, list, argument, err);
    }
    if (!spec_parse(argument, &spec, err) || !session_platform(inv, &os, &arch, err)) {
        return false;
    }
    if (!spec_is_version(&spec)) {
        return add_directory(inv, c, list, argument, err);
    }
    switch (installed_find(c, inv->arena, &spec, os, arch, &record, err)) {
    case INSTALLED_FOUND:
        add_tree(inv, list, store_tree_root(inv->arena, c->home, record.id), record.id);
        return true;
    case INSTALLED_NONE:
        FAIL(err, ERR_NOT_FOUND, "nothing that is installed for %.*s/%.*s answers to '%.*s'",
             STR_ARG(os), STR_ARG(arch), STR_ARG(argument));
        return err_hint(err, "goward list; or name a directory: goward verify /usr/local/go");
    case INSTALLED_FAILED:
        break;
    }
    return false;
}

static bool add_selected(Invocation *inv, ToolchainContext *c, ResultList *list, Err *err)
{
    Selected s;
    Str h1;
    if (!selected_find(c, inv->arena, (Str){0}, NULL, 0, false, &s, err) ||
        !selected_require(&s, err) || !wanted_read_lock(c, inv->arena, &s.want, &h1, err)) {
        return false;
    }
    add_tree(inv, list, s.root, s.id);
    return true;
}

static bool collect(Invocation *inv, ToolchainContext *c, ResultList *list, Err *err)
{
    if (inv->n_args == 0) {
        return add_selected(inv, c, list, err);
    }
    for (isize i = 0; i < inv->n_args; i++) {
        if (!add_argument(inv, c, list, inv->args[i], err)) {
            return false;
        }
    }
    return true;
}

/* --- what is said of them --- */

static void print_files(Invocation *inv, const Proof *p)
{
    isize shown = inv->is_verbose ? p->files.len : MIN(p->files.len, MAX_SHOWN_FILES);
    for (isize i = 0; i < shown; i++) {
        Str kind = file_diff_kind_name(p->files.ptr[i].kind);
        report_line(inv->report, "    %-8.*s %.*s", STR_ARG(kind), STR_ARG(p->files.ptr[i].path));
    }
    if (shown < p->files.len) {
        report_line(inv->report, "    and %td more (-v names them all)", p->files.len - shown);
    }
    if (p->named_by == NAMED_BY_ZIP_INDEX) {
        report_line(
            inv->report,
            "    (named by CRC-32 and size from the release's index: a pointer, not a proof)");
    }
    Str rest = p->config_diff, line;
    while (str_next_line(&rest, &line)) {
        report_line(inv->report, "    %.*s", STR_ARG(line));
    }
}

static FindingList findings_of(Arena *a, const Result *r)
{
    FindingList findings = {0};
    gofinding_of_proof(a, &findings, &r->proof);
    return findings;
}

static bool is_evidence(const FindingList *findings, Str text)
{
    for (isize i = 0; i < findings->len; i++) {
        if (str_eq(findings->ptr[i].evidence, text)) {
            return true;
        }
    }
    return false;
}

static void print_result(Invocation *inv, const Result *r)
{
    const Proof *p = &r->proof;
    FindingList findings = findings_of(inv->arena, r);
    Step step = {.label = status_name(p->status), .ink = status_ink(p->status)};
    step.parts[0] =
        p->root.version.len > 0
            ? str_format(inv->arena, "go%.*s %.*s%s%.*s", STR_ARG(p->root.version),
                         STR_ARG(p->root.os), p->root.os.len > 0 ? "/" : "", STR_ARG(p->root.arch))
            : S("no release");
    isize n = 1;
    step.parts[n++] = p->root.path;
    if (p->has_record) {
        step.parts[n++] = str_format(inv->arena, "record %lld in the tree of size %lld",
                                     (long long)p->record.id, (long long)p->record.head.tree.size);
    }
    if (p->because.len > 0 && !is_evidence(&findings, p->because)) {
        step.parts[n++] = p->because;
    }
    if (r->n_repaired > 0) {
        Str files = human_plural(inv->arena, r->n_repaired, S("file"), S("files"));
        step.parts[n++] = str_concat(inv->arena, files, S(" put back"));
    }
    report_fact(inv->report, &step);
    print_files(inv, p);
    findings_print(inv->report, REPORT_DATA, &findings);
}

static void json_result(JsonWriter *w, Arena *a, const Result *r)
{
    const Proof *p = &r->proof;
    json_begin_object(w);
    json_key_str(w, S("path"), p->root.path);
    json_key_str_or_null(w, S("version"),
                         p->root.version.len > 0 ? str_concat(a, S("go"), p->root.version)
                                                 : p->root.name);
    json_key_str_or_null(
        w, S("platform"),
        p->root.os.len > 0 ? str_format(a, "%.*s/%.*s", STR_ARG(p->root.os), STR_ARG(p->root.arch))
                           : (Str){0});
    json_key_str(w, S("status"), status_name(p->status));
    json_key_str_or_null(w, S("because"), p->because);
    json_key(w, S("record"));
    if (p->has_record) {
        json_number(w, p->record.id);
        json_key_number(w, S("tree_size"), p->record.head.tree.size);
    } else {
        json_null(w);
        json_key_null(w, S("tree_size"));
    }
    json_key_str_or_null(w, S("h1"), p->h1);
    json_key_array(w, S("files"));
    for (isize i = 0; i < p->files.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("path"), p->files.ptr[i].path);
        json_key_str(w, S("kind"), file_diff_kind_name(p->files.ptr[i].kind));
        json_end(w);
    }
    json_end(w);
    json_key_str(w, S("named_by"),
                 p->named_by == NAMED_BY_MANIFEST    ? S("manifest")
                 : p->named_by == NAMED_BY_ZIP_INDEX ? S("zip-index")
                                                     : S("none"));
    json_key_str_or_null(w, S("config_diff"), p->config_diff);
    json_key_number(w, S("repaired"), r->n_repaired);
    FindingList findings = findings_of(a, r);
    findings_json(w, S("findings"), &findings);
    json_end(w);
}

static void print_all(Invocation *inv, const ResultList *list, int64_t took_ns)
{
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("verify"), 1);
        json_key_array(w, S("results"));
        for (isize i = 0; i < list->len; i++) {
            json_result(w, inv->arena, &list->ptr[i]);
        }
        json_end(w);
        report_json_end(inv->report);
        return;
    }
    int64_t files = 0;
    for (isize i = 0; i < list->len; i++) {
        print_result(inv, &list->ptr[i]);
        files += list->ptr[i].proof.manifest.n;
    }
    Str n = human_plural(inv->arena, files, S("file"), S("files"));
    Str took = human_duration(inv->arena, took_ns);
    report_talk(inv->report, "%.*s hashed in %.*s", STR_ARG(n), STR_ARG(took));
}

/* The worst status decides: not proved is never masked, not knowing for want of a network is 6. */
static int exit_code(const ResultList *list)
{
    int code = EXIT_OK;
    for (isize i = 0; i < list->len; i++) {
        switch (list->ptr[i].proof.status) {
        case STATUS_PROVED:
        case STATUS_CONFIG_EDITED:
            break;
        case STATUS_UNPROVED:
            code = code == EXIT_OK ? EXIT_OFFLINE : code;
            break;
        case STATUS_NONE:
        case STATUS_DIFFERS:
        case STATUS_UNKNOWN:
        case STATUS_COUNT:
            code = EXIT_NOT_VERIFIED;
            break;
        }
    }
    return code;
}

/* One tree that cannot be read does not keep the others from being looked at; a log that lies ends
 * everything. */
static bool prove(Invocation *inv, ToolchainContext *c, Result *r, bool is_one_of_many, Err *err)
{
    Proof *p = &r->proof;
    Str version, platform;
    if (prove_goroot(c, inv->arena, p->root.path, p, err)) {
        return true;
    }
    if (!is_one_of_many || err->kind == ERR_VERIFY) {
        return false;
    }
    p->status = STATUS_UNKNOWN;
    if (r->id.len > 0 && store_id_split(r->id, &version, &platform)) {
        p->status = STATUS_DIFFERS; /* it was whole when it was installed */
        p->root.name = version;
        p->root.version = str_from(version, S("go").len);
    }
    p->because = err_format(inv->arena, err);
    return true;
}

static bool repair(Invocation *inv, ToolchainContext *c, Result *r, Err *err)
{
    Status status = r->proof.status;
    if (!option_is_set(inv, OPTION_REPAIR) || !r->proof.has_record ||
        (status != STATUS_DIFFERS && status != STATUS_CONFIG_EDITED)) {
        return true;
    }
    if (inv->dry_run) {
        Str files = human_plural(inv->arena, r->proof.files.len, S("file"), S("files"));
        report_line(inv->report, "would put back %.*s of %.*s", STR_ARG(files),
                    STR_ARG(r->proof.root.path));
        return true;
    }
    return repair_goroot(c, inv->arena, r->id, &r->proof, &r->n_repaired, err);
}

static bool verify(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    ResultList list = {0};
    int64_t begun = clock_monotonic_ns();
    if (!collect(inv, c, &list, err)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        Result *r = &list.ptr[i];
        if (!prove(inv, c, r, list.len > 1, err) || !repair(inv, c, r, err)) {
            return false;
        }
    }
    print_all(inv, &list, clock_monotonic_ns() - begun);
    *ret_code = exit_code(&list);
    return true;
}

bool cmd_verify(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, verify, ret_code, err);
}
