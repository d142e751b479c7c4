/*
 * See resolve.h for the order of sources. Each is a function that notes what the source said and,
 * when it speaks, settles the answer; the first that does ends the search. With `explain` the
 * search goes on, only to note: later sources then find the answer settled and leave it alone.
 */
#include "toolchain/resolve.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/quote.h"
#include "go/mod/spec.h"
#include "go/mod/version.h"
#include "toolchain/conflict.h"
#include "toolchain/select.h"
#include "toolchain/surroundings.h"

/* Where no Go starts, the lines are read by the rules of the newest one known. */
#define NEWEST_RULES S("1.27")
/* Go lines below this do not name a release that is needed, only the language. */
#define FIRST_BINDING_GO_LINE S("1.21")

typedef struct {
    Arena *arena;
    const ResolveInput *in;
    GoEnv goenv;
    Surroundings around;
    ModLinesFound lines;
    Lockfile lock;
    Pin pin;
    GoEnvValue gotoolchain;
    Str exact;           /* name that GOTOOLCHAIN gives, without +auto or +path */
    Str least;           /* name of GOTOOLCHAIN=NAME+auto */
    bool has_lines_read; /* lines, lock, pin: whether they were */
    bool has_lock_read;
    bool has_pin_read;
    Resolution *r;
    Err *err;
} Run;

/* ---- noting and settling ---- */

static bool is_settled(const Run *run)
{
    return run->r->outcome != RESOLVE_NONE;
}

/* A source and what it said; *won when it is the one that settles. */
static void note(Run *run, Str source, Str said, bool won)
{
    *VEC_PUSH(run->arena, &run->r->reasons) = (Reason){source, said, won && !is_settled(run)};
}

static Str place_text(Run *run, Str file, isize line)
{
    Str name = workdir_short(run->arena, run->r->working_dir, file, false);
    return str_format(run->arena, "%.*s:%td", STR_ARG(name), line);
}

static void settle_exact(Run *run, ResolveBy by, Str name, Str file, isize line)
{
    if (!is_settled(run)) {
        run->r->outcome = RESOLVE_EXACT;
        run->r->by = by;
        run->r->name = name;
        run->r->file = file;
        run->r->line = line;
    }
}

static void settle_spec(Run *run, ResolveBy by, Str spec, Str file, isize line)
{
    if (!is_settled(run)) {
        run->r->outcome = RESOLVE_SPEC;
        run->r->by = by;
        run->r->spec = spec;
        run->r->file = file;
        run->r->line = line;
    }
}

static void refuse(Run *run, ResolveBy by, Str file, isize line, Str refusal, Str hint)
{
    if (!is_settled(run)) {
        run->r->outcome = RESOLVE_REFUSED;
        run->r->by = by;
        run->r->file = file;
        run->r->line = line;
        run->r->refusal = refusal;
        run->r->hint = hint;
    }
}

/* ---- reading, once each ---- */

static bool read_lines(Run *run)
{
    if (!run->has_lines_read) {
        run->has_lines_read = true;
        return surroundings_read_lines(run->arena, &run->around, &run->lines, run->err);
    }
    return true;
}

static bool read_lock(Run *run)
{
    if (!run->has_lock_read && run->around.has_lock) {
        run->has_lock_read = true;
        return surroundings_read_lock(run->arena, &run->around, &run->lock, run->err);
    }
    return true;
}

static bool read_pin(Run *run)
{
    if (!run->has_pin_read) {
        run->has_pin_read = true;
        return surroundings_read_pin(run->arena, &run->around, &run->pin, run->err);
    }
    return true;
}

/* ---- 1: --go, GOWARD_GO ---- */

/* The newest installed release for a SPEC of versions. */
static bool newest_installed(const Run *run, Str spec, Str *ret_name)
{
    return run->in->newest != NULL && run->in->newest(run->in->newest_context, spec, ret_name);
}

