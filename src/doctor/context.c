#include "doctor/context.h"

#include "base/strbuf.h"
#include "doctor/goenvfile.h"
#include "go/mod/version.h"

#include <stdarg.h>
#include <stdio.h>

#define MAX_TITLE 400 /* bytes; a title is one sentence */

void doctor_find(Doctor *d, Finding finding)
{
    finding.id = d->about->id;
    *VEC_PUSH(d->arena, &d->findings) = finding;
}

void doctor_fix(Doctor *d, Fix fix)
{
    fix.id = d->about->id;
    *VEC_PUSH(d->arena, &d->fixes) = fix;
}

Str doctor_system_path(const Doctor *d, Str path)
{
    return d->in->system.len == 0 ? path : str_concat(d->arena, d->in->system, path);
}

Str doctor_process_path(const Doctor *d, const char *name)
{
    Str path = d->in->pid == 0 ? str_format(d->arena, "/proc/self/%s", name)
                               : str_format(d->arena, "/proc/%lld/%s", (long long)d->in->pid, name);
    return doctor_system_path(d, path);
}

Variable doctor_variable(const Doctor *d, Str name)
{
    return (Variable){name, goenv_get(d->in->env, name)};
}

bool variable_is_set(const Variable *v)
{
    return v->got.origin == GOENV_ORIGIN_PROCESS || v->got.origin == GOENV_ORIGIN_USER_FILE;
}

static Str origin_text(Arena *a, const GoEnvValue *value)
{
    switch (value->origin) {
    case GOENV_ORIGIN_PROCESS:
        return S("environment");
    case GOENV_ORIGIN_USER_FILE:
    case GOENV_ORIGIN_GOROOT_FILE:
        return str_format(a, "%.*s:%td", STR_ARG(value->file), value->line);
    case GOENV_ORIGIN_DEFAULT:
    case GOENV_ORIGIN_NONE:
    case GOENV_ORIGIN_COUNT:
        break;
    }
    return S("default");
}

Str variable_evidence(Arena *a, const Variable *v)
{
    if (v->got.value.len == 0 && v->got.origin == GOENV_ORIGIN_DEFAULT) {
        return str_format(a, "%.*s is not set", STR_ARG(v->name));
    }
    return str_format(a, "%.*s=%.*s (%.*s)", STR_ARG(v->name), STR_ARG(v->got.value),
                      STR_ARG(origin_text(a, &v->got)));
}

Place variable_place(const Variable *v)
{
    return (Place){.file = v->got.file, .line = v->got.line};
}

Str doctor_shell_word(Arena *a, Str text)
{
    bool is_plain = text.len > 0 && text.ptr[0] != '~';
    for (isize i = 0; i < text.len && is_plain; i++) {
        char c = text.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        is_plain = is_letter || str_index_byte(S("_@%+=:,./-"), c) >= 0;
    }
    if (is_plain) {
        return text;
    }
    StrBuf b = strbuf_init(a);
    strbuf_add_byte(&b, '\'');
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'') {
            strbuf_add(&b, S("'\\'"));
        }
        strbuf_add_byte(&b, text.ptr[i]);
    }
    strbuf_add_byte(&b, '\'');
    return strbuf_str(&b);
}

/* What `go env -u` refuses to take away ("cannot be modified"), though the file may hold it. */
static bool is_go_envs_own(Str name)
{
    return str_eq(name, S("GOWORK"));
}

Str variable_remedy(Arena *a, const Variable *v, Str better)
{
    better = better.len == 0 ? better : doctor_shell_word(a, better);
    switch (v->got.origin) {
    case GOENV_ORIGIN_PROCESS:
        return better.len == 0
                   ? str_format(a, "unset %.*s", STR_ARG(v->name))
                   : str_format(a, "export %.*s=%.*s", STR_ARG(v->name), STR_ARG(better));
    case GOENV_ORIGIN_USER_FILE:
        if (is_go_envs_own(v->name)) {
            return str_format(a, "sed -i '/^%.*s=/d' '%.*s'", STR_ARG(v->name),
                              STR_ARG(v->got.file));
        }
        return better.len == 0
                   ? str_format(a, "go env -u %.*s", STR_ARG(v->name))
                   : str_format(a, "go env -w %.*s=%.*s", STR_ARG(v->name), STR_ARG(better));
    case GOENV_ORIGIN_GOROOT_FILE:
        return str_format(a, "change line %td of %.*s", v->got.line, STR_ARG(v->got.file));
    case GOENV_ORIGIN_DEFAULT:
    case GOENV_ORIGIN_NONE:
    case GOENV_ORIGIN_COUNT:
        break;
    }
    return better.len == 0
               ? (Str){0}
               : str_format(a, "go env -w %.*s=%.*s", STR_ARG(v->name), STR_ARG(better));
}

