/* goward doctor: what is wrong with this machine, this user and this project, and what to type. */
#include "base/path.h"
#include "cmd/doctor_fix.h"
#include "cmd/inuse.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/buildinfo/buildinfo.h"
#include "os/proc.h"
#include "report/human.h"
#include "report/table.h"
#include "toolchain/selected.h"

#define MAX_IDS 200 /* that --only and --skip may name */

static const Profile profiles[DOCTOR_PROFILE_COUNT] = {
    [DOCTOR_PROFILE_DEV] = PROFILE_DEV,         [DOCTOR_PROFILE_CI] = PROFILE_CI,
    [DOCTOR_PROFILE_RELEASE] = PROFILE_RELEASE, [DOCTOR_PROFILE_RACE] = PROFILE_RACE,
    [DOCTOR_PROFILE_CROSS] = PROFILE_CROSS,     [DOCTOR_PROFILE_AIRGAP] = PROFILE_AIRGAP,
};

static const Mode modes[DOCTOR_MODE_COUNT] = {
    [DOCTOR_MODE_FULL] = MODE_FULL,
    [DOCTOR_MODE_MINIMAL] = MODE_MINIMAL,
    [DOCTOR_MODE_PROXY] = MODE_PROXY,
    [DOCTOR_MODE_CLEAN] = MODE_CLEAN,
};

/* ---- what is asked for ---- */

/* "GWD003,GWD010" */
static bool read_ids(const Invocation *inv, OptionId option, const Str **ret, isize *ret_n,
                     Err *err)
{
    VEC(Str) ids = {0};
    Str rest = option_text(inv, option);
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ',');
        rest = cut.tail;
        if (doctor_find_check(cut.head) == NULL || ids.len == MAX_IDS) {
            FAIL(err, ERR_USAGE, "--%.*s: there is no check '%.*s'", STR_ARG(options[option].name),
                 STR_ARG(cut.head));
            return err_hint(err, "goward doctor list");
        }
        *VEC_PUSH(inv->arena, &ids) = cut.head;
    }
    *ret = ids.ptr;
    *ret_n = ids.len;
    return true;
}

static bool read_choice(const Invocation *inv, ToolchainContext *c, DoctorInput *ret, Err *err)
{
    DoctorInput choice = {.mode = modes[option_choice(inv, OPTION_MODE)], .may_run = true};
    if (option_is_set(inv, OPTION_CHECKLIST)) {
        choice.mode = MODE_MINIMAL;
    }
    if (option_is_set(inv, OPTION_PROFILE)) {
        choice.profile = profiles[option_choice(inv, OPTION_PROFILE)];
    }
    if (option_is_set(inv, OPTION_NET)) {
        choice.fetcher = context_fetcher(c);
    }
    *ret = choice;
    return read_ids(inv, OPTION_ONLY, &ret->only, &ret->n_only, err) &&
           read_ids(inv, OPTION_SKIP, &ret->skip, &ret->n_skip, err);
}

/* ---- telling ---- */

static bool has_passed(const DoctorResult *r, Str id)
{
    for (isize i = 0; i < r->findings.len; i++) {
        const Finding *f = &r->findings.ptr[i];
        if (str_eq(f->id, id) && f->severity >= SEVERITY_WARN) {
            return false;
        }
    }
    return true;
}

static void print_json(Invocation *inv, const Checks *checks, const Fixes *fixes, Str root,
                       Str version)
{
    const DoctorResult *r = &checks->result;
    JsonWriter *w = report_json_begin(inv->report, S("doctor"), 1);
    json_key_str_or_null(w, S("goroot"), root);
    json_key_str_or_null(w, S("go"), version);
    json_key_array(w, S("checks"));
    for (isize i = 0; i < r->n_checks; i++) {
        json_begin_object(w);
        json_key_str(w, S("id"), r->made[i]);
        json_key_str(w, S("title"), doctor_find_check(r->made[i])->about.title);
        json_key_bool(w, S("passed"), has_passed(r, r->made[i]));
        json_end(w);
    }
    json_end(w);
    json_key_number(w, S("passed"), r->n_passed);
    findings_json(w, S("findings"), &r->findings);
    doctor_fix_json(w, fixes);
    report_json_end(inv->report);
}

/* The twelve, by their number. */
static void print_checklist(Invocation *inv, const DoctorResult *r)
{
    for (isize item = 1; item <= r->n_checks; item++) {
        for (isize i = 0; i < r->n_checks; i++) {
            const Check *check = doctor_find_check(r->made[i]);
            if (check->item == item) {
                bool is_well = has_passed(r, check->about.id);
                report_verdict(inv->report, REPORT_DATA, is_well ? INK_GOOD : INK_BAD,
                               "%2td  %-4s  %.*s  %.*s", item, is_well ? "ok" : "FAIL",
                               STR_ARG(check->about.id), STR_ARG(check->about.title));
            }
        }
    }
}

