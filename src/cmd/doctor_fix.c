#include "cmd/doctor_fix.h"

#include "base/path.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "doctor/fixer_diff.h"
#include "os/clock.h"
#include "os/dir.h"
#include "os/proc.h"
#include "report/human.h"

#define HOME_MODE 0700
#define OTHERS_MAY_WRITE 022
#define KEEP_SETS 5  /* of fixes: as many as generations, one bad day's worth of going back */
#define KEEP_DAYS 90 /* longer ago nobody remembers what was wrong */
#define SECONDS_A_DAY 86400

/* ---- the journal's folder ---- */

static bool check_home(int home_fd, Str home, Err *err)
{
    FileStat st;
    if (!file_fstat(home_fd, &st, err)) {
        return false;
    }
    if (st.kind == FILE_KIND_DIR && st.uid == proc_user_id() && (st.mode & OTHERS_MAY_WRITE) == 0) {
        return true;
    }
    FAIL(err, ERR_USAGE, "'%.*s' is no directory that only you can write to", STR_ARG(home));
    return err_hint(err, "set GOWARD_HOME to a directory of your own");
}

/* <home>/fixes; made, durably, when is_wanted. */
static FileOutcome open_folder(const ToolchainContext *c, bool is_wanted, int *ret_fd, Err *err)
{
    AUTO_CLOSE int home = -1;
    if (is_wanted && !dir_make_all(FILE_CWD, c->home, HOME_MODE, err)) {
        return FILE_FAILED;
    }
    FileOutcome found = file_open_plain(FILE_CWD, c->home, &home, err);
    if (found != FILE_FOUND) {
        return found;
    }
    if (!check_home(home, c->home, err)) {
        return FILE_FAILED;
    }
    found = file_open_beneath(home, S("fixes"), ret_fd, err);
    if (found != FILE_ABSENT || !is_wanted) {
        return found;
    }
    if (!dir_make(home, S("fixes"), HOME_MODE, err) || !file_sync_system(home, err)) {
        return FILE_FAILED;
    }
    return file_open_beneath(home, S("fixes"), ret_fd, err);
}

static void tell_notes(Invocation *inv, const FixNotes *notes)
{
    for (isize i = 0; i < notes->len; i++) {
        report_warn(inv->report, "%.*s", STR_ARG(notes->ptr[i]));
    }
}

static bool recover(Invocation *inv, const FixJournal *j, Err *err)
{
    FixNotes notes = {0};
    bool ok = fixer_recover(j, inv->arena, &notes, err);
    tell_notes(inv, &notes);
    return ok;
}

bool doctor_fix_recover(Invocation *inv, ToolchainContext *c, Err *err)
{
    AUTO_CLOSE int folder = -1;
    FixJournal j;
    FileOutcome found = open_folder(c, false, &folder, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT;
    }
    if (!fixer_open(folder, c->lock_timeout_ms, &j, err)) {
        return false;
    }
    bool ok = recover(inv, &j, err);
    fixer_close(&j);
    return ok;
}

bool doctor_fix_collect(Invocation *inv, ToolchainContext *c, FixCollected *ret, Err *err)
{
    AUTO_CLOSE int folder = -1;
    FixJournal j;
    FixCollectWish wish = {.keep = KEEP_SETS,
                           .before_s = clock_wall_s() - KEEP_DAYS * SECONDS_A_DAY,
                           .dry_run = inv->dry_run};
    *ret = (FixCollected){0};
    FileOutcome found = open_folder(c, false, &folder, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT;
    }
    if (!fixer_open(folder, c->lock_timeout_ms, &j, err)) {
        return false;
    }
    bool ok =
        (inv->dry_run || recover(inv, &j, err)) && fixer_collect(&j, inv->arena, &wish, ret, err);
    fixer_close(&j);
    return ok;
}

/* ---- the plan ---- */

#define MAX_GUARDS 5

