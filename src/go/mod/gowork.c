#include "go/mod/gowork.h"

#include "base/panic.h"
#include "base/path.h"

static bool exists(Str path)
{
    FileStat stat;
    Err ignored;
    return file_stat(FILE_CWD, path, &stat, &ignored) == FILE_FOUND;
}

GoWorkOutcome gowork_find_from(Arena *a, const GoEnv *e, Upward *u, Str *ret_path)
{
    Str setting = goenv_value(e, S("GOWORK"));
    if (str_eq(setting, S("off"))) {
        return GOWORK_ABSENT;
    }
    if (setting.len == 0 || str_eq(setting, S("auto"))) {
        Str found;
        if (!upward_find(u, S("go.work"), goenv_value(e, S("GOROOT")), &found)) {
            return GOWORK_ABSENT;
        }
        *ret_path = path_join(a, found, S("go.work"));
        return GOWORK_FOUND;
    }
    if (!path_is_absolute(setting)) {
        return GOWORK_INVALID;
    }
    if (!exists(setting)) {
        return GOWORK_MISSING;
    }
    *ret_path = setting;
    return GOWORK_FOUND;
}

GoWorkOutcome gowork_find(Arena *a, const GoEnv *e, Str dir, Str *ret_path)
{
    AUTO_UPWARD Upward u = upward_from(dir);
    return gowork_find_from(a, e, &u, ret_path);
}

typedef struct {
    Arena *arena;
    Str file;
    GoWork work;
    Err *err;
} Parser;

static bool add_go(Parser *p, const ModLine *line)
{
    return gomod_read_go(p->file, line, GOMOD_STRICT, &p->work.go, p->err);
}

static bool add_toolchain(Parser *p, const ModLine *line)
{
    return gomod_read_toolchain(p->file, line, &p->work.toolchain, p->err);
}

static bool add_godebug(Parser *p, const ModLine *line)
{
    GoModGodebug g;
    if (!gomod_read_godebug(p->file, line, &g, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->work.godebugs) = g;
    return true;
}

static bool add_use(Parser *p, const ModLine *line)
{
    GoModPath u;
    if (!gomod_read_path(p->arena, p->file, line, S("./directory"), &u, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->work.uses) = u;
    return true;
}

static bool add_replace(Parser *p, const ModLine *line)
{
    GoModReplace r;
    if (!gomod_read_replace(p->arena, p->file, line, &r, p->err)) {
        return false;
    }
    *VEC_PUSH(p->arena, &p->work.replaces) = r;
    return true;
}

static const struct Directive {
    Str verb;
    bool (*add)(Parser *p, const ModLine *line);
    bool has_block;
} directives[] = {
    {STR_CONST("go"), add_go, false},          {STR_CONST("toolchain"), add_toolchain, false},
    {STR_CONST("godebug"), add_godebug, true}, {STR_CONST("use"), add_use, true},
    {STR_CONST("replace"), add_replace, true},
};

static const struct Directive *find_directive(Str verb)
{
    for (isize i = 0; i < COUNT_OF(directives); i++) {
        if (str_eq(directives[i].verb, verb)) {
            return &directives[i];
        }
    }
    return NULL;
}

static bool parse_line(Parser *p, const ModLine *line)
{
    const struct Directive *d = find_directive(line->verb);
    bool is_block = line->kind == MODLINE_BLOCK;
    if (d == NULL || (is_block && (!d->has_block || line->n_args > 0))) {
        return FAIL(p->err, ERR_FORMAT,
                    "%.*s:%td: unknown %s '%.*s', expected go, toolchain, godebug, use or replace",
                    STR_ARG(p->file), line->pos.line, is_block ? "block" : "directive",
                    STR_ARG(line->verb));
    }
    return is_block || d->add(p, line);
}

bool gowork_parse(Arena *a, Str file, Str text, GoWork *ret, Err *err)
{
    ModLines lines;
    if (!modlines_parse(a, file, text, &lines, err)) {
        return false;
    }
    Parser p = {.arena = a, .file = file, .err = err};
    for (isize i = 0; i < lines.len; i++) {
        if (!parse_line(&p, &lines.ptr[i])) {
            return false;
        }
    }
    *ret = p.work;
    return true;
}