static void print_text(Invocation *inv, const Checks *checks, Str root, Str version)
{
    Step go = {.label = S("go"), .place = {root, 0}};
    go.parts[0] = version.len > 0 ? str_concat(inv->arena, S("go"), version)
                  : root.len > 0  ? S("of an unknown version")
                                  : S("none on PATH");
    report_fact(inv->report, &go);
    if (option_is_set(inv, OPTION_CHECKLIST)) {
        print_checklist(inv, &checks->result);
    }
    checks_print(inv, checks);
    Str summary = findings_summary(inv->arena, &checks->result.findings);
    bool is_well = !findings_reach(&checks->result.findings, SEVERITY_WARN);
    report_verdict(inv->report, REPORT_DATA, is_well ? INK_GOOD : INK_WARN, "%.*s",
                   STR_ARG(summary));
}

typedef struct {
    Str root, version; /* of the Go that runs here */
    Checks checks;
    Fixes fixes;
} Examination;

static bool look_around(Invocation *inv, ToolchainContext *c, const DoctorInput *choice,
                        Examination *e, Err *err)
{
    return inuse_go(inv, c, &e->root, &e->version, err) &&
           checks_run_chosen(inv, c, e->root, e->version, choice, &e->checks, err);
}

/* After a fix everything is looked at again, as by a run that comes later. */
static bool fix(Invocation *inv, ToolchainContext *c, const DoctorInput *choice, Examination *e,
                Err *err)
{
    if (!option_is_set(inv, OPTION_FIX)) {
        return doctor_fix_plan(inv, c, &e->checks, e->root, &e->fixes.plan, err);
    }
    if (!doctor_fix_offer(inv, c, &e->checks, e->root, &e->fixes, err)) {
        return false;
    }
    c->has_goenv = c->has_goenv && e->fixes.outcome != FIXES_MADE;
    return e->fixes.outcome != FIXES_MADE || look_around(inv, c, choice, e, err);
}

/* The checks of a program that runs see what it was started with; the go env file is not for it. */
static bool look_at_process(Invocation *inv, ToolchainContext *c, DoctorInput *choice,
                            Examination *e, Err *err)
{
    Environ environ;
    BuildInfo info;
    choice->pid = option_number(inv, OPTION_PID);
    choice->mode = MODE_PROCESS;
    long long pid = choice->pid;
    Str exe = str_format(inv->arena, "/proc/%lld/exe", pid);
    FileOutcome found = proc_environment(inv->arena, choice->pid, &environ, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT ? FAIL(err, ERR_NOT_FOUND, "there is no process %lld", pid)
                                    : err_hint(err, "sudo goward doctor --pid %lld", pid);
    }
    switch (buildinfo_read_file(inv->arena, exe, &info, err)) {
    case BUILDINFO_FOUND:
        break;
    case BUILDINFO_FAILED:
        return FAIL_IN(err, "reading the program of process %lld", pid);
    case BUILDINFO_ABSENT:
    case BUILDINFO_NONE:
    case BUILDINFO_OTHER:
        return FAIL(err, ERR_NOT_FOUND, "process %lld is no Go program", pid);
    }
    Invocation of_process = *inv;
    environ = environ_with(inv->arena, &environ, S("GOENV"), S("off"));
    of_process.env = &environ;
    e->version = buildinfo_version(&info);
    return checks_run_chosen(&of_process, c, e->root, e->version, choice, &e->checks, err);
}

static bool check_options(const Invocation *inv, Err *err)
{
    bool is_fix = option_is_set(inv, OPTION_FIX);
    if (option_is_set(inv, OPTION_PID) &&
        (is_fix || option_is_set(inv, OPTION_MODE) || option_is_set(inv, OPTION_CHECKLIST) ||
         inv->n_args > 0)) {
        FAIL(err, ERR_USAGE, "--pid looks at a process, not at a directory, and changes nothing");
        return err_hint(err, "goward doctor --pid %lld", (long long)option_number(inv, OPTION_PID));
    }
    if (!is_fix && (option_is_set(inv, OPTION_YES) || inv->dry_run)) {
        FAIL(err, ERR_USAGE, "--yes and --dry-run belong to --fix");
        return err_hint(err, "goward doctor --fix --dry-run shows what --fix would do");
    }
    return true;
}