static bool settle_request(Run *run, Str text)
{
    Spec spec;
    if (!spec_parse(text, &spec, run->err)) {
        return false;
    }
    if (!spec_is_version(&spec)) {
        FAIL(run->err, ERR_USAGE, "'%.*s' names a place; here a version is needed", STR_ARG(text));
        return err_hint(run->err, "goward install %.*s, then give its version", STR_ARG(text));
    }
    Str name;
    if (spec.kind == SPEC_EXACT) {
        settle_exact(run, RESOLVE_BY_REQUEST, str_concat(run->arena, S("go"), spec.version), S(""),
                     0);
    } else if (newest_installed(run, text, &name)) {
        settle_exact(run, RESOLVE_BY_REQUEST, name, S(""), 0);
    } else {
        settle_spec(run, RESOLVE_BY_REQUEST, text, S(""), 0);
    }
    return true;
}

static bool ask_request(Run *run)
{
    Str flag = run->in->request;
    Str variable = environ_value(run->in->environ, S("GOWARD_GO"));
    Str text = flag.len > 0 ? flag : variable;
    Str source = flag.len > 0 ? S("--go") : S("GOWARD_GO (process)");
    if (text.len == 0) {
        return true;
    }
    note(run, source, text, true);
    if (!settle_request(run, text)) {
        return FAIL_IN(run->err, "%.*s", STR_ARG(source));
    }
    return true;
}

/* ---- 2: GOTOOLCHAIN ---- */

static void refuse_gotoolchain(Run *run, Str refusal)
{
    bool is_of_file = run->gotoolchain.origin == GOENV_ORIGIN_USER_FILE;
    refuse(run, RESOLVE_BY_GOTOOLCHAIN, run->gotoolchain.file, run->gotoolchain.line, refusal,
           is_of_file ? S("go env -w GOTOOLCHAIN=auto") : S("unset GOTOOLCHAIN"));
}

/* "go1.26" is no release; whoever starts as something else would be sent on to it, in vain. */
static bool is_language_name(Str name)
{
    return goversion_is_lang(goversion_of_toolchain(name));
}

static void refuse_language_name(Run *run, Str name)
{
    refuse_gotoolchain(run,
                       str_format(run->arena,
                                  "GOTOOLCHAIN=%.*s: %.*s is a language version and no "
                                  "release; the first one is %.*s.0",
                                  STR_ARG(run->gotoolchain.value), STR_ARG(name), STR_ARG(name)));
}

/* What GOTOOLCHAIN said, with the name of the variable where the source is a file. */
static void note_gotoolchain(Run *run, const char *meaning, bool won)
{
    Str source = goenv_origin_text(run->arena, S("GOTOOLCHAIN"), &run->gotoolchain);
    bool is_file = run->gotoolchain.file.len > 0;
    note(run, source,
         str_format(run->arena, "%s%.*s%s", is_file ? "GOTOOLCHAIN=" : "",
                    STR_ARG(run->gotoolchain.value), meaning),
         won);
}

static void take_gotoolchain(Run *run)
{
    Str value = run->gotoolchain.value;
    GoSelectMinimum min;
    Str refusal;
    if (!goselect_parse(run->arena, value, S("local"), &min, &refusal)) {
        note_gotoolchain(run, ": not understood by cmd/go", true);
        refuse_gotoolchain(run, refusal);
        return;
    }
    bool is_name = !str_eq(min.min_name, S("local"));
    if (!is_name) {
        note_gotoolchain(run, ": left to cmd/go's own switching", false);
    } else if (min.mode != GOSELECT_MODE_NONE) {
        run->least = min.min_name;
        note_gotoolchain(run, ": at least that one", false);
    } else if (is_language_name(min.min_name)) {
        note_gotoolchain(run, ": a language version, no release", true);
        refuse_language_name(run, min.min_name);
    } else {
        run->exact = min.min_name;
        note_gotoolchain(run, "", true);
        settle_exact(run, RESOLVE_BY_GOTOOLCHAIN, value, run->gotoolchain.file,
                     run->gotoolchain.line);
    }
}

static bool ask_gotoolchain(Run *run)
{
    if (run->gotoolchain.value.len > 0) {
        take_gotoolchain(run);
    }
    return true;
}

/* A GOWORK that is no path stops every go command, whichever starts. */
static bool ask_gowork(Run *run)
{
    if (run->around.gowork_is_invalid) {
        note(run, S("GOWORK"), goenv_value(&run->goenv, S("GOWORK")), true);
        refuse(run, RESOLVE_BY_NONE, S(""), 0, S("invalid GOWORK: not an absolute path"),
               S("unset GOWORK, or set it to off or to the path of a go.work"));
    }
    return true;
}

