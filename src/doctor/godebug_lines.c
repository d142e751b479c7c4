/*
 * GODEBUG settings that a project writes down: godebug lines of go.mod and go.work (since Go 1.23),
 * //go:debug lines of package main (since 1.21). What is wrong there is no matter of taste, the go
 * command refuses it: the rule is CheckGodebug of cmd/go/internal/modload.
 */
#include "doctor/godebug_project.h"
#include "doctor/godebug_values.h"
#include "doctor/lines.h"
#include "doctor/remedy.h"

#include "go/mod/quote.h"
#include "go/mod/version.h"

#define MAX_FOUND 16 /* findings about one file's lines: more are noise */

/* ---- GWD041 ---- */

/* What is wrong with a line, and what would mend it. */
typedef struct {
    Str why;
    Str better;    /* the key that was meant; empty when nothing is near */
    Str value;     /* the value that could stand there; empty: that of the line */
    Str newer;     /* the Go that the line waits for */
    bool may_go;   /* the line says nothing to any Go from this one on */
    bool is_known; /* of may_go: goward knows what it said once, so --fix may delete it */
} Fault;

/* Whether the value of default= is one. */
static bool check_default(const Doctor *d, Str value, Fault *ret)
{
    Str this = d->in->version.len > 0
                   ? str_format(d->arena, "go%.*s", STR_ARG(goversion_lang(d->in->version)))
                   : (Str){0};
    if (!str_eat_prefix(&value, S("go")) || !goversion_is_valid(value)) {
        *ret = (Fault){.why = S("the value of default= must be a Go version: go1.25"),
                       .better = S("default"),
                       .value = this};
        return false;
    }
    if (doctor_go_is_before(d, value)) {
        *ret = (Fault){.why = str_format(d->arena, "default=go%.*s is newer than %.*s",
                                         STR_ARG(value), STR_ARG(doctor_go_name(d))),
                       .better = S("default"),
                       .value = this};
        return false;
    }
    return true;
}

static bool has_any(Str s, char x, char y)
{
    return str_index_byte(s, x) >= 0 || str_index_byte(s, y) >= 0;
}

static bool check_form(const GodebugLine *line, Str *ret_why)
{
    if (!line->has_value) {
        *ret_why = S("a //go:debug line must be key=value");
    } else if (has_any(line->key, ' ', '\t') || has_any(line->value, ' ', '\t')) {
        *ret_why = S("a GODEBUG setting must not contain a space");
    } else if (has_any(line->key, ',', ',') || has_any(line->value, ',', ',')) {
        *ret_why = S("one line sets one key: it must not contain a comma");
    } else {
        return true;
    }
    return false;
}

/* Of a key that is none of the settings of this Go. */
static Fault unknown_key(const Doctor *d, const GodebugTable *table, Str key)
{
    const GodebugKey *nearest = godebug_table_nearest(table, key, true);
    const GodebugHistory *history = godebug_history(key);
    Str go = doctor_go_name(d), quoted = quote_go(d->arena, key);
    if (godebug_table_find(table, key) != NULL) {
        return (Fault){
            .why = str_format(d->arena, "%.*s can be set in the environment only", STR_ARG(quoted)),
            .may_go = true,
            .is_known = true};
    }
    if (history != NULL && history->until.len > 0 && !doctor_go_is_before(d, history->until)) {
        return (Fault){.why = str_format(d->arena, "the GODEBUG setting %.*s is gone since Go %.*s",
                                         STR_ARG(quoted), STR_ARG(history->until)),
                       .may_go = true,
                       .is_known = true};
    }
    if (history != NULL && history->since.len > 0) {
        return (Fault){.why = str_format(d->arena,
                                         "%.*s has no GODEBUG setting %.*s: it comes with Go %.*s",
                                         STR_ARG(go), STR_ARG(quoted), STR_ARG(history->since)),
                       .newer = history->since};
    }
    if (nearest != NULL) {
        return (Fault){.why = str_format(d->arena,
                                         "%.*s has no GODEBUG setting %.*s; its name is %.*s",
                                         STR_ARG(go), STR_ARG(quoted), STR_ARG(nearest->name)),
                       .better = nearest->name};
    }
    return (Fault){.why = str_format(d->arena, "%.*s has no GODEBUG setting %.*s", STR_ARG(go),
                                     STR_ARG(quoted)),
                   .may_go = true};
}

