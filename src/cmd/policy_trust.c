/* goward policy trust and untrust: whether the checks of goward.yaml may run commands. */
#include "base/path.h"
#include "cmd/policy_checks.h"
#include "cmd/session.h"
#include "cmd/table.h"
#include "go/mod/projectroot.h"
#include "os/proc.h"
#include "report/human.h"

#define OTHERS_WRITE 002 /* permission bits */
#define MAX_WARNINGS 2

/* ---- what there is to trust ---- */

typedef struct {
    PolicyCheckFile file;
    Str warnings[MAX_WARNINGS];
    isize n_warnings;
} Candidate;

typedef VEC(Candidate) Candidates;

static bool find_place(Invocation *inv, ToolchainContext *c, ConfigPlace *ret, Err *err)
{
    GoEnv user;
    if (!session_go_to_argument(inv, c, err)) {
        return false;
    }
    if (!goenv_load_user(inv->arena, inv->env, &user, err)) {
        return false;
    }
    *ret = (ConfigPlace){.environ = inv->env,
                         .dir = c->dir,
                         .project_root = projectroot_find(inv->arena, &user, c->dir)};
    return true;
}

/* What whoever trusts a file ought to know: that others may change it. */
static void add_warnings(Invocation *inv, Candidate *k)
{
    const TrustSubject *s = &k->file.subject;
    if (s->owner != proc_user_id()) {
        k->warnings[k->n_warnings++] = str_format(inv->arena, "%.*s belongs to another user (%u)",
                                                  STR_ARG(s->file), (unsigned)s->owner);
    }
    if ((s->mode & OTHERS_WRITE) != 0) {
        k->warnings[k->n_warnings++] = str_format(
            inv->arena, "every user of this machine may write to %.*s", STR_ARG(s->file));
    }
}

static bool look(Invocation *inv, ToolchainContext *c, Candidates *ret, Err *err)
{
    ConfigPlace place;
    ConfigFiles files;
    PolicyChecks checks;
    if (!find_place(inv, c, &place, err) || !configfile_load(inv->arena, &place, &files, err) ||
        !policy_checks_find(inv, c->home, &files, &checks, err)) {
        return false;
    }
    for (isize i = 0; i < checks.len; i++) {
        Candidate k = {.file = checks.ptr[i]};
        if (k.file.verdict.state != TRUST_OWN) {
            add_warnings(inv, &k);
            *VEC_PUSH(inv->arena, ret) = k;
        }
    }
    if (ret->len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no goward.yaml of %.*s has checks that need trust",
             STR_ARG(c->dir));
        return err_hint(err, "man goward-policy-trust says how checks are written");
    }
    return true;
}

static isize count_open(const Candidates *all)
{
    isize n = 0;
    for (isize i = 0; i < all->len; i++) {
        n += all->ptr[i].file.verdict.state != TRUST_GIVEN;
    }
    return n;
}

/* ---- showing ---- */

static void show_lines(Invocation *inv, const char *head, Str text)
{
    Str line;
    while (str_next_line(&text, &line)) {
        report_line(inv->report, "%s%.*s", head, STR_ARG(line));
    }
}

static void show(Invocation *inv, const Candidate *k)
{
    Str parts[] = {k->file.config.path,
                   human_plural(inv->arena, k->file.checks.len, S("check"), S("checks"))};
    report_headline(inv->report, REPORT_DATA, parts, COUNT_OF(parts));
    for (isize i = 0; i < k->file.checks.len; i++) {
        report_line(inv->report, "  %.*s", STR_ARG(k->file.checks.ptr[i].name));
        show_lines(inv, "    $ ", projectcheck_command(inv->arena, &k->file.checks.ptr[i]));
    }
    report_line(inv->report, "  they run in %.*s", STR_ARG(k->file.subject.folder));
    for (isize i = 1; i < k->file.subject.files.len; i++) {
        report_line(inv->report, "  with %.*s, which is trusted as it is now",
                    STR_ARG(k->file.subject.files.ptr[i].path));
    }
    show_lines(inv, "  since it was trusted: ", k->file.verdict.because);
    for (isize i = 0; i < k->n_warnings; i++) {
        report_warn(inv->report, "%.*s", STR_ARG(k->warnings[i]));
    }
}

static void candidate_json(Invocation *inv, JsonWriter *w, const Candidate *k)
{
    json_begin_object(w);
    json_key_str(w, S("path"), k->file.config.path);
    json_key_str(w, S("folder"), k->file.subject.folder);
    json_key_str(w, S("was"), checktrust_state_name(k->file.verdict.state));
    json_key_str_or_null(w, S("changes"), k->file.verdict.because);
    json_key_array(w, S("checks"));
    for (isize i = 0; i < k->file.checks.len; i++) {
        json_begin_object(w);
        json_key_str(w, S("name"), k->file.checks.ptr[i].name);
        json_key_str(w, S("command"), projectcheck_command(inv->arena, &k->file.checks.ptr[i]));
        json_key_number(w, S("line"), k->file.checks.ptr[i].place.line);
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("programs"));
    for (isize i = 1; i < k->file.subject.files.len; i++) {
        char hex[2 * SHA256_LEN];
        sha256_to_hex(&k->file.subject.files.ptr[i].digest, hex);
        json_begin_object(w);
        json_key_str(w, S("path"), k->file.subject.files.ptr[i].path);
        json_key_str(w, S("sha256"), (Str){hex, COUNT_OF(hex)});
        json_end(w);
    }
    json_end(w);
    json_key_array(w, S("warnings"));
    for (isize i = 0; i < k->n_warnings; i++) {
        json_str(w, k->warnings[i]);
    }
    json_end(w);
    json_end(w);
}

