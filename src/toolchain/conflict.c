/*
 * See conflict.h. Each kind is a row of `rows`, which is also what `goward explain` shows; a check
 * is a function that looks at the facts and adds findings. What each finding says names both
 * places, file and line, and what to type.
 */
#include "toolchain/conflict.h"

#include "base/path.h"
#include "go/env/workdir.h"
#include "go/mod/gowork.h"
#include "go/mod/version.h"

typedef enum {
    WORK_OLDER,
    LANGUAGE_VERSION,
    TOOLCHAIN_OLD,
    PIN_OLD,
    PINS_DIFFER,
    PIN_NUMBER,
    PIN_OTHER,
    LOCK_OVERRIDES,
    GOTOOLCHAIN_OVERRIDES,
    KIND_COUNT,
} Kind;

static const Explanation rows[KIND_COUNT] = {
    [WORK_OLDER] =
        {
            .id = STR_CONST("GWT020"),
            .title = STR_CONST("go.work is older than a module it uses"),
            .severity = SEVERITY_ERROR,
            .looks_at = STR_CONST("the go line of go.work and those of the modules it uses"),
            .why = STR_CONST("At its start the go command reads go.work alone. It then runs a Go "
                             "that go.work is "
                             "content with, and refuses every command, because a module of the "
                             "workspace needs a "
                             "newer one."),
            .cure = STR_CONST("go work use"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("go.dev/doc/toolchain#work"),
        },
    [LANGUAGE_VERSION] =
        {
            .id = STR_CONST("GWT021"),
            .title = STR_CONST("a language version stands where a release is needed"),
            .severity = SEVERITY_ERROR,
            .looks_at = STR_CONST("go lines of go.work and go.mod, and the toolchain line"),
            .why = STR_CONST(
                "\"1.26\" is the language, and older than every release of it: 1.26 < 1.26rc1 < "
                "1.26.0. A go.work with \"go 1.26\" does not satisfy a module with \"go 1.26.0\", "
                "and \"toolchain go1.26\" names no release that could be had."),
            .cure = STR_CONST("write the release: go 1.26.0"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("go.dev/doc/toolchain#version"),
        },
    [TOOLCHAIN_OLD] =
        {
            .id = STR_CONST("GWT022"),
            .title = STR_CONST("the toolchain line is older than the go line"),
            .severity = SEVERITY_WARN,
            .looks_at = STR_CONST("both lines of the same file"),
            .why = STR_CONST(
                "The go command takes the newer of the two, so the toolchain line does nothing. "
                "Programs that read it alone, actions/setup-go among them, install a Go that then "
                "refuses the module."),
            .cure = STR_CONST("go get toolchain@none removes it"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("go.dev/doc/toolchain#select"),
        },
    [PIN_OLD] =
        {
            .id = STR_CONST("GWT023"),
            .title = STR_CONST("a version file is older than the go line"),
            .severity = SEVERITY_WARN,
            .looks_at =
                STR_CONST(".go-version, .tool-versions, go.version or mise.toml, and the go "
                          "line of go.work or go.mod"),
            .why = STR_CONST(
                "The go line is what the code needs, so it wins here. Tools that follow the "
                "version "
                "file install a Go that refuses the module, or that fetches another one."),
            .cure = STR_CONST("raise the version file, or lower the go line with go mod edit"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("go.dev/ref/mod#go-mod-file-go"),
        },
    [PINS_DIFFER] =
        {
            .id = STR_CONST("GWT024"),
            .title = STR_CONST("two version files name different Gos"),
            .severity = SEVERITY_WARN,
            .looks_at = STR_CONST("the version files of one directory"),
            .why =
                STR_CONST("Each tool follows its own file, so which Go runs depends on who starts "
                          "it. goward takes the first in the order of docs/design/0002."),
            .cure = STR_CONST("make them say the same, or keep one of them"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("docs/design/0002-selection.md"),
        },
    [PIN_NUMBER] =
        {
            .id = STR_CONST("GWT025"),
            .title = STR_CONST("a version without quotes is a number"),
            .severity = SEVERITY_WARN,
            .looks_at = STR_CONST("tools.go of mise.toml"),
            .why =
                STR_CONST("To a reader of TOML 1.20 is the number 1.2, and 1.30 is 1.3: the last "
                          "zero of a version is lost."),
            .cure = STR_CONST("put it in quotes: go = \"1.20\""),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("toml.io/en/v1.0.0#float"),
        },
    [PIN_OTHER] =
        {
            .id = STR_CONST("GWT026"),
            .title = STR_CONST("a version file says something that is no version"),
            .severity = SEVERITY_INFO,
            .looks_at = STR_CONST("the version files of the project"),
            .why =
                STR_CONST("\"system\", \"ref:...\" and \"path:...\" mean something to the tool the "
                          "file is for. goward leaves it at that and goes on as if the line were "
                          "not there."),
            .cure = STR_CONST("goward use SPEC pins a release for goward"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("docs/design/0002-selection.md"),
        },
    [LOCK_OVERRIDES] =
        {
            .id = STR_CONST("GWT027"),
            .title = STR_CONST("goward.lock says otherwise than another file"),
            .severity = SEVERITY_INFO,
            .looks_at = STR_CONST("goward.lock, the toolchain line, the nearest version file"),
            .why =
                STR_CONST("The lock wins, also where it is older: that is what it is for. Whoever "
                          "works without goward gets what the other file says."),
            .cure = STR_CONST("goward use SPEC moves the lock"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("docs/design/0002-selection.md"),
        },
    [GOTOOLCHAIN_OVERRIDES] =
        {
            .id = STR_CONST("GWT028"),
            .title = STR_CONST("GOTOOLCHAIN overrides the project"),
            .severity = SEVERITY_WARN,
            .looks_at = STR_CONST("GOTOOLCHAIN in the environment and in the user's env file; "
                                  "goward.lock and the lines of go.work or go.mod"),
            .why = STR_CONST("An exact name there holds everywhere, in every project. Where it is "
                             "older than a go line the go command refuses to work."),
            .cure = STR_CONST("unset GOTOOLCHAIN; from the env file: go env -w GOTOOLCHAIN=auto"),
            .since = STR_CONST("0.1.0"),
            .source = STR_CONST("go.dev/doc/toolchain#GOTOOLCHAIN"),
        },
};

const ExplanationTable conflict_explanations = {rows, COUNT_OF(rows)};

typedef struct {
    Arena *arena;
    const ConflictFacts *facts;
    FindingList *list;
} Search;

static void add(const Search *s, Kind kind, Str file, isize line, Str evidence, Str remedy)
{
    *VEC_PUSH(s->arena, s->list) = (Finding){.id = rows[kind].id,
                                             .severity = rows[kind].severity,
                                             .title = rows[kind].title,
                                             .place = {file, line},
                                             .evidence = evidence,
                                             .remedy = remedy};
}

/* "go.mod:5", as seen from the working directory. */
static Str place_text(const Search *s, Str file, isize line)
{
    Str name = workdir_short(s->arena, s->facts->around->dir, file, false);
    return str_format(s->arena, "%.*s:%td", STR_ARG(name), line);
}

/* "A says X, B says Y" */
static Str both_say(const Search *s, Str place, Str said, Str other_place, Str other_said)
{
    return str_format(s->arena, "%.*s says %.*s, %.*s says %.*s", STR_ARG(place), STR_ARG(said),
                      STR_ARG(other_place), STR_ARG(other_said));
}

/* ---- go.work and its modules ---- */

static void check_module(const Search *s, Str dir)
{
    Str file = path_join(s->arena, dir, S("go.mod"));
    Str text;
    Err ignored;
    if (file_read_all(s->arena, FILE_CWD, file, GOMOD_MAX_FILE, &text, &ignored) != FILE_FOUND) {
        return;
    }
    GoModValue work = s->facts->lines.go;
    GoModValue needed = gomod_lookup(text, S("go"));
    Str has = work.value.len > 0 ? work.value : S("1.18"); /* what a go.work without it means */
    if (goversion_compare(needed.value, has) <= 0 ||
        goversion_compare(needed.value, S("1.21")) < 0) {
        return;
    }
    bool is_language =
        goversion_is_lang(has) && str_eq(goversion_lang(has), goversion_lang(needed.value));
    Str said = work.line > 0 ? str_concat(s->arena, S("go "), has) : S("nothing, which is go 1.18");
    Str evidence =
        both_say(s, place_text(s, s->facts->around->mod_file, MAX(work.line, 1)), said,
                 place_text(s, file, needed.line), str_concat(s->arena, S("go "), needed.value));
    add(s, is_language ? LANGUAGE_VERSION : WORK_OLDER, s->facts->around->mod_file, work.line,
        evidence, S("go work use"));
}

static void check_work(const Search *s)
{
    const Surroundings *around = s->facts->around;
    Str text;
    GoWork work;
    Err ignored;
    if (!around->is_work_file || around->modules_are_off ||
        file_read_all(s->arena, FILE_CWD, around->mod_file, GOMOD_MAX_FILE, &text, &ignored) !=
            FILE_FOUND ||
        !gowork_parse(s->arena, around->mod_file, text, &work, &ignored)) {
        return;
    }
    for (isize i = 0; i < work.uses.len && i < CONFLICT_MAX_MODULES; i++) {
        check_module(s, path_absolute(s->arena, path_dir(around->mod_file), work.uses.ptr[i].path));
    }
}

/* ---- the two lines ---- */

static void check_lines(const Search *s)
{
    GoModValue go = s->facts->lines.go;
    GoModValue toolchain = s->facts->lines.toolchain;
    Str file = s->facts->around->mod_file;
    Str version = goversion_of_toolchain(toolchain.value);
    if (version.len == 0) {
        return;
    }
    if (goversion_is_lang(version)) {
        add(s, LANGUAGE_VERSION, file, toolchain.line,
            str_format(s->arena, "toolchain %.*s", STR_ARG(toolchain.value)),
            str_format(s->arena, "go mod edit -toolchain=%.*s.0", STR_ARG(toolchain.value)));
    }
    if (goversion_compare(version, go.value) < 0) {
        Str evidence =
            both_say(s, place_text(s, file, toolchain.line),
                     str_concat(s->arena, S("toolchain "), toolchain.value),
                     place_text(s, file, go.line), str_concat(s->arena, S("go "), go.value));
        add(s, TOOLCHAIN_OLD, file, toolchain.line, evidence, S("go get toolchain@none"));
    }
}

/* ---- pins ---- */

static void check_pin_words(const Search *s, const Pin *pin)
{
    Str said = pin->text;
    if (pin_is_usable(pin) && pin->is_number) {
        add(s, PIN_NUMBER, pin->file, pin->line, str_format(s->arena, "go = %.*s", STR_ARG(said)),
            str_format(s->arena, "go = \"%.*s\"", STR_ARG(said)));
    }
    if (pin->says == PIN_SAYS_OTHER) {
        add(s, PIN_OTHER, pin->file, pin->line, said, S("goward use SPEC"));
    }
}

/* The newest that a pin can mean is older than version: of "1.26" all that is not 1.27 or later. */
static bool is_older(const Pin *pin, Str version)
{
    if (pin->says == PIN_SAYS_EXACT) {
        return goversion_compare(goversion_of_toolchain(pin->name), version) < 0;
    }
    return goversion_is_valid(pin->spec) &&
           goversion_compare(goversion_lang(pin->spec), goversion_lang(version)) < 0;
}

static void check_pin_age(const Search *s)
{
    const Pin *pin = &s->facts->pin;
    GoModValue go = s->facts->lines.go;
    if (!pin_is_usable(pin) || !goversion_is_valid(go.value) || !is_older(pin, go.value)) {
        return;
    }
    Str evidence = both_say(s, place_text(s, pin->file, pin->line), pin->text,
                            place_text(s, s->facts->around->mod_file, go.line),
                            str_concat(s->arena, S("go "), go.value));
    add(s, PIN_OLD, pin->file, pin->line, evidence,
        str_format(s->arena, "write %.*s into %.*s", STR_ARG(go.value), STR_ARG(pin->file)));
}

static bool is_same_wish(const Pin *x, const Pin *y)
{
    return str_eq(x->name, y->name) && str_eq(x->spec, y->spec);
}

/* The other pins of the directory that the pin comes from. */
static void check_pins(const Search *s)
{
    const Pin *pin = &s->facts->pin;
    if (pin->says == PIN_SAYS_NOTHING) {
        return;
    }
    for (int kind = PIN_NONE + 1; kind < PIN_KIND_COUNT; kind++) {
        Pin other;
        Err ignored;
        if (!pin_read(s->arena, path_dir(pin->file), (PinKind)kind, &other, &ignored)) {
            continue;
        }
        check_pin_words(s, &other);
        if (other.kind != pin->kind && pin_is_usable(pin) && pin_is_usable(&other) &&
            !is_same_wish(pin, &other)) {
            Str evidence = both_say(s, place_text(s, pin->file, pin->line), pin->text,
                                    place_text(s, other.file, other.line), other.text);
            add(s, PINS_DIFFER, other.file, other.line, evidence,
                str_format(s->arena, "write %.*s into both, or remove one", STR_ARG(pin->text)));
        }
    }
}

/* ---- what overrides ---- */

static void check_lock(const Search *s)
{
    const Lockfile *lock = s->facts->lock;
    if (lock == NULL) {
        return;
    }
    Str lock_file = s->facts->around->lock_file;
    Str lock_place = place_text(s, lock_file, lock->name_line);
    GoModValue toolchain = s->facts->lines.toolchain;
    Str version = goversion_of_toolchain(lock->name);
    if (goversion_compare(version, goversion_of_toolchain(toolchain.value)) < 0) {
        Str evidence = both_say(s, lock_place, lock->name,
                                place_text(s, s->facts->around->mod_file, toolchain.line),
                                str_concat(s->arena, S("toolchain "), toolchain.value));
        add(s, LOCK_OVERRIDES, lock_file, lock->name_line, evidence,
            str_format(s->arena, "goward use %.*s", STR_ARG(toolchain.value)));
    }
    const Pin *pin = &s->facts->pin;
    if (pin->says == PIN_SAYS_EXACT && !str_eq(pin->name, lock->name)) {
        Str evidence =
            both_say(s, lock_place, lock->name, place_text(s, pin->file, pin->line), pin->text);
        add(s, LOCK_OVERRIDES, lock_file, lock->name_line, evidence,
            str_format(s->arena, "goward use %.*s", STR_ARG(pin->name)));
    }
}

static void check_gotoolchain(const Search *s)
{
    Str name = s->facts->gotoolchain;
    const Lockfile *lock = s->facts->lock;
    GoModValue go = s->facts->lines.go;
    if (name.len == 0) {
        return;
    }
    Str place, said, file;
    isize line;
    if (lock != NULL && !str_eq(lock->name, name)) {
        file = s->facts->around->lock_file;
        line = lock->name_line;
        said = lock->name;
    } else if (goversion_compare(goversion_of_toolchain(name), go.value) < 0) {
        file = s->facts->around->mod_file;
        line = go.line;
        said = str_concat(s->arena, S("go "), go.value);
    } else {
        return;
    }
    place = place_text(s, file, line);
    add(s, GOTOOLCHAIN_OVERRIDES, file, line,
        both_say(s, s->facts->gotoolchain_from, name, place, said),
        S("unset GOTOOLCHAIN, or go env -w GOTOOLCHAIN=auto"));
}

void conflict_find(Arena *a, const ConflictFacts *facts, FindingList *ret)
{
    static void (*const checks[])(const Search *s) = {
        check_work, check_lines, check_pin_age, check_pins, check_lock, check_gotoolchain,
    };
    Search s = {.arena = a, .facts = facts, .list = ret};
    for (isize i = 0; i < COUNT_OF(checks); i++) {
        checks[i](&s);
    }
}
