/* What the scripts of CI files believe: modules without proof, programs from the network, tools
 * that are another program on another day. A URL that names a release is left alone. */
#include "base/path.h"
#include "doctor/cifiles_load.h"

/* ---- GWD118: what is proved ---- */

typedef struct {
    Str name, value; /* value empty: any that is not; "*" only that */
    Str title;
} Unsafe;

static const Unsafe unsafes[] = {
    {STR_CONST("GOSUMDB"), STR_CONST("off"),
     STR_CONST("GOSUMDB=off: no module and no toolchain is compared with the checksum database")},
    {STR_CONST("GONOSUMDB"), STR_CONST("*"),
     STR_CONST("GONOSUMDB=*: no module is compared with the checksum database")},
    {STR_CONST("GONOSUMCHECK"),
     {NULL, 0},
     STR_CONST("GONOSUMCHECK is no variable of the go command; GOSUMDB and GONOSUMDB are")},
    {STR_CONST("GOINSECURE"), STR_CONST("*"),
     STR_CONST("GOINSECURE=*: modules may come over http, from whoever answers")},
    {STR_CONST("GOFLAGS"), STR_CONST("-mod=mod"),
     STR_CONST("GOFLAGS=-mod=mod: a build in CI changes go.mod and go.sum instead of failing")},
    {STR_CONST("GOFLAGS"), STR_CONST("-insecure"),
     STR_CONST("GOFLAGS=-insecure is unknown to the go command since 1.17")},
};

static bool is_unsafe(const Unsafe *u, Str value)
{
    if (str_eq(u->name, S("GOFLAGS"))) {
        Str field;
        while (str_next_field(&value, &field)) {
            if (str_eq(field, u->value)) {
                return true;
            }
        }
        return false;
    }
    return u->value.len == 0 ? value.len > 0 : str_eq(value, u->value);
}

static void find_unsafe(Doctor *d, const CiFile *file, isize line, Str name, Str value)
{
    for (isize i = 0; i < COUNT_OF(unsafes); i++) {
        if (str_eq(name, unsafes[i].name) && is_unsafe(&unsafes[i], value)) {
            cifiles_find(d, SEVERITY_WARN, file, line, unsafes[i].title,
                         S("take it away; for private modules set GOPRIVATE to their paths"));
        }
    }
}

static void judge_assignments(Doctor *d, const CiStep *step, const ShellScript *script)
{
    for (isize i = 0; i < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        isize args;
        Str program = shell_word(command, 0);
        bool sets =
            str_eq(program, S("export")) ||
            (str_eq(program, S("echo")) && str_contains(step->script->text, S("GITHUB_ENV"))) ||
            str_eq(shell_go_verb(command, &args), S("env"));
        isize n = sets ? command->n_words : command->program;
        for (isize w = 0; w < n; w++) {
            StrCut pair = str_cut(command->words[w], '=');
            find_unsafe(d, step->file, command->line, pair.head, pair.tail);
        }
    }
}

static void judge_environment(Doctor *d, const CiFile *file, const YamlNode *owner)
{
    static const Str keys[] = {STR_CONST("env"), STR_CONST("variables"), STR_CONST("environment")};
    for (isize k = 0; k < COUNT_OF(keys); k++) {
        const YamlNode *variables = yaml_get(owner, keys[k]);
        if (!yaml_is(variables, YAML_MAPPING)) {
            continue;
        }
        for (const YamlNode *v = variables->child; v != NULL; v = v->next) {
            Str value = yaml_is(v, YAML_MAPPING) ? yaml_text(yaml_get(v, S("value")), (Str){0})
                                                 : yaml_text(v, (Str){0});
            find_unsafe(d, file, v->line, v->key->text, value);
        }
    }
}

static bool check_proof(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    for (isize i = 0; i < files->len; i++) {
        judge_environment(d, files->ptr[i], files->ptr[i]->root);
    }
    for (isize i = 0; i < files->steps.len; i++) {
        judge_environment(d, files->steps.ptr[i].file, files->steps.ptr[i].job);
        judge_environment(d, files->steps.ptr[i].file, files->steps.ptr[i].step);
    }
    cifiles_judge_scripts(d, judge_assignments);
    return true;
}

