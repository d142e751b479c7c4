#include "cmd/session.h"

#include "base/path.h"

#include "base/strbuf.h"
#include "cmd/parse.h"
#include "go/mod/platform.h"
#include "os/deadline.h"
#include "os/file.h"

#define MAX_ANSWER 64 /* bytes of a line that is read */
#define STDIN 0
#define STDERR 2

/* What the user typed, as far as it matters to a reader of the audit log. */
static Str command_line(const Invocation *inv)
{
    StrBuf b = strbuf_init(inv->arena);
    strbuf_add_format(&b, "goward %.*s", STR_ARG(inv->command->name));
    for (isize i = 0; i < inv->n_args; i++) {
        strbuf_add_format(&b, " %.*s", STR_ARG(inv->args[i]));
    }
    return strbuf_str(&b);
}

/* Below something that is no directory, so that there is nothing, and nothing can be made. */
#define NO_HOME S("/dev/null/goward")

static bool find_home(const Invocation *inv, Str *ret, Err *err)
{
    if (command_home(inv->arena, inv->env, ret, err)) {
        return true;
    }
    Str given;
    bool is_left_out = !environ_lookup(inv->env, S("GOWARD_HOME"), &given);
    *ret = NO_HOME;
    return is_left_out && inv->command->only_looks;
}

static bool begin(const Invocation *inv, ToolchainContext *ret, Err *err)
{
    Str home;
    if (!find_home(inv, &home, err)) {
        return false;
    }
    *ret = context_init(inv->arena, inv->env, inv->go_dir, home);
    ret->command = command_line(inv);
    ret->offline = inv->offline;
    if (command_takes(inv->command, OPTION_FROM)) {
        ret->from = option_text(inv, OPTION_FROM);
    }
    ret->jobs = inv->jobs;
    if (inv->timeout_ms >= 0) { /* shortly before the time is over it can still say who holds it */
        ret->lock_timeout_ms = MIN(ret->lock_timeout_ms, inv->timeout_ms - inv->timeout_ms / 8);
    }
    return true;
}

/* --timeout is over: said with a report of its own, as the run's is in use. */
static void time_is_over(void *context)
{
    const Invocation *inv = context;
    Report r;
    Err err, lost;
    report_open(&r, inv->report->styles[REPORT_DATA], inv->report->styles[REPORT_TALK]);
    r.wants_json = inv->wants_json;
    r.is_quiet = inv->is_quiet;
    FAIL(&err, ERR_LIMIT, "it took longer than the %lld ms of --timeout",
         (long long)inv->timeout_ms);
    err_hint(&err, "give it more time; what was begun is completed or undone by the next run");
    report_error(&r, &err);
    report_flush(&r, &lost);
}

static bool watch_time(Invocation *inv, Deadline **ret, Err *err)
{
    *ret = NULL;
    return inv->timeout_ms < 0 ||
           deadline_begin(inv->arena, inv->timeout_ms, EXIT_TIMEOUT, time_is_over, inv, ret, err);
}

static bool home_exists(const ToolchainContext *c)
{
    FileStat st;
    Err ignored;
    return file_lstat(FILE_CWD, c->home, &st, &ignored) != FILE_ABSENT;
}

/* A refused first run changes nothing, so what it made goes again. What is not verified leaves
 * evidence, which stays; so does a download that was begun. */
static void forget_first_run(ToolchainContext *c, const Err *refusal)
{
    Store *store;
    Err ignored;
    c->lock_timeout_ms = 0; /* whoever is at work there needs it */
    if (refusal->kind != ERR_VERIFY && home_exists(c) && context_claim_store(c, &store, &ignored)) {
        store_remove_unused(store);
    }
}

bool session_run(Invocation *inv, SessionRun run, int *ret_code, Err *err)
{
    ToolchainContext c;
    Deadline *deadline;
    if (!begin(inv, &c, err) || !watch_time(inv, &deadline, err)) {
        return false;
    }
    bool is_first = !home_exists(&c);
    bool ok = run(inv, &c, ret_code, err);
    if (!ok && is_first) {
        forget_first_run(&c, err);
    }
    deadline_end(deadline);
    context_done(&c);
    return ok;
}

bool session_store(ToolchainContext *c, Store **ret, Err *err)
{
    switch (context_store(c, ret, err)) {
    case STORE_OPENED:
        return true;
    case STORE_ABSENT:
        FAIL(err, ERR_NOT_FOUND, "there is no store at '%.*s'", STR_ARG(c->home));
        return err_hint(err, "goward up, in a Go project; or goward install stable");
    case STORE_FAILED:
        break;
    }
    return false;
}

void session_tell_notes(const Invocation *inv, const Store *store)
{
    for (isize i = 0; i < store->notes.len; i++) {
        report_talk(inv->report, "recovered: %.*s", STR_ARG(store->notes.ptr[i]));
    }
}

bool session_show(Invocation *inv, Err *err)
{
    return inv->wants_json || report_flush(inv->report, err);
}

/* One line of the terminal; nothing, a No, at its end. */
static bool read_answer(bool *ret_yes, Err *err)
{
    char line[MAX_ANSWER];
    isize len = 0, n = 0;
    do {
        isize at = MIN(len, MAX_ANSWER - 1);
        if (!file_read(STDIN, &line[at], 1, &n, err)) {
            return false;
        }
        len = at + n;
    } while (n > 0 && line[len - 1] != '\n');
    Str answer = str_trim((Str){line, len});
    *ret_yes = str_eq_fold(answer, S("y")) || str_eq_fold(answer, S("yes"));
    return true;
}

bool session_ask(Invocation *inv, Str question, bool *ret_yes, Err *err)
{
    return session_show(inv, err) && file_write(STDERR, question, err) && read_answer(ret_yes, err);
}

bool session_platform(const Invocation *inv, Str *ret_os, Str *ret_arch, Err *err)
{
    Str wanted = option_text(inv, OPTION_PLATFORM);
    if (wanted.len > 0) {
        Platform platform;
        if (!platform_parse(wanted, &platform) || !platform_is_known(platform)) {
            FAIL(err, ERR_UNSUPPORTED, "'%.*s' is no platform that Go is published for",
                 STR_ARG(wanted));
            return err_hint(err,
                            "os/arch as Go writes them: linux/amd64, linux/arm64, darwin/arm64");
        }
        *ret_os = platform.os;
        *ret_arch = platform.arch;
        return true;
    }
    *ret_os = context_host_os();
    *ret_arch = context_host_arch();
    return ret_arch->len > 0 ||
           FAIL(err, ERR_UNSUPPORTED, "Go has no name for this machine's architecture");
}

bool session_go_to_argument(const Invocation *inv, ToolchainContext *c, Err *err)
{
    FileStat st;
    if (inv->n_args > 0) {
        c->dir = path_absolute(inv->arena, inv->dir, inv->args[0]);
    }
    if (file_stat(FILE_CWD, c->dir, &st, err) != FILE_FOUND || st.kind != FILE_KIND_DIR) {
        return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(c->dir));
    }
    return true;
}
