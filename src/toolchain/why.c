/*
 * See why.h. The go command and gopls are answered by toolchain/select.h, which knows their rules
 * exactly. setup-go and the image are known by their documented habits: setup-go reads one file,
 * takes its toolchain line before its go line whichever is newer, and sets GOTOOLCHAIN=local; the
 * official image sets GOTOOLCHAIN=local, so that its tag alone decides.
 */
#include "toolchain/why.h"

#include "base/panic.h"
#include "base/path.h"
#include "base/vec.h"
#include "go/env/workdir.h"
#include "go/mod/version.h"
#include "go/root/goroot.h"
#include "toolchain/surroundings.h"
#include "toolchain/toonew.h"

typedef VEC(WhyOther) OtherVec;

typedef struct {
    Arena *arena;
    const Environ *environ;
    Str dir;
    Str base_goroot;
    Surroundings around;
    ModLinesFound module; /* lines of the go.mod, even where a go.work counts */
    ModLinesFound lines;  /* lines that count */
    OtherVec others;
    Err *err;
} Why;

static void add(Why *w, Str who, Str picks, Str because)
{
    *VEC_PUSH(w->arena, &w->others) = (WhyOther){who, picks, because};
}

static Str place_text(Why *w, Str file, isize line)
{
    Str name = workdir_short(w->arena, w->dir, file, false);
    return line == 0 ? name : str_format(w->arena, "%.*s:%td", STR_ARG(name), line);
}

/* ---- go, gopls ---- */

static Str because_of(Why *w, const GoSelection *s)
{
    Str file;
    isize line;
    goselect_place(s, &file, &line);
    switch (s->by) {
    case GOSELECT_BY_OLD_GO:
        return S("a Go before 1.21 never becomes another one");
    case GOSELECT_BY_MODULES_OFF:
        return S("GO111MODULE turns modules off, and with them the choice");
    case GOSELECT_BY_COMMAND:
        return S("this command is answered before any switch");
    case GOSELECT_BY_UNSET:
        return S("GOTOOLCHAIN has no value, so nothing is switched");
    case GOSELECT_BY_SWITCH:
        return S("it was itself started by such a switch");
    case GOSELECT_BY_TOOLCHAIN_LINE:
    case GOSELECT_BY_GO_LINE: {
        Str place = place_text(w, file, line);
        return str_format(w->arena, "%.*s asks for it", STR_ARG(place));
    }
    case GOSELECT_BY_GOTOOLCHAIN: {
        Str from = goenv_origin_text(w->arena, S("GOTOOLCHAIN"), &s->gotoolchain);
        bool asks_file = s->mode != GOSELECT_MODE_NONE;
        return str_format(w->arena, "%.*s says %.*s, %s", STR_ARG(from),
                          STR_ARG(s->gotoolchain.value),
                          asks_file ? "and no line asks for a newer one" : "so no file is asked");
    }
    case GOSELECT_BY_NONE:
    case GOSELECT_BY_COUNT:
        break;
    }
    UNREACHABLE("a selection that nothing made");
}

/* The sentence for a selection; *ret_picks empty when it ends in a refusal, now or later. */
static Str say_selection(Why *w, const GoSelection *s, Str later, Str *ret_picks)
{
    if (s->outcome == GOSELECT_REFUSED) {
        return str_format(w->arena, "it refuses: %.*s", STR_ARG(s->refusal));
    }
    Str because = because_of(w, s);
    *ret_picks = s->name;
    if (later.len > 0) {
        return str_format(w->arena, "%.*s; commands that load the module are refused: %.*s",
                          STR_ARG(because), STR_ARG(later));
    }
    bool is_download = s->outcome == GOSELECT_TOOL && s->tool_path.len == 0;
    return is_download ? str_concat(w->arena, because, S("; it is downloaded")) : because;
}

static bool ask_go(Why *w)
{
    Goroot root;
    if (w->base_goroot.len == 0) {
        return true;
    }
    GorootOutcome outcome = goroot_read(w->arena, w->base_goroot, &root, w->err);
    if (outcome == GOROOT_FAILED) {
        return false;
    }
    if (outcome != GOROOT_FOUND || root.name.len == 0) {
        return true;
    }
    GoEnv goenv;
    GoSelection s;
    Str later;
    GoSelectPath path = {.arena = w->arena, .environ = w->environ};
    GoSelectInput in = {.goenv = &goenv,
                        .base_name = root.name,
                        .working_dir = w->dir,
                        .find = goselect_find_on_path,
                        .find_context = &path};
    if (!goenv_load(w->arena, w->environ, w->base_goroot, &goenv, w->err) ||
        !goselect_run(w->arena, &in, &s, w->err) ||
        !toonew_run(w->arena, &in, &s, &later, w->err)) {
        return false;
    }
    Str picks = {0};
    Str because = say_selection(w, &s, later, &picks);
    add(w, S("go"), picks, because);
    add(w, S("gopls"), picks, S("it runs the go on PATH in this directory"));
    return true;
}

