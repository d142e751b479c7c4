#include "cmd/gofinding.h"

#include "base/panic.h"
#include "base/path.h"
#include "cmd/explain.h"
#include "os/dir.h"
#include "report/human.h"
#include "sumdb/bypass.h"
#include "sumdb/state.h"

#define MAX_NAMED_FILES 3 /* in the evidence; the result has all */

void gofinding_add(Arena *a, FindingList *list, const char *id, Severity severity, Str root,
                   Str evidence, Str remedy)
{
    const Explanation *row = explain_find(str_from_c(id));
    ASSERT(row != NULL);
    *VEC_PUSH(a, list) = (Finding){.id = row->id,
                                   .severity = severity == SEVERITY_NONE ? row->severity : severity,
                                   .title = row->title,
                                   .place = {root, 0},
                                   .evidence = evidence,
                                   .remedy = remedy};
}

/* "3 files: changed bin/go, missing src/go.mod, extra src/evil.go" */
static Str files_text(Arena *a, const Proof *p)
{
    StrBuf b = strbuf_init(a);
    if (p->files.len == 0) {
        return p->because;
    }
    strbuf_add(&b, human_plural(a, p->files.len, S("file"), S("files")));
    for (isize i = 0; i < MIN(p->files.len, MAX_NAMED_FILES); i++) {
        const FileDiff *file = &p->files.ptr[i];
        strbuf_add_format(&b, "%s %.*s %.*s", i == 0 ? ":" : ",",
                          STR_ARG(file_diff_kind_name(file->kind)), STR_ARG(file->path));
    }
    strbuf_add(&b, p->files.len > MAX_NAMED_FILES ? S(" ...") : S(""));
    return strbuf_str(&b);
}

static Str official_build(Arena *a, Str version)
{
    return version.len > 0 ? str_concat(a, S("goward install "), version)
                           : S("goward install stable");
}

static Str verify_command(Arena *a, Str root, const char *flag)
{
    return str_format(a, "goward verify %.*s%s", STR_ARG(root), flag);
}

void gofinding_of_proof(Arena *a, FindingList *list, const Proof *p)
{
    Str root = p->root.path;
    switch (p->status) {
    case STATUS_PROVED:
        return;
    case STATUS_CONFIG_EDITED:
        gofinding_add(a, list, "GWT003", SEVERITY_NONE, path_join(a, root, S("go.env")),
                      p->config_diff, verify_command(a, root, " --repair"));
        return;
    case STATUS_DIFFERS:
        gofinding_add(a, list, "GWT002", SEVERITY_NONE, root, files_text(a, p),
                      verify_command(a, root, " --repair"));
        return;
    case STATUS_UNPROVED:
        gofinding_add(a, list, "GWT001", SEVERITY_NONE, root, p->because,
                      p->remedy.len > 0
                          ? p->remedy
                          : str_concat(a, verify_command(a, root, ""), S(", with the network")));
        return;
    case STATUS_UNKNOWN:
        gofinding_add(a, list, "GWT009", SEVERITY_NONE, root, p->because,
                      official_build(a, p->root.version));
        return;
    case STATUS_NONE:
    case STATUS_COUNT:
        break;
    }
    UNREACHABLE("status");
}

void gofinding_of_record(Arena *a, FindingList *list, Str root, const StoreRecord *r)
{
    Status status;
    Proof as_installed = {.root = {.path = root, .version = r->version}};
    str_eat_prefix(&as_installed.root.version, S("go"));
    if (!r->is_damaged && status_parse(r->status, &status)) {
        as_installed.status = status;
        as_installed.because = str_concat(a, S("as it was when installed from "), r->source);
        as_installed.config_diff = as_installed.because;
        gofinding_of_proof(a, list, &as_installed);
    }
    if (!r->is_damaged && record_needs_recheck(*a, r)) {
        gofinding_add(a, list, "GWT007", SEVERITY_NONE, root,
                      S("no command has looked at its files since the machine was started"),
                      S("goward up, which looks once"));
    }
}

/* Names of the flaws: "CVE-2026-94447 (a go.sum line ...), CVE-..." */
static Str flaws_text(Arena *a, Str version, isize *ret_n)
{
    const Bypass *const *flaws = bypass_of(a, version, ret_n);
    StrBuf b = strbuf_init(a);
    strbuf_add_format(&b, "go%.*s:", STR_ARG(version));
    for (isize i = 0; i < *ret_n; i++) {
        strbuf_add_format(&b, "%s %.*s (%.*s)", i == 0 ? "" : ",", STR_ARG(flaws[i]->id),
                          STR_ARG(flaws[i]->summary));
    }
    return strbuf_str(&b);
}

bool gofinding_of_system(ToolchainContext *c, Arena *a, FindingList *list, Str root, Str version,
                         Err *err)
{
    isize n_flaws = 0;
    Str flaws = version.len > 0 ? flaws_text(a, version, &n_flaws) : (Str){0};
    if (n_flaws == 0) {
        return true;
    }
    GoEnv goenv;
    if (!goenv_load(a, c->env, root, &goenv, err)) {
        return FAIL_IN(err, "looking at GOPROXY");
    }
    GoEnvValue proxies = goenv_get(&goenv, S("GOPROXY"));
    bool is_chosen =
        (proxies.origin == GOENV_ORIGIN_PROCESS || proxies.origin == GOENV_ORIGIN_USER_FILE) &&
        !str_eq(proxies.value, S("off")) && !str_eq(proxies.value, S("direct"));
    gofinding_add(a, list, "GWT006", is_chosen ? SEVERITY_WARN : SEVERITY_INFO, root, flaws,
                  S("goward use --global stable"));
    return true;
}

bool gofinding_of_log(ToolchainContext *c, Arena *a, FindingList *list, Err *err)
{
    Str home = path_join(a, c->home, S("sumdb"));
    DirList databases;
    AUTO_CLOSE int fd = -1;
    FileOutcome opened = dir_open(FILE_CWD, home, &fd, err);
    if (opened != FILE_FOUND) {
        return opened == FILE_ABSENT;
    }
    if (!dir_list(a, fd, &databases, err)) {
        return FAIL_IN(err, "looking into '%.*s'", STR_ARG(home));
    }
    for (isize i = 0; i < databases.len; i++) {
        SumdbState state = {.dirfd = fd, .name = databases.ptr[i].name};
        bool is_forked = false;
        Str evidence;
        if (databases.ptr[i].kind != FILE_KIND_DIR) {
            continue;
        }
        if (!sumdb_state_find_fork(a, &state, &is_forked, &evidence, err)) {
            return FAIL_IN(err, "looking into '%.*s'", STR_ARG(home));
        }
        if (is_forked) {
            gofinding_add(a, list, "GWT005", SEVERITY_NONE, path_join(a, home, evidence),
                          S("two signed heads that cannot both be true"),
                          S("goward explain GWT005"));
        }
    }
    return true;
}
