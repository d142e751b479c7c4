/*
 * See pins.h for the files. What a value means is decided the same way for all of them: a version
 * with a patch or a prerelease is that release, a language version is its newest one, a few words
 * are known, and anything else belongs to the tool that the file is for.
 */
#include "toolchain/pins.h"

#include "base/panic.h"
#include "base/path.h"
#include "go/mod/version.h"
#include "os/file.h"
#include "toolchain/misefile.h"

/* The first word of the first line that is no comment. */
static bool read_version_file(Str file, Str text, Pin *pin, Err *err)
{
    Str line;
    for (isize number = 1; str_next_line(&text, &line); number++) {
        Str word;
        if (str_next_field(&line, &word) && word.ptr[0] != '#') {
            pin->text = word;
            pin->line = number;
            return true;
        }
    }
    FAIL(err, ERR_FORMAT, "%.*s:1: holds no version, expected one such as 1.26.8", STR_ARG(file));
    return false;
}

/* The first version behind "golang" or "go". */
static bool read_tool_versions(Str file, Str text, Pin *pin, Err *err)
{
    (void)file;
    (void)err;
    Str line;
    for (isize number = 1; str_next_line(&text, &line); number++) {
        Str rest = str_cut(line, '#').head;
        Str tool, version;
        if (str_next_field(&rest, &tool) && str_next_field(&rest, &version) &&
            (str_eq(tool, S("golang")) || str_eq(tool, S("go")))) {
            pin->text = version;
            pin->line = number;
            return true;
        }
    }
    return true;
}

static bool read_mise(Str file, Str text, Pin *pin, Err *err)
{
    MiseGo go;
    if (!misefile_parse(file, text, &go, err)) {
        return false;
    }
    if (go.is_found) {
        pin->text = go.value;
        pin->line = go.line;
        pin->is_number = go.is_number;
    }
    return true;
}

static const struct {
    Str name;
    bool (*read)(Str file, Str text, Pin *pin, Err *err); /* sets text and line, if it says so */
    bool is_only_go; /* the file is about Go alone: what is no version there is a mistake */
} kinds[PIN_KIND_COUNT] = {
    [PIN_GO_VERSION] = {STR_CONST(".go-version"), read_version_file, true},
    [PIN_TOOL_VERSIONS] = {STR_CONST(".tool-versions"), read_tool_versions, false},
    [PIN_GO_DOT_VERSION] = {STR_CONST("go.version"), read_version_file, true},
    [PIN_MISE] = {STR_CONST("mise.toml"), read_mise, false},
    [PIN_MISE_HIDDEN] = {STR_CONST(".mise.toml"), read_mise, false},
};

/* "latest:1.26" of asdf, "prefix:1.26" of mise, "1.26.x" of others all mean "1.26". */
static Str plain_version(Str text)
{
    if (!str_eat_prefix(&text, S("latest:")) && !str_eat_prefix(&text, S("prefix:")) &&
        !str_eat_suffix(&text, S(".x"))) {
        str_eat_suffix(&text, S(".*"));
    }
    str_eat_prefix(&text, S("go"));
    return text;
}

/* "1.26", "1.20", "1": no release is named, although 1.20 happens to be one. */
static bool is_prefix(Str version)
{
    GoVersion v;
    bool has_two_parts = str_index_byte(version, '.') == str_last_index_byte(version, '.');
    return goversion_parse(version, &v) && has_two_parts && v.kind.len == 0;
}

/* What the word asks for; empty when it is no such word. */
static Str spec_word(Str text)
{
    static const Str words[] = {STR_CONST("latest"), STR_CONST("stable"), STR_CONST("oldstable")};
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(words[i], text)) {
            return text;
        }
    }
    return str_eq(text, S("1")) ? S("latest") : S("");
}

static void classify(Arena *a, Pin *pin)
{
    Str version = plain_version(pin->text);
    Str word = spec_word(version);
    if (word.len > 0) {
        pin->says = PIN_SAYS_SPEC;
        pin->spec = word;
    } else if (is_prefix(version)) {
        pin->says = PIN_SAYS_SPEC;
        pin->spec = version;
    } else if (goversion_is_valid(version)) {
        pin->says = PIN_SAYS_EXACT;
        pin->name = str_concat(a, S("go"), version);
    } else {
        pin->says = PIN_SAYS_OTHER;
    }
}

Str pin_file_name(PinKind kind)
{
    ASSERT(kind > PIN_NONE && kind < PIN_KIND_COUNT);
    return kinds[kind].name;
}

bool pin_parse(Arena *a, PinKind kind, Str file, Str text, Pin *ret, Err *err)
{
    ASSERT(kind > PIN_NONE && kind < PIN_KIND_COUNT);
    Pin pin = {.kind = kind, .file = file};
    if (!kinds[kind].read(file, text, &pin, err)) {
        return false;
    }
    if (pin.line > 0) {
        classify(a, &pin);
    }
    bool is_mistake =
        pin.says == PIN_SAYS_OTHER && kinds[kind].is_only_go && !str_eq(pin.text, S("system"));
    if (is_mistake) {
        return FAIL(err, ERR_FORMAT,
                    "%.*s:%td: '%.*s' is no Go version, expected one such as 1.26.8", STR_ARG(file),
                    pin.line, STR_ARG(pin.text));
    }
    *ret = pin;
    return true;
}

bool pin_read(Arena *a, Str dir, PinKind kind, Pin *ret, Err *err)
{
    Str file = path_join(a, dir, pin_file_name(kind));
    Str text;
    switch (file_read_all(a, FILE_CWD, file, PIN_MAX_FILE, &text, err)) {
    case FILE_FAILED:
        return false;
    case FILE_ABSENT:
        *ret = (Pin){.kind = kind};
        return true;
    case FILE_FOUND:
        return pin_parse(a, kind, file, text, ret, err);
    }
    UNREACHABLE("file_read_all without outcome");
}