/* The environment of a program that runs cannot be changed. */
static Str restart_remedy(const Doctor *d, const Variable *v, Str better)
{
    return better.len == 0
               ? str_format(d->arena, "start the program of process %lld anew without %.*s",
                            (long long)d->in->pid, STR_ARG(v->name))
               : str_format(d->arena, "start the program of process %lld anew with %.*s=%.*s",
                            (long long)d->in->pid, STR_ARG(v->name), STR_ARG(better));
}

void doctor_fix_variable(Doctor *d, const Variable *v, Str better)
{
    if (v->got.origin != GOENV_ORIGIN_USER_FILE) {
        return;
    }
    for (isize i = 0; i < d->fixes.len; i++) {
        if (str_eq(d->fixes.ptr[i].id, d->about->id) && str_eq(d->fixes.ptr[i].name, v->name)) {
            return;
        }
    }
    Str says = better.len == 0 ? str_format(d->arena, "remove %.*s from %.*s", STR_ARG(v->name),
                                            STR_ARG(v->got.file))
                               : str_format(d->arena, "set %.*s=%.*s in %.*s", STR_ARG(v->name),
                                            STR_ARG(better), STR_ARG(v->got.file));
    doctor_fix(d, (Fix){.kind = better.len == 0 ? FIX_GOENV_UNSET : FIX_GOENV_SET,
                        .name = v->name,
                        .value = better,
                        .says = says});
}

void doctor_find_variable(Doctor *d, Severity severity, const Variable *v, Str better,
                          const char *title, ...)
{
    char text[MAX_TITLE];
    va_list args;
    if (goenvfile_explains(d, v)) {
        return;
    }
    va_start(args, title);
    vsnprintf(text, sizeof(text), title, args);
    va_end(args);
    doctor_find(d, (Finding){
                       .severity = severity,
                       .title = str_copy(d->arena, str_from_c(text)),
                       .place = variable_place(v),
                       .evidence = variable_evidence(d->arena, v),
                       .remedy = d->in->pid != 0 ? restart_remedy(d, v, better)
                                                 : variable_remedy(d->arena, v, better),
                   });
    if (severity == SEVERITY_ERROR) {
        doctor_fix_variable(d, v, better);
    }
}

Str doctor_go_name(const Doctor *d)
{
    return d->in->version.len == 0 ? S("this Go")
                                   : str_format(d->arena, "Go %.*s", STR_ARG(d->in->version));
}

bool doctor_go_is_at_least(const Doctor *d, Str version)
{
    return d->in->version.len > 0 && goversion_compare(d->in->version, version) >= 0;
}

bool doctor_go_is_before(const Doctor *d, Str version)
{
    return d->in->version.len > 0 && goversion_compare(d->in->version, version) < 0;
}

const PortList *doctor_ports_of_go(Doctor *d, Err *err)
{
    bool ok = d->ports.len > 0 || portlist_read(d->arena, d->in->goroot, &d->ports, err);
    return ok ? &d->ports : NULL;
}

const ExperimentList *doctor_experiments_of_go(Doctor *d, Err *err)
{
    bool ok = d->experiments.len > 0 || experiments_read(d->arena, d->in->goroot, d->in->os,
                                                         d->in->arch, &d->experiments, err);
    return ok ? &d->experiments : NULL;
}

bool doctor_godebug_value(const Variable *godebug, Str key, Str *ret)
{
    Str rest = godebug->got.value;
    bool found = false;
    while (rest.len > 0) {
        StrCut field = str_cut(rest, ',');
        StrCut pair = str_cut(field.head, '=');
        if (pair.found && str_eq(pair.head, key)) {
            *ret = pair.tail;
            found = true;
        }
        rest = field.tail;
    }
    return found;
}