/* Whether this Go takes the line. */
static bool check_line(const Doctor *d, const GodebugTable *table, const GodebugLine *line,
                       Fault *ret)
{
    const GodebugKey *key = godebug_table_find(table, line->key);
    const GodebugRemoved *removed = godebug_table_removed(table, line->key);
    Str why;
    if (!check_form(line, &why)) {
        *ret = (Fault){.why = why};
        return false;
    }
    if (table->has_default && str_eq(line->key, S("default"))) {
        return check_default(d, line->value, ret);
    }
    if (key != NULL && key->is_setting) {
        return true;
    }
    if (removed == NULL) {
        *ret = unknown_key(d, table, line->key);
        return false;
    }
    *ret = (Fault){
        .why = str_format(d->arena, "the GODEBUG setting %.*s=%.*s was removed with Go 1.%lld",
                          STR_ARG(line->key), STR_ARG(line->value), (long long)removed->removed),
        .may_go = true,
        .is_known = true,
    };
    return !godebug_removed_refuses(removed, line->value);
}

/* ---- what mends a line ---- */

typedef enum {
    IN_NONE,
    IN_MODULE,    /* go.mod */
    IN_WORKSPACE, /* go.work */
    IN_SOURCE,    /* //go:debug */
    IN_COUNT,
} LineHome;

static bool is_plain(Str word)
{
    for (isize i = 0; i < word.len; i++) {
        char c = word.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '_')) {
            return false;
        }
    }
    return word.len > 0;
}

static Str sed_remedy(Doctor *d, const GodebugLine *line, const Fault *fault)
{
    Str file = remedy_word(d->arena, line->place.file);
    Str value = fault->value.len > 0 ? fault->value : line->value;
    if (fault->may_go) {
        return str_format(d->arena, "sed -i %tdd %.*s", line->place.line, STR_ARG(file));
    }
    if (fault->better.len > 0 && is_plain(line->key) && is_plain(line->value)) {
        return str_format(d->arena, "sed -i '%tds/%.*s=%.*s/%.*s=%.*s/' %.*s", line->place.line,
                          STR_ARG(line->key), STR_ARG(line->value), STR_ARG(fault->better),
                          STR_ARG(value), STR_ARG(file));
    }
    return S("correct or delete the line");
}

static Str line_remedy(Doctor *d, const GodebugLine *line, const Fault *fault, LineHome home)
{
    Str value = fault->value.len > 0 ? fault->value : line->value;
    const char *edit = home == IN_WORKSPACE ? "work" : "mod";
    Str drop = remedy_word(d->arena, str_format(d->arena, "-dropgodebug=%.*s", STR_ARG(line->key)));
    if (fault->newer.len > 0) {
        return str_format(d->arena, "goward use %.*s # or delete the line", STR_ARG(fault->newer));
    }
    if (home == IN_SOURCE) {
        return sed_remedy(d, line, fault);
    }
    if (fault->may_go) {
        return str_format(d->arena, "go %s edit %.*s", edit, STR_ARG(drop));
    }
    if (fault->better.len > 0 && value.len > 0) {
        Str set =
            str_format(d->arena, "-godebug=%.*s=%.*s", STR_ARG(fault->better), STR_ARG(value));
        return str_format(d->arena, "go %s edit %.*s %.*s", edit, STR_ARG(drop),
                          STR_ARG(remedy_word(d->arena, set)));
    }
    return S("correct or delete the line");
}

/* A misspelt key is corrected, and a line that says nothing any more goes; what goward itself does
 * not know may be a setting of a Go to come, and which default= is meant only a person knows. */
static void fix_line(Doctor *d, const GodebugLine *line, const Fault *fault)
{
    if (!line->is_certain) {
        return;
    }
    if (fault->may_go && fault->is_known) {
        lines_fix_drop(d, line->place);
    } else if (fault->better.len > 0 && fault->value.len == 0 && is_plain(line->key)) {
        lines_fix_word(d, line->place, str_format(d->arena, "%.*s=", STR_ARG(line->key)),
                       str_format(d->arena, "%.*s=", STR_ARG(fault->better)));
    }
}

static void find_line(Doctor *d, const GodebugLine *line, const Fault *fault, LineHome home)
{
    Str seen = str_format(d->arena, "%.*s%s%.*s", STR_ARG(line->key), line->has_value ? "=" : "",
                          STR_ARG(line->value));
    doctor_find(
        d, (Finding){
               .severity = line->is_certain ? SEVERITY_ERROR : SEVERITY_WARN,
               .title = str_format(d->arena, "%.*s: %s", STR_ARG(fault->why),
                                   line->is_certain ? "every build fails"
                                                    : "builds fail for which the file is meant"),
               .place = line->place,
               .evidence = str_format(d->arena, "%s %.*s",
                                      home == IN_SOURCE ? "//go:debug" : "godebug", STR_ARG(seen)),
               .remedy = line_remedy(d, line, fault, home),
           });
    fix_line(d, line, fault);
}