static bool examine(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Examination e = {0};
    DoctorInput choice;
    bool changes = option_is_set(inv, OPTION_FIX) && !inv->dry_run;
    if (!check_options(inv, err) || !read_choice(inv, c, &choice, err) ||
        (changes && !doctor_fix_recover(inv, c, err))) {
        return false;
    }
    bool ok = option_is_set(inv, OPTION_PID)
                  ? look_at_process(inv, c, &choice, &e, err)
                  : look_around(inv, c, &choice, &e, err) && fix(inv, c, &choice, &e, err);
    if (!ok) {
        return false;
    }
    if (inv->wants_json) {
        print_json(inv, &e.checks, &e.fixes, e.root, e.version);
    } else {
        print_text(inv, &e.checks, e.root, e.version);
    }
    Severity fail_on = (Severity)option_choice(inv, OPTION_FAIL_ON);
    bool is_bad = findings_reach(&e.checks.result.findings, fail_on);
    *ret_code = is_bad || e.fixes.outcome == FIXES_UNASKED ? EXIT_FINDINGS : EXIT_OK;
    return true;
}

bool cmd_doctor(Invocation *inv, int *ret_code, Err *err)
{
    Invocation there = *inv;
    FileStat st;
    if (inv->n_args > 0) {
        there.dir = path_absolute(inv->arena, inv->dir, inv->args[0]);
        if (file_stat(FILE_CWD, there.dir, &st, err) != FILE_FOUND || st.kind != FILE_KIND_DIR) {
            return FAIL(err, ERR_NOT_FOUND, "there is no directory '%.*s'", STR_ARG(there.dir));
        }
    }
    return session_run(&there, examine, ret_code, err);
}

/* ---- goward doctor list ---- */

static Str profile_names(Arena *a, const Check *check)
{
    static const Str names[DOCTOR_PROFILE_COUNT] = {
        [DOCTOR_PROFILE_DEV] = STR_CONST("dev"),
        [DOCTOR_PROFILE_CI] = STR_CONST("ci"),
        [DOCTOR_PROFILE_RELEASE] = STR_CONST("release"),
        [DOCTOR_PROFILE_RACE] = STR_CONST("race"),
        [DOCTOR_PROFILE_CROSS] = STR_CONST("cross"),
        [DOCTOR_PROFILE_AIRGAP] = STR_CONST("airgap"),
    };
    StrBuf b = strbuf_init(a);
    for (int i = 0; i < DOCTOR_PROFILE_COUNT; i++) {
        if (check->profiles == PROFILE_NONE || (check->profiles & profiles[i]) != 0) {
            strbuf_add(&b, b.len > 0 ? S(",") : S(""));
            strbuf_add(&b, names[i]);
        }
    }
    return strbuf_str(&b);
}

static void list_json(Invocation *inv)
{
    JsonWriter *w = report_json_begin(inv->report, S("doctor-list"), 1);
    json_key_array(w, S("checks"));
    for (const Check *check = doctor_next_check((Str){0}); check != NULL;
         check = doctor_next_check(check->about.id)) {
        json_begin_object(w);
        json_key_str(w, S("id"), check->about.id);
        json_key_str(w, S("title"), check->about.title);
        json_key_str(w, S("severity"), severity_name(check->about.severity));
        json_key_array(w, S("profiles"));
        Str rest = profile_names(inv->arena, check);
        while (rest.len > 0) {
            StrCut cut = str_cut(rest, ',');
            json_str(w, cut.head);
            rest = cut.tail;
        }
        json_end(w);
        json_key_bool(w, S("runs_programs"), doctor_runs_programs(check));
        json_key_bool(w, S("uses_network"), check->cost == COST_NETWORK);
        json_end(w);
    }
    json_end(w);
    report_json_end(inv->report);
}

bool cmd_doctor_list(Invocation *inv, int *ret_code, Err *err)
{
    (void)ret_code, (void)err;
    static const Column columns[] = {
        {.head = STR_CONST("id")},
        {.head = STR_CONST("at worst")},
        {.head = STR_CONST("holds when all is well"), .may_cut = true},
        {.head = STR_CONST("profiles")},
    };
    if (inv->wants_json) {
        list_json(inv);
        return true;
    }
    Table table = table_init(inv->arena, columns, COUNT_OF(columns));
    for (const Check *check = doctor_next_check((Str){0}); check != NULL;
         check = doctor_next_check(check->about.id)) {
        Row *row = table_add(&table);
        row->cells[0].text = check->about.id;
        row->cells[1].text = severity_name(check->about.severity);
        row->cells[2].text = check->about.title;
        row->cells[3].text = profile_names(inv->arena, check);
    }
    table_print(inv->report, REPORT_DATA, &table);
    return true;
}