static void print_json(Invocation *inv, const Candidates *all, bool is_trusted)
{
    JsonWriter *w = report_json_begin(inv->report, S("policy-trust"), 1);
    json_key_bool(w, S("trusted"), is_trusted);
    json_key_array(w, S("files"));
    for (isize i = 0; i < all->len; i++) {
        candidate_json(inv, w, &all->ptr[i]);
    }
    json_end(w);
    json_key_bool(w, S("dry_run"), inv->dry_run);
    report_json_end(inv->report);
}

/* ---- trusting ---- */

static bool ask(Invocation *inv, isize n, bool *ret_yes, Err *err)
{
    if (option_is_set(inv, OPTION_YES)) {
        *ret_yes = true;
        return true;
    }
    if (inv->no_input || inv->wants_json) {
        FAIL(err, ERR_USAGE, "nothing was trusted: there is nobody to ask");
        return err_hint(err, "--yes stands for the answer, --dry-run only shows");
    }
    Str question =
        str_format(inv->arena, "may %s run these commands? [y/N] ", n == 1 ? "it" : "they");
    return session_ask(inv, question, ret_yes, err);
}

static bool keep_all(Invocation *inv, const ToolchainContext *c, const Candidates *all, Err *err)
{
    for (isize i = 0; i < all->len; i++) {
        if (all->ptr[i].file.verdict.state != TRUST_GIVEN &&
            !checktrust_keep(*inv->arena, c->home, &all->ptr[i].file.subject, err)) {
            return false;
        }
    }
    return true;
}

static bool trust(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    Candidates all = {0};
    if (!look(inv, c, &all, err)) {
        return false;
    }
    isize n_open = count_open(&all);
    bool is_yes = n_open == 0;
    for (isize i = 0; i < all.len; i++) {
        show(inv, &all.ptr[i]);
    }
    if (n_open > 0 && !inv->dry_run &&
        (!ask(inv, n_open, &is_yes, err) || (is_yes && !keep_all(inv, c, &all, err)))) {
        return false;
    }
    report_verdict(inv->report, REPORT_DATA, is_yes ? INK_GOOD : INK_WARN, "%s",
                   n_open == 0 ? "trusted already"
                   : is_yes
                       ? "trusted: goward doctor runs them; goward policy untrust takes it back"
                       : "nothing was trusted");
    if (inv->wants_json) {
        print_json(inv, &all, is_yes);
    }
    *ret_code = is_yes || inv->dry_run ? EXIT_OK : EXIT_FINDINGS;
    return true;
}

bool cmd_policy_trust(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, trust, ret_code, err);
}

/* ---- goward policy untrust ---- */

typedef VEC(Str) Paths;

/* Where a goward.yaml of the directory may lie, as in policy/configfile.h; whether it can be read
 * does not matter. */
static bool forget_all(Invocation *inv, const ToolchainContext *c, const ConfigPlace *place,
                       Paths *ret, Err *err)
{
    Str last = place->project_root.len > 0 ? place->project_root : place->dir;
    for (Str dir = place->dir;; dir = path_dir(dir)) {
        FileOutcome found = checktrust_forget(*inv->arena, c->home, dir, err);
        if (found == FILE_FAILED) {
            return false;
        }
        if (found == FILE_FOUND) {
            *VEC_PUSH(inv->arena, ret) = path_join(inv->arena, dir, CONFIGFILE_NAME);
        }
        if (str_eq(dir, last) || str_eq(dir, S("/"))) {
            return true;
        }
    }
}

static bool untrust(Invocation *inv, ToolchainContext *c, int *ret_code, Err *err)
{
    (void)ret_code;
    ConfigPlace place;
    Paths paths = {0};
    if (!find_place(inv, c, &place, err) || !forget_all(inv, c, &place, &paths, err)) {
        return false;
    }
    if (paths.len == 0) {
        FAIL(err, ERR_NOT_FOUND, "no goward.yaml of %.*s is trusted", STR_ARG(c->dir));
        return err_hint(err, "goward policy trust, to trust one");
    }
    for (isize i = 0; i < paths.len; i++) {
        report_line(inv->report, "%.*s is not trusted any more", STR_ARG(paths.ptr[i]));
    }
    if (inv->wants_json) {
        JsonWriter *w = report_json_begin(inv->report, S("policy-untrust"), 1);
        json_key_array(w, S("files"));
        for (isize i = 0; i < paths.len; i++) {
            json_str(w, paths.ptr[i]);
        }
        json_end(w);
        report_json_end(inv->report);
    }
    return true;
}

bool cmd_policy_untrust(Invocation *inv, int *ret_code, Err *err)
{
    return session_run(inv, untrust, ret_code, err);
}