static void check_list(Doctor *d, const GodebugTable *table, const GodebugLineList *lines,
                       LineHome home)
{
    isize before = d->findings.len;
    for (isize i = 0; i < lines->len && d->findings.len - before < MAX_FOUND; i++) {
        const GodebugLine *line = &lines->ptr[i];
        Fault fault;
        if (home != IN_SOURCE && doctor_go_is_before(d, S("1.23"))) {
            fault = (Fault){
                .why = str_format(d->arena,
                                  "%.*s does not know the word godebug, it came with Go 1.23",
                                  STR_ARG(doctor_go_name(d))),
                .newer = S("1.23"),
            };
            find_line(d, line, &fault, home);
            return;
        }
        if (!check_line(d, table, line, &fault)) {
            find_line(d, line, &fault, home);
        }
    }
}

/* The same key twice in the sources of one package. With another value only a person knows which of
 * the two lines is meant. */
static void find_repeated(Doctor *d, const GodebugLine *line, const GodebugLine *other)
{
    const Fault fault = {
        .why = str_format(d->arena, "//go:debug %.*s stands twice, first in line %td of %.*s",
                          STR_ARG(line->key), other->place.line, STR_ARG(other->place.file)),
        .may_go = true,
        .is_known = str_eq(line->value, other->value),
    };
    find_line(d, line, &fault, IN_SOURCE);
}

static void check_repeated(Doctor *d, const GodebugLineList *lines)
{
    for (isize i = 1; i < lines->len && i < MAX_FOUND; i++) {
        for (isize j = 0; j < i; j++) {
            const GodebugLine *line = &lines->ptr[i];
            if (line->has_value && str_eq(line->key, lines->ptr[j].key) && line->is_certain &&
                lines->ptr[j].is_certain) {
                find_repeated(d, line, &lines->ptr[j]);
                break;
            }
        }
    }
}

static bool check_lines(Doctor *d, Err *err)
{
    (void)err;
    GodebugProject project;
    GodebugTable table;
    godebug_project_read(d, &project);
    if (project.module.len + project.source.len + project.passed.len == 0) {
        return true;
    }
    godebug_table_read(d->arena, d->in->goroot, d->in->version, &table);
    check_list(d, &table, &project.module, project.is_workspace ? IN_WORKSPACE : IN_MODULE);
    if (doctor_go_is_before(d, S("1.23"))) {
        check_list(d, &table, &project.passed, IN_MODULE);
    }
    if (!doctor_go_is_before(d, S("1.21"))) { /* before, such a line is a comment */
        check_list(d, &table, &project.source, IN_SOURCE);
        check_repeated(d, &project.source);
    }
    return true;
}

/* ---- GWD042 ---- */

static void find_passed(Doctor *d, const GodebugProject *project)
{
    if (project->passed.len > 0) {
        doctor_find(d, (Finding){
                           .severity = SEVERITY_WARN,
                           .title = S("the godebug lines of go.mod do not count: in a workspace "
                                      "those of go.work do"),
                           .place = project->passed.ptr[0].place,
                           .evidence = str_format(d->arena, "godebug %.*s=%.*s",
                                                  STR_ARG(project->passed.ptr[0].key),
                                                  STR_ARG(project->passed.ptr[0].value)),
                           .remedy = S("write them into go.work too, or build with GOWORK=off"),
                       });
    }
}

static void find_misplaced(Doctor *d, const GodebugProject *project)
{
    if (project->misplaced.len > 0 && !doctor_go_is_before(d, S("1.21"))) {
        const GodebugLine *line = &project->misplaced.ptr[0];
        doctor_find(d,
                    (Finding){
                        .severity = SEVERITY_WARN,
                        .title = S("a //go:debug line does nothing outside of package main"),
                        .place = line->place,
                        .evidence = str_format(d->arena, "//go:debug %.*s=%.*s", STR_ARG(line->key),
                                               STR_ARG(line->value)),
                        .remedy = S("put it into package main, or into go.mod as a godebug line"),
                    });
    }
}

static const GodebugLine *find_key(const GodebugLineList *lines, Str key)
{
    const GodebugLine *found = NULL;
    for (isize i = 0; i < lines->len; i++) {
        if (str_eq(lines->ptr[i].key, key)) {
            found = &lines->ptr[i];
        }
    }
    return found;
}

/* What the environment says against the project: the environment counts. */
static void find_overruled(Doctor *d, const GodebugProject *project)
{
    Variable v = godebug_variable(d);
    const GodebugLineList *lists[] = {&project->source, &project->module};
    for (isize l = 0; l < COUNT_OF(lists); l++) {
        for (isize i = 0; i < lists[l]->len && i < MAX_FOUND; i++) {
            const GodebugLine *line = &lists[l]->ptr[i];
            Str value;
            if (doctor_godebug_value(&v, line->key, &value) && !str_eq(value, line->value)) {
                doctor_find(
                    d, (Finding){
                           .severity = SEVERITY_INFO,
                           .title = str_format(d->arena,
                                               "GODEBUG of the environment overrules this: "
                                               "programs run here with %.*s=%.*s",
                                               STR_ARG(line->key), STR_ARG(value)),
                           .place = line->place,
                           .evidence = variable_evidence(d->arena, &v),
                           .remedy = variable_remedy(
                               d->arena, &v, godebug_without(d->arena, v.got.value, line->key)),
                       });
            }
        }
    }
}