/* What goward never changes, whatever a check proposes. */
static isize list_guards(Invocation *inv, const ToolchainContext *c, Str goroot, Str mod_cache,
                         FixGuard ret[static MAX_GUARDS])
{
    isize n = 0;
    Str home = environ_value(inv->env, S("HOME"));
    ret[n++] = (FixGuard){
        .dir = path_join(inv->arena, c->home, S("trees")),
        .because = S("it is part of a proved Go; goward verify --repair puts that right"),
        .inside = true,
    };
    ret[n++] = (FixGuard){.dir = c->home, .because = S("goward's own home lies there")};
    ret[n++] = (FixGuard){.dir = c->dir, .because = S("the working directory lies there")};
    if (path_is_absolute(home)) {
        ret[n++] = (FixGuard){.dir = home, .because = S("your home lies there")};
    }
    if (goroot.len > 0 && path_is_absolute(mod_cache) && path_is_within(goroot, mod_cache)) {
        ret[n++] = (FixGuard){
            .dir = goroot,
            .because = S("it is part of a Go that the go command proved when it fetched it"),
            .inside = true,
        };
    }
    return n;
}

bool doctor_fix_plan(Invocation *inv, ToolchainContext *c, const Checks *checks, Str goroot,
                     FixPlan *ret, Err *err)
{
    GoEnv env;
    Str dir;
    FixGuard guards[MAX_GUARDS];
    const FixList *fixes = &checks->result.fixes;
    if (!goenv_load_user(inv->arena, inv->env, &env, err) ||
        !proc_working_dir(inv->arena, &dir, err)) {
        return false;
    }
    FixWishes wishes = {
        .fixes = fixes->ptr,
        .n_fixes = fixes->len,
        .goenv_path =
            env.user_path.len > 0 ? path_absolute(inv->arena, dir, env.user_path) : (Str){0},
        .guards = guards,
        .n_guards = list_guards(inv, c, goroot, goenv_value(&env, S("GOMODCACHE")), guards),
    };
    return fixer_plan(inv->arena, &wishes, ret, err);
}

/* ---- showing ---- */

static ReportStream stream_of(const Invocation *inv)
{
    return inv->wants_json ? REPORT_TALK : REPORT_DATA;
}

static void show(Invocation *inv, Ink ink, Str text)
{
    ReportStream stream = stream_of(inv);
    StrBuf line = strbuf_init(inv->arena);
    style_add(&line, &inv->report->styles[stream], ink, text);
    report_add_line(inv->report, stream, &line);
}

/* "https://user:secret@host" is shown as "https://...@host". */
static Str hide_credentials(Arena *a, Str line)
{
    StrBuf b = strbuf_init(a);
    for (;;) {
        isize at = str_index(line, S("://"));
        if (at < 0) {
            strbuf_add(&b, line);
            return strbuf_str(&b);
        }
        strbuf_add(&b, str_to(line, at + 3));
        line = str_from(line, at + 3);
        isize end = 0;
        while (end < line.len && strchr("/,| \"'", line.ptr[end]) == NULL) {
            end++;
        }
        isize sign = str_last_index_byte(str_to(line, end), '@');
        if (sign >= 0) {
            strbuf_add(&b, S("..."));
            line = str_from(line, sign);
        }
    }
}

static Ink ink_of(Str line)
{
    return str_starts_with(line, S("+"))   ? INK_GOOD
           : str_starts_with(line, S("-")) ? INK_BAD
           : str_starts_with(line, S("@")) ? INK_DIM
                                           : INK_PLAIN;
}

static void show_mode(Invocation *inv, const Change *change)
{
    show(inv, INK_PLAIN,
         str_format(inv->arena, "mode of %.*s: %04o -> %04o", STR_ARG(change->path),
                    (unsigned)change->mode_before, (unsigned)change->mode_after));
}

static void show_content(Invocation *inv, const Change *change)
{
    Arena *a = inv->arena;
    Str rest = fixer_diff(a, change->before, change->after);
    Str old = change->is_new ? S("/dev/null") : change->path;
    show(inv, INK_STRONG, str_concat(a, S("--- "), old));
    show(inv, INK_STRONG, str_concat(a, S("+++ "), change->path));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, '\n'); /* a CR before it is part of what is shown */
        show(inv, ink_of(cut.head), hide_credentials(a, cut.head));
        rest = cut.tail;
    }
    if (!change->is_new && change->mode_before != change->mode_after) {
        show_mode(inv, change);
    }
}

static void show_change(Invocation *inv, const Change *change)
{
    Arena *a = inv->arena;
    switch (change->kind) {
    case CHANGE_CONTENT:
        show_content(inv, change);
        break;
    case CHANGE_MODE:
        show_mode(inv, change);
        break;
    case CHANGE_REMOVE:
        show(inv, INK_BAD, str_format(a, "%.*s is put away", STR_ARG(change->path)));
        break;
    case CHANGE_MAKE_DIR:
        show(inv, INK_GOOD, str_format(a, "new directory %.*s", STR_ARG(change->path)));
        break;
    case CHANGE_NONE:
    case CHANGE_COUNT:
        break;
    }
}