/* ---- 3: goward.lock ---- */

static void refuse_lock(Run *run)
{
    Str lock_place = place_text(run, run->around.lock_file, run->lock.name_line);
    Str go_place = place_text(run, run->around.mod_file, run->lines.go.line);
    Str go = run->lines.go.value;
    Str needed = goversion_toolchain_name(run->arena, go);
    str_eat_prefix(&needed, S("go"));
    refuse(run, RESOLVE_BY_LOCK, run->around.lock_file, run->lock.name_line,
           str_format(run->arena, "%.*s pins %.*s, and %.*s needs go %.*s", STR_ARG(lock_place),
                      STR_ARG(run->lock.name), STR_ARG(go_place), STR_ARG(go)),
           str_format(run->arena, "goward use %.*s", STR_ARG(needed)));
}

static bool ask_lock(Run *run)
{
    if (!run->around.has_lock) {
        return true;
    }
    if (!read_lock(run) || !read_lines(run)) {
        return false;
    }
    Str file = run->around.lock_file;
    isize line = run->lock.name_line;
    note(run, place_text(run, file, line), run->lock.name, true);
    Str version = goversion_of_toolchain(run->lock.name);
    if (goversion_compare(version, run->lines.go.value) < 0) {
        refuse_lock(run);
    } else {
        settle_exact(run, RESOLVE_BY_LOCK, run->lock.name, file, line);
    }
    return true;
}

/* ---- 4: the Go that starts, and the lines ---- */

/* The Go that Go's own rules begin with. */
typedef struct {
    ResolveBy by; /* NONE: there is none */
    Str name;     /* "go1.26.8"; empty where only a SPEC is known */
    Str version;  /* what lines are compared with: its version, or the SPEC */
    Str spec;     /* of a pin that nothing installed answers to */
    Str file;
    isize line;
} Start;

static Start start_of_pin(Run *run)
{
    const Pin *pin = &run->pin;
    Start start = {.by = RESOLVE_BY_PIN, .name = pin->name, .file = pin->file, .line = pin->line};
    if (pin->says == PIN_SAYS_SPEC && !newest_installed(run, pin->spec, &start.name)) {
        start.spec = pin->spec;
        start.version = pin->spec;
    } else {
        start.version = goversion_of_toolchain(start.name);
    }
    return start;
}

static Start find_start(Run *run)
{
    Start start = {0};
    if (run->least.len > 0) {
        start = (Start){.by = RESOLVE_BY_GOTOOLCHAIN,
                        .name = run->least,
                        .file = run->gotoolchain.file,
                        .line = run->gotoolchain.line};
    } else if (pin_is_usable(&run->pin)) {
        return start_of_pin(run);
    } else if (run->in->default_name.len > 0) {
        start = (Start){.by = RESOLVE_BY_DEFAULT, .name = run->in->default_name};
    }
    start.version = goversion_of_toolchain(start.name);
    return start;
}

/* A language that is not installed stands for its newest release: no line of that language is
 * newer.
 * "latest" and its like stand above all lines. */
static bool is_covered(const Start *start, Str version)
{
    if (start->spec.len == 0) {
        return false;
    }
    return !goversion_is_valid(start->spec) ||
           str_eq(goversion_lang(start->spec), goversion_lang(version));
}

static void settle_start(Run *run, const Start *start)
{
    if (is_language_name(start->name)) {
        refuse_language_name(run, start->name);
    } else if (start->spec.len > 0) {
        settle_spec(run, start->by, start->spec, start->file, start->line);
    } else if (start->by != RESOLVE_BY_NONE) {
        settle_exact(run, start->by, start->name, start->file, start->line);
    } else {
        settle_spec(run, RESOLVE_BY_STABLE, S("stable"), S(""), 0);
    }
}

static void refuse_toolchain_line(Run *run)
{
    GoModValue line = run->lines.toolchain;
    Str file = run->around.mod_file;
    Str quoted = quote_go(run->arena, line.value);
    Str place = place_text(run, file, line.line);
    bool is_language = is_language_name(line.value);
    refuse(run, RESOLVE_BY_TOOLCHAIN_LINE, file, line.line,
           str_format(run->arena, "%.*s: invalid toolchain %.*s%s", STR_ARG(place), STR_ARG(quoted),
                      is_language ? ", a language version and no release" : ""),
           is_language
               ? str_format(run->arena, "go mod edit -toolchain=%.*s.0", STR_ARG(line.value))
               : S("write a release such as go1.26.8, or default"));
}