static void find_two_minds(Doctor *d, const GodebugProject *project)
{
    for (isize i = 0; i < project->source.len && i < MAX_FOUND; i++) {
        const GodebugLine *line = &project->source.ptr[i];
        const GodebugLine *other = find_key(&project->module, line->key);
        if (line->is_certain && other != NULL && !str_eq(line->value, other->value)) {
            doctor_find(d, (Finding){
                               .severity = SEVERITY_INFO,
                               .title = str_format(d->arena,
                                                   "the //go:debug line overrules %.*s=%.*s "
                                                   "of line %td of %.*s",
                                                   STR_ARG(other->key), STR_ARG(other->value),
                                                   other->place.line, STR_ARG(other->place.file)),
                               .place = line->place,
                               .evidence = str_format(d->arena, "//go:debug %.*s=%.*s",
                                                      STR_ARG(line->key), STR_ARG(line->value)),
                           });
        }
    }
}

/* What the go line alone makes of the program here. */
static void find_carried(Doctor *d, const GodebugProject *project)
{
    GodebugTable table;
    isize n_old;
    if (!project->is_main || !project->is_module || doctor_go_is_before(d, S("1.21"))) {
        return;
    }
    godebug_table_read(d->arena, d->in->goroot, d->in->version, &table);
    Str carried = godebug_project_default(d, d->arena, &table, project, &n_old);
    if (n_old > 0) {
        doctor_find(d,
                    (Finding){
                        .severity = SEVERITY_INFO,
                        .title = str_format(d->arena,
                                            "the program here behaves as one of Go %.*s "
                                            "in %td settings: the go line asks for it",
                                            STR_ARG(goversion_lang(project->go)), n_old),
                        .evidence = str_format(d->arena, "DefaultGODEBUG=%.*s", STR_ARG(carried)),
                        .remedy = S("a newer go line, once the program works with what has "
                                    "changed: go.dev/doc/godebug"),
                    });
    }
}

static bool check_carried(Doctor *d, Err *err)
{
    (void)err;
    GodebugProject project;
    godebug_project_read(d, &project);
    find_passed(d, &project);
    find_misplaced(d, &project);
    find_overruled(d, &project);
    find_two_minds(d, &project);
    find_carried(d, &project);
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD041"),
                .title = STR_CONST("go.mod, go.work and //go:debug lines name GODEBUG settings of "
                                   "this Go"),
                .severity = SEVERITY_ERROR,
                .looks_at =
                    STR_CONST("the godebug lines of go.mod or go.work, the //go:debug lines "
                              "of package main in the working directory; the settings in "
                              "src/internal/godebugs/table.go of the Go in use"),
                .why = STR_CONST(
                    "In the environment an unknown key does nothing; written down it stops the "
                    "build: 'go.mod:5: unknown godebug \"nosuch\"'. Settings are removed some "
                    "years after the default has changed, and what only the runtime reads (gctrace "
                    "and its kin) cannot be written down at all. godebug lines came with Go 1.23, "
                    "//go:debug lines with 1.21."),
                .cure = STR_CONST("correct the key, or delete the line: go mod edit "
                                  "-dropgodebug=KEY"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/godebug, func CheckGodebug of cmd/go"),
            },
        .run = check_lines,
        .cost = COST_TREE,
    },
    {
        .about =
            {
                .id = STR_CONST("GWD042"),
                .title = STR_CONST("a program carries the GODEBUG settings that its project asks "
                                   "for"),
                .severity = SEVERITY_WARN,
                .looks_at = STR_CONST("the go and godebug lines of go.mod and go.work, //go:debug "
                                      "lines of the working directory, GODEBUG of the environment"),
                .why = STR_CONST(
                    "A binary carries settings: those that keep the behaviour of the release in "
                    "its go line, then those of go.work or, only without one, of go.mod, then "
                    "those of //go:debug lines in package main. GODEBUG of the environment comes "
                    "last and overrules them. What stands in the wrong place does nothing, and the "
                    "go command does not say so."),
                .cure = STR_CONST("go list -f '{{.DefaultGODEBUG}}' shows what a program will "
                                  "carry"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("go.dev/doc/godebug, func defaultGODEBUG of cmd/go"),
            },
        .run = check_carried,
        .cost = COST_TREE,
    },
};

const CheckGroup doctor_godebug_lines = {rows, COUNT_OF(rows)};