/* ---- GWD119: programs of the network, into a shell ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/* Whether a URL names one release or commit: ".../v1.55.2/...", 40 hexadecimal digits. */
static bool is_pinned(Str url)
{
    isize n_hex = 0;
    for (isize i = 0; i < url.len; i++) {
        n_hex = is_hex(url.ptr[i]) ? n_hex + 1 : 0;
        if (n_hex == 40 || (i + 2 < url.len && url.ptr[i] == '/' && url.ptr[i + 1] == 'v' &&
                            url.ptr[i + 2] >= '0' && url.ptr[i + 2] <= '9' &&
                            str_contains(str_from(url, i + 2), S(".")))) {
            return true;
        }
    }
    return false;
}

static Str url_of(const ShellCommand *command)
{
    for (isize i = 0; i < command->n_words; i++) {
        if (str_starts_with(command->words[i], S("http://")) ||
            str_starts_with(command->words[i], S("https://"))) {
            return command->words[i];
        }
    }
    return (Str){0};
}

static void judge_downloads(Doctor *d, const CiStep *step, const ShellScript *script)
{
    static const Str fetchers[] = {STR_CONST("curl"), STR_CONST("wget")};
    static const Str shells[] = {STR_CONST("sh"), STR_CONST("bash"), STR_CONST("zsh"),
                                 STR_CONST("dash")};
    for (isize i = 0; i + 1 < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        Str url = url_of(command);
        if (command->then != SHELL_PIPE ||
            !shell_is_among(shell_word(command, 0), fetchers, COUNT_OF(fetchers)) ||
            !shell_is_among(shell_word(&script->ptr[i + 1], 0), shells, COUNT_OF(shells))) {
            continue;
        }
        bool is_plain = str_starts_with(url, S("http://"));
        if (is_plain || !is_pinned(url)) {
            cifiles_find(d, SEVERITY_WARN, step->file, command->line,
                         is_plain ? S("a script that came over http, from whoever answers, runs "
                                      "with the rights of this job")
                                  : S("whatever a server answers today runs with the rights of "
                                      "this job"),
                         S("name a release or commit in the URL, keep the file, compare its "
                           "SHA-256 with sha256sum -c, and run it then"));
        }
    }
}

static bool check_downloads(Doctor *d, Err *err)
{
    (void)err;
    cifiles_judge_scripts(d, judge_downloads);
    return true;
}

/* ---- GWD120, GWD121: tools ---- */

/* "github.com/x/y", not "./..." and not a package of the standard library. */
static bool is_remote_path(Str word)
{
    StrCut cut = str_cut(word, '/');
    return cut.found && str_index_byte(cut.head, '.') > 0 && !str_contains(word, S("...")) &&
           !str_contains(word, S("$"));
}

static void judge_gets(Doctor *d, const CiStep *step, const ShellScript *script)
{
    for (isize i = 0; i < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        isize args = 0;
        if (!str_eq(shell_go_verb(command, &args), S("get")) || shell_has_word(command, S("-d")) ||
            shell_has_word(command, S("-tool"))) {
            continue;
        }
        for (isize w = args; shell_word(command, w).len > 0; w++) {
            StrCut at = str_cut(shell_word(command, w), '@');
            if (is_remote_path(at.head) && !str_eq(at.tail, S("none"))) {
                cifiles_find(
                    d, SEVERITY_WARN, step->file, command->line,
                    S("go get builds no program since Go 1.18: it changes go.mod here, and "
                      "fails outside a module"),
                    str_format(d->arena, "go install %.*s@VERSION", STR_ARG(at.head)));
            }
        }
    }
}

static bool check_gets(Doctor *d, Err *err)
{
    (void)err;
    cifiles_judge_scripts(d, judge_gets);
    return true;
}

static bool is_branch(Str version)
{
    static const Str branches[] = {STR_CONST("master"), STR_CONST("main"), STR_CONST("HEAD")};
    return shell_is_among(version, branches, COUNT_OF(branches));
}