/* What the lines make of the Go that starts. */
typedef struct {
    bool is_valid; /* the toolchain line is one */
    GoSelectRaised raised;
} Raise;

static Raise raise_start(Run *run, const Start *start)
{
    GoSelectMinimum min = {
        .mode = GOSELECT_MODE_AUTO, .min_name = start->name, .min_version = start->version};
    Str rules = start->name.len > 0 ? start->version : NEWEST_RULES;
    Raise r = {0};
    r.is_valid = goselect_raise(run->arena, min, run->lines.go.value, run->lines.toolchain.value,
                                rules, &r.raised);
    bool is_raised = r.is_valid && r.raised.by != GOSELECT_BY_GOTOOLCHAIN;
    bool is_unbound = start->by == RESOLVE_BY_NONE && r.raised.by == GOSELECT_BY_GO_LINE &&
                      goversion_compare(r.raised.version, FIRST_BINDING_GO_LINE) < 0;
    if (is_raised && (is_unbound || is_covered(start, r.raised.version))) {
        r.raised.by = GOSELECT_BY_GOTOOLCHAIN;
    }
    return r;
}

static void note_line(Run *run, const char *keyword, GoModValue line, bool won)
{
    if (line.line > 0) {
        note(run, place_text(run, run->around.mod_file, line.line),
             str_format(run->arena, "%s %.*s", keyword, STR_ARG(line.value)), won);
    }
}

static void note_start(Run *run, const Start *start, bool won)
{
    if (run->pin.says != PIN_SAYS_NOTHING) {
        note(run, place_text(run, run->pin.file, run->pin.line), run->pin.text,
             won && start->by == RESOLVE_BY_PIN);
    }
    Str name = run->in->default_name;
    note(run, S("default"), name.len > 0 ? name : S("none"),
         won && start->by == RESOLVE_BY_DEFAULT);
    if (won && start->by == RESOLVE_BY_NONE) {
        note(run, S("goward"), S("stable: nothing else speaks"), true);
    }
}

/* GOTOOLCHAIN=NAME+auto was noted before it was known whether it wins. */
static void mark_gotoolchain(Run *run)
{
    Str source = goenv_origin_text(run->arena, S("GOTOOLCHAIN"), &run->gotoolchain);
    for (isize i = 0; i < run->r->reasons.len; i++) {
        Reason *reason = &run->r->reasons.ptr[i];
        reason->won = reason->won || str_eq(reason->source, source);
    }
}

static bool ask_lines(Run *run)
{
    if (!read_lines(run) || !read_pin(run)) {
        return false;
    }
    Start start = find_start(run);
    Raise r = raise_start(run, &start);
    bool by_toolchain = !r.is_valid || r.raised.by == GOSELECT_BY_TOOLCHAIN_LINE;
    bool by_go = r.is_valid && r.raised.by == GOSELECT_BY_GO_LINE;
    bool by_start = !by_toolchain && !by_go;
    note_line(run, "toolchain", run->lines.toolchain, by_toolchain);
    note_line(run, "go", run->lines.go, by_go);
    note_start(run, &start, by_start);
    if (by_start && start.by == RESOLVE_BY_GOTOOLCHAIN && !is_settled(run)) {
        mark_gotoolchain(run);
    }
    if (!r.is_valid || (by_toolchain && is_language_name(r.raised.name))) {
        refuse_toolchain_line(run);
    } else if (by_toolchain) {
        settle_exact(run, RESOLVE_BY_TOOLCHAIN_LINE, r.raised.name, run->around.mod_file,
                     run->lines.toolchain.line);
    } else if (by_go) {
        settle_exact(run, RESOLVE_BY_GO_LINE, r.raised.name, run->around.mod_file,
                     run->lines.go.line);
    } else {
        settle_start(run, &start);
    }
    return true;
}

/* ---- afterwards ---- */