/* ---- setup-go ---- */

/* What a version asks setup-go for: one release, or the newest of a language. */
static Str picks_text(Why *w, Str version)
{
    GoVersion v;
    bool is_release =
        goversion_parse(version, &v) &&
        (v.kind.len > 0 || str_index_byte(version, '.') != str_last_index_byte(version, '.'));
    return is_release ? str_concat(w->arena, S("go"), version)
                      : str_concat(w->arena, version, S(" (newest)"));
}

static void ask_setup_go_of_module(Why *w)
{
    GoModValue go = w->module.go, toolchain = w->module.toolchain;
    Str file = w->around.module_file;
    Str version = goversion_of_toolchain(toolchain.value);
    bool by_toolchain = version.len > 0;
    if (!by_toolchain) {
        version = go.value;
    }
    if (!goversion_is_valid(version)) {
        add(w, S("setup-go"), S(""),
            str_format(w->arena, "%.*s has no version that it reads",
                       STR_ARG(place_text(w, file, 0))));
        return;
    }
    Str place = place_text(w, file, by_toolchain ? toolchain.line : go.line);
    bool is_too_old = by_toolchain && goversion_compare(version, go.value) < 0;
    add(w, S("setup-go"), picks_text(w, version),
        str_format(w->arena, "go-version-file: go.mod reads %.*s%s, and GOTOOLCHAIN=local is set%s",
                   STR_ARG(place), by_toolchain ? " and not the go line" : "",
                   is_too_old ? ": that Go then refuses the module" : ""));
}

static bool ask_setup_go_of_pin(Why *w)
{
    Pin pin;
    if (!surroundings_read_pin(w->arena, &w->around, &pin, w->err)) {
        return false;
    }
    bool is_read = pin.kind == PIN_GO_VERSION || pin.kind == PIN_TOOL_VERSIONS;
    if (pin.says == PIN_SAYS_NOTHING || !is_read) {
        add(w, S("setup-go"), S(""), S("there is no go.mod or version file for it to read"));
        return true;
    }
    Str name = pin_file_name(pin.kind);
    Str version = pin.text;
    str_eat_prefix(&version, S("go"));
    add(w, S("setup-go"), picks_text(w, version),
        str_format(w->arena, "go-version-file: %.*s reads %.*s", STR_ARG(name),
                   STR_ARG(place_text(w, pin.file, pin.line))));
    return true;
}

static bool ask_setup_go(Why *w)
{
    if (w->around.module_file.len == 0) {
        return ask_setup_go_of_pin(w);
    }
    ask_setup_go_of_module(w);
    return true;
}

/* ---- the image ---- */

static void ask_image(Why *w)
{
    GoModValue go = w->lines.go;
    if (!goversion_is_valid(go.value)) {
        add(w, S("golang image"), S("the Go of its tag"), S("no go line asks for anything"));
        return;
    }
    Str place = place_text(w, w->around.mod_file, go.line);
    add(w, S("golang image"), S("the Go of its tag"),
        str_format(w->arena,
                   "it sets GOTOOLCHAIN=local: with a tag below golang:%.*s it refuses %.*s",
                   STR_ARG(go.value), STR_ARG(place)));
}

/* The lines of go.mod, and those that count, which may be go.work's. */
static bool read_lines(Why *w)
{
    Surroundings module = w->around; /* a view, whose descriptors stay those of w->around */
    module.mod_file = w->around.module_file;
    module.modules_are_off = false;
    return surroundings_read_lines(w->arena, &module, &w->module, w->err) &&
           surroundings_read_lines(w->arena, &w->around, &w->lines, w->err);
}

bool why_others(Arena *a, const Environ *environ, Str dir, Str base_goroot, WhyOthers *ret,
                Err *err)
{
    Why w = {.arena = a, .environ = environ, .dir = dir, .base_goroot = base_goroot, .err = err};
    GoEnv goenv;
    if (!goenv_load_user(a, environ, &goenv, err)) {
        return false;
    }
    w.around = surroundings_find(a, &goenv, dir);
    bool is_fine = read_lines(&w) && ask_go(&w) && ask_setup_go(&w);
    surroundings_done(&w.around);
    if (is_fine) {
        ask_image(&w);
        *ret = (WhyOthers){w.others.ptr, w.others.len};
    }
    return is_fine;
}