static void judge_installs(Doctor *d, const CiStep *step, const ShellScript *script)
{
    for (isize i = 0; i < script->len; i++) {
        const ShellCommand *command = &script->ptr[i];
        isize args = 0;
        Str verb = shell_go_verb(command, &args);
        if (!str_eq(verb, S("install")) && !str_eq(verb, S("run"))) {
            continue;
        }
        for (isize w = args; shell_word(command, w).len > 0; w++) {
            StrCut at = str_cut(shell_word(command, w), '@');
            if (is_remote_path(at.head) && (is_branch(at.tail) || str_eq(at.tail, S("latest")))) {
                cifiles_find(
                    d, SEVERITY_INFO, step->file, command->line,
                    str_format(d->arena, "%.*s is another program on another day: @%.*s",
                               STR_ARG(path_base(at.head)), STR_ARG(at.tail)),
                    S("name a version, or keep it in go.mod: go get -tool PACKAGE@VERSION"));
            }
        }
    }
}

static bool check_pins(Doctor *d, Err *err)
{
    (void)err;
    const CiFiles *files = cifiles_of(d);
    cifiles_judge_scripts(d, judge_installs);
    for (isize i = 0; i < files->steps.len; i++) {
        const CiStep *step = &files->steps.ptr[i];
        Str uses = step->uses == NULL ? (Str){0} : step->uses->text;
        StrCut at = str_cut(uses, '@');
        if (at.found && is_branch(at.tail) && !str_starts_with(uses, S("./"))) {
            cifiles_find(d, SEVERITY_INFO, step->file, step->uses->line,
                         str_format(d->arena, "%.*s is whatever its branch %.*s holds today",
                                    STR_ARG(at.head), STR_ARG(at.tail)),
                         S("name a release, or better the commit of one"));
        }
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD118"),
                .title = STR_CONST("CI proves the modules that it downloads"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the environment that CI files set, in env, variables, "
                                      "export, go env -w and before a command"),
                .why = STR_CONST(
                    "go.sum guards what is in it; what is new is compared with the checksum "
                    "database. With that off, the run that builds a release is the one that "
                    "believes whatever comes. -mod=mod lets a build repair go.mod and go.sum in "
                    "place of failing, and the repair is then lost with the runner."),
                .cure =
                    STR_CONST("take the line away; GOPRIVATE=example.com/* for private modules; "
                              "go mod tidy before the commit"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#authenticating"),
            },
        .run = check_proof,
        .cost = COST_TREE,
        .modes = MODE_PROXY,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD119"),
                .title = STR_CONST("no script of the network runs unseen in CI"),
                .severity = SEVERITY_WARN,
                .looks_at = CIFILES_SCRIPTS,
                .why = STR_CONST(
                    "After `curl URL | sh` whoever holds the server, or the branch that the URL "
                    "names, runs with the secrets of the job, and a download that breaks off runs "
                    "in half. A URL that names a release or a commit is left alone."),
                .cure =
                    STR_CONST("an action or package of a stated version; or download, sha256sum "
                              "-c, run"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("docs.github.com, security hardening for GitHub Actions"),
            },
        .run = check_downloads,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD120"),
                .title = STR_CONST("CI installs programs with go install"),
                .severity = SEVERITY_WARN,
                .looks_at = CIFILES_SCRIPTS,
                .why =
                    STR_CONST("Since Go 1.18 go get only changes go.mod. In a module the run goes "
                              "on with other dependencies than those that were committed, and "
                              "the program is not there; outside one it fails: 'go.mod file not "
                              "found in current directory or any parent directory'."),
                .cure = STR_CONST("go install PACKAGE@VERSION"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/go-get-install-deprecation"),
            },
        .run = check_gets,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD121"),
                .title = STR_CONST("programs and actions of CI have a version"),
                .severity = SEVERITY_INFO,
                .looks_at =
                    STR_CONST("go install and go run with @latest or a branch, uses: with a "
                              "branch"),
                .why = STR_CONST("What is not pinned changes without a commit: the run is red on a "
                                 "day on which nobody changed anything, or runs a program that "
                                 "nobody has looked at."),
                .cure =
                    STR_CONST("PACKAGE@v1.2.3, a tool line in go.mod (Go 1.24), uses: x@COMMIT"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/ref/mod#go-install"),
            },
        .run = check_pins,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_ciunsafe = {rows, COUNT_OF(rows)};