/* Whether cmd/go, started as what was chosen, would go on to another Go. What go.env of that
 * release says is not known here; it is taken to be the stock "auto". */
static bool would_switch(Run *run)
{
    Str name = run->r->outcome == RESOLVE_EXACT ? run->r->name
                                                : str_concat(run->arena, S("go"), run->r->spec);
    Str version = goversion_of_toolchain(name);
    Str setting = run->gotoolchain.value.len > 0 ? run->gotoolchain.value : S("auto");
    GoSelectMinimum min;
    GoSelectRaised raised;
    Str refusal;
    if (version.len == 0 || !goselect_parse(run->arena, setting, name, &min, &refusal)) {
        return false;
    }
    raised = (GoSelectRaised){.name = min.min_name, .version = min.min_version};
    if (min.mode != GOSELECT_MODE_NONE &&
        !goselect_raise(run->arena, min, run->lines.go.value, run->lines.toolchain.value, version,
                        &raised)) {
        return false;
    }
    bool is_same_language = run->r->outcome == RESOLVE_SPEC &&
                            str_eq(goversion_lang(version), goversion_lang(raised.version));
    return !str_eq(raised.name, name) && !is_same_language;
}

static void set_hold(Run *run)
{
    bool by_will = run->r->by == RESOLVE_BY_REQUEST || run->r->by == RESOLVE_BY_LOCK;
    if (by_will && run->r->outcome != RESOLVE_REFUSED) {
        read_lines(run); /* unreadable, it stops cmd/go itself */
        run->r->hold = would_switch(run);
    }
}

static void explain(Run *run)
{
    ConflictFacts facts = {
        .around = &run->around,
        .lines = run->lines,
        .pin = run->pin,
        .lock = run->lock.name.len > 0 ? &run->lock : NULL,
        .gotoolchain = run->exact,
        .gotoolchain_from = goenv_origin_text(run->arena, S("GOTOOLCHAIN"), &run->gotoolchain),
    };
    conflict_find(run->arena, &facts, &run->r->conflicts);
}

/* False when there is no such place, which is settled then. */
static bool look_around(Run *run)
{
    GoArgs args = goargs_read(run->arena, run->in->argv, run->in->argc);
    Str refusal;
    run->r->working_dir = run->in->working_dir;
    if (!goselect_enter(run->arena, run->goenv.environ, run->in->working_dir, &args,
                        &run->r->working_dir, &refusal)) {
        refuse(run, RESOLVE_BY_NONE, S(""), 0, refusal, S(""));
        return false;
    }
    run->around = surroundings_find(run->arena, &run->goenv, run->r->working_dir);
    run->r->project_root = run->around.project_root;
    run->r->mod_file = run->around.modules_are_off ? S("") : run->around.mod_file;
    run->r->lock_file = run->around.lock_file;
    run->r->has_lock = run->around.has_lock;
    return true;
}

/* Asks the sources in their order. A file that cannot be read stops the choice, unless it is
 * already made: then it is noted. */
static bool ask_all(Run *run)
{
    static bool (*const sources[])(Run * run) = {
        ask_request, ask_gotoolchain, ask_gowork, ask_lock, ask_lines,
    };
    for (isize i = 0; i < COUNT_OF(sources) && (!is_settled(run) || run->in->explain); i++) {
        if (sources[i](run)) {
            continue;
        }
        if (!is_settled(run)) {
            return false;
        }
        note(run, S("unreadable"), err_format(run->arena, run->err), false);
    }
    return true;
}

bool resolve_run(Arena *a, const ResolveInput *in, Resolution *ret, Err *err)
{
    Resolution r = {0};
    Run run = {.arena = a, .in = in, .r = &r, .err = err};
    if (!goenv_load_user(a, in->environ, &run.goenv, err)) {
        return false;
    }
    run.gotoolchain = goenv_get(&run.goenv, S("GOTOOLCHAIN"));
    if (!look_around(&run)) { /* -C leads nowhere: there is nothing to ask */
        *ret = r;
        return true;
    }
    bool is_fine = ask_all(&run);
    surroundings_done(&run.around);
    if (!is_fine) {
        return false;
    }
    ASSERT(is_settled(&run));
    set_hold(&run);
    if (in->explain) {
        explain(&run);
    }
    *ret = r;
    return true;
}