static Str title_of(const Checks *checks, Str id)
{
    const FindingList *findings = &checks->result.findings;
    for (isize i = 0; i < findings->len; i++) {
        if (str_eq(findings->ptr[i].id, id)) {
            return findings->ptr[i].title;
        }
    }
    return (Str){0};
}

/* Each change under the findings that it is for. */
static void show_plan(Invocation *inv, const Checks *checks, const FixPlan *plan)
{
    Arena *a = inv->arena;
    for (isize i = 0; i < plan->n_changes; i++) {
        Str last_id = {0};
        for (isize k = 0; k < plan->n_fixes; k++) {
            const PlannedFix *p = &plan->fixes[k];
            if (p->verdict != FIX_PLANNED || p->change != i) {
                continue;
            }
            if (!str_eq(p->fix.id, last_id)) {
                show(inv, INK_STRONG,
                     str_format(a, "%.*s  %.*s", STR_ARG(p->fix.id),
                                STR_ARG(title_of(checks, p->fix.id))));
                last_id = p->fix.id;
            }
            show(inv, INK_PLAIN, hide_credentials(a, str_concat(a, S("  "), p->fix.says)));
        }
        show_change(inv, &plan->changes[i]);
        if (last_id.len > 0) { /* else the directory above the next one */
            show(inv, INK_PLAIN, S(""));
        }
    }
    for (isize i = 0; i < plan->n_fixes; i++) {
        const PlannedFix *p = &plan->fixes[i];
        if (p->verdict == FIX_REFUSED) {
            Str says = hide_credentials(a, p->fix.says);
            show(inv, INK_WARN,
                 str_format(a, "%.*s  not done: %.*s: %.*s", STR_ARG(p->fix.id), STR_ARG(says),
                            STR_ARG(hide_credentials(a, p->because))));
        }
    }
}

/* ---- asking ---- */

static Str count_changes(Arena *a, isize n)
{
    return str_format(a, "%td change%s", n, n == 1 ? "" : "s");
}

static bool ask(Invocation *inv, isize n_changes, FixesOutcome *ret, Err *err)
{
    bool is_yes = option_is_set(inv, OPTION_YES);
    if (is_yes) {
        *ret = FIXES_MADE;
        return true;
    }
    if (inv->no_input) {
        *ret = FIXES_UNASKED;
        return true;
    }
    Str question =
        str_format(inv->arena, "apply %.*s? [y/N] ", STR_ARG(count_changes(inv->arena, n_changes)));
    if (!session_ask(inv, question, &is_yes, err)) {
        return false;
    }
    *ret = is_yes ? FIXES_MADE : FIXES_DECLINED;
    return true;
}

static bool apply(Invocation *inv, ToolchainContext *c, const FixPlan *plan, Err *err)
{
    AUTO_CLOSE int folder = -1;
    FixJournal j;
    int64_t set;
    FileOutcome found = open_folder(c, true, &folder, err);
    if (found == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "'%.*s' is being removed", STR_ARG(c->home));
    }
    if (found == FILE_FAILED || !fixer_open(folder, c->lock_timeout_ms, &j, err)) {
        return false;
    }
    bool ok = recover(inv, &j, err) &&
              fixer_apply(&j, *inv->arena, plan, S("goward doctor --fix"), &set, err);
    fixer_close(&j);
    if (ok) {
        report_talk(inv->report, "made %.*s; goward doctor undo takes %s back",
                    STR_ARG(count_changes(inv->arena, plan->n_changes)),
                    plan->n_changes == 1 ? "it" : "them");
    }
    return ok;
}

bool doctor_fix_offer(Invocation *inv, ToolchainContext *c, const Checks *checks, Str goroot,
                      Fixes *ret, Err *err)
{
    Fixes fixes = {0};
    if (!doctor_fix_plan(inv, c, checks, goroot, &fixes.plan, err)) {
        return false;
    }
    show_plan(inv, checks, &fixes.plan);
    if (fixes.plan.n_changes > 0 && !inv->dry_run) {
        if (!ask(inv, fixes.plan.n_changes, &fixes.outcome, err) ||
            (fixes.outcome == FIXES_MADE && !apply(inv, c, &fixes.plan, err))) {
            return false;
        }
    }
    if (fixes.outcome == FIXES_UNASKED) {
        report_warn(inv->report, "nothing was changed: --fix asks first, and there is no terminal "
                                 "to ask at; --yes stands for the answer");
    } else if (fixes.outcome == FIXES_DECLINED) {
        report_talk(inv->report, "nothing was changed");
    }
    *ret = fixes;
    return true;
}

void doctor_fix_json(JsonWriter *w, const Fixes *fixes)
{
    json_key_array(w, S("fixes"));
    for (isize i = 0; i < fixes->plan.n_fixes; i++) {
        const PlannedFix *p = &fixes->plan.fixes[i];
        json_begin_object(w);
        json_key_str(w, S("id"), p->fix.id);
        json_key_str(w, S("kind"), fixer_kind_name(p->fix.kind));
        json_key_str_or_null(w, S("path"), p->fix.path);
        json_key_str(w, S("says"), p->fix.says);
        json_key_bool(w, S("done"), fixes->outcome == FIXES_MADE && p->verdict == FIX_PLANNED);
        json_key_str_or_null(w, S("because"),
                             p->verdict == FIX_ALREADY ? S("it is so already") : p->because);
        json_end(w);
    }
    json_end(w);
}

/* ---- goward doctor undo ---- */

/* What taking back does: each change the other way round, the last one first. */
static void show_undo(Invocation *inv, const FixSet *set)
{
    for (isize i = set->n_changes - 1; i >= 0; i--) {
        Change back = set->changes[i];
        back.before = set->changes[i].after;
        back.after = set->changes[i].before;
        back.mode_before = set->changes[i].mode_after;
        back.mode_after = set->changes[i].mode_before;
        bool is_new = back.kind == CHANGE_MAKE_DIR || (back.kind == CHANGE_CONTENT && back.is_new);
        if (is_new || back.kind == CHANGE_REMOVE) {
            show(inv, is_new ? INK_BAD : INK_GOOD,
                 str_format(inv->arena, "%.*s %s", STR_ARG(back.path),
                            is_new ? "is removed" : "comes back"));
        } else {
            show_change(inv, &back);
        }
    }
}

static void undo_json(Invocation *inv, const FixSet *set, const FixNotes *notes)
{
    JsonWriter *w = report_json_begin(inv->report, S("doctor-undo"), 1);
    json_key_number(w, S("set"), set->set);
    json_key_str(w, S("made"), clock_format_utc(inv->arena, set->time_s));
    json_key_array(w, S("paths"));
    for (isize i = 0; i < set->n_changes; i++) {
        json_str(w, set->changes[i].path);
    }
    json_end(w);
    json_key_array(w, S("notes"));
    for (isize i = 0; i < notes->len; i++) {
        json_str(w, notes->ptr[i]);
    }
    json_end(w);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

static bool nothing_to_undo(Err *err)
{
    FAIL(err, ERR_NOT_FOUND, "there are no fixes to take back");
    return err_hint(err, "goward doctor --fix makes some, if there is something to fix");
}

static bool undo_last(Invocation *inv, const FixJournal *j, Err *err)
{
    FixSet set;
    FixNotes notes = {0};
    FileOutcome found = fixer_last(j, inv->arena, &set, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT && nothing_to_undo(err);
    }
    if (!inv->dry_run && !fixer_undo(j, inv->arena, &set, &notes, err)) {
        return false;
    }
    tell_notes(inv, &notes);
    if (inv->wants_json) {
        undo_json(inv, &set, &notes);
        return true;
    }
    show_undo(inv, &set);
    report_verdict(inv->report, REPORT_DATA, INK_GOOD, "%s the fixes of %.*s",
                   inv->dry_run ? "would take back" : "took back",
                   STR_ARG(clock_format_utc(inv->arena, set.time_s)));
    return true;
}

static bool undo(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    AUTO_CLOSE int folder = -1;
    FixJournal j;
    FileOutcome found = open_folder(c, false, &folder, err);
    if (found != FILE_FOUND) {
        return found == FILE_ABSENT && nothing_to_undo(err);
    }
    if (!fixer_open(folder, c->lock_timeout_ms, &j, err)) {
        return false;
    }
    bool ok = recover(inv, &j, err) && undo_last(inv, &j, err);
    fixer_close(&j);
    return ok;
}

bool cmd_doctor_undo(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, undo, ret_code, err);
}
