#include "go/compat/stdsymbols.h"

#include "base/path.h"
#include "go/syntax/source.h"
#include "os/dir.h"

#define MANIFEST S("src/cmd/vendor/golang.org/x/tools/internal/stdlib/manifest.go")
#define API S("api")

/* ---- the table ---- */

StdSymbols stdsymbols_init(Arena *a)
{
    return (StdSymbols){.arena = a, .by_key = map_init(a), .by_package = map_init(a)};
}

static Str key_of(Arena *a, Str package, Str type, Str name)
{
    return type.len > 0
               ? str_format(a, "%.*s %.*s.%.*s", STR_ARG(package), STR_ARG(type), STR_ARG(name))
               : str_format(a, "%.*s %.*s", STR_ARG(package), STR_ARG(name));
}

/* The package's own copy of its path. */
static Str add_package(StdSymbols *s, Str path, int since)
{
    isize *at = map_get(&s->by_package, path);
    if (at == NULL) {
        StdPackage *p = VEC_PUSH(s->arena, &s->packages);
        *p = (StdPackage){str_copy(s->arena, path), since};
        *map_put(&s->by_package, p->name, NULL) = s->packages.len;
        return p->name;
    }
    StdPackage *p = &s->packages.ptr[*at - 1];
    p->since = MIN(p->since, since);
    return p->name;
}

void stdsymbols_add(StdSymbols *s, StdSymbol symbol, Str type, Str name)
{
    symbol.package = add_package(s, symbol.package, symbol.since);
    bool is_new;
    isize *at = map_put(&s->by_key, key_of(s->arena, symbol.package, type, name), &is_new);
    if (!is_new) {
        StdSymbol *there = &s->symbols.ptr[*at - 1];
        there->since = MIN(there->since, symbol.since);
        return;
    }
    symbol.name = str_copy(s->arena, symbol.name);
    *VEC_PUSH(s->arena, &s->symbols) = symbol;
    *at = s->symbols.len;
}

isize stdsymbols_find(const StdSymbols *s, Arena scratch, Str package, Str type, Str name)
{
    const isize *at = map_get(&s->by_key, key_of(&scratch, package, type, name));
    return at == NULL ? -1 : *at - 1;
}

isize stdsymbols_package(const StdSymbols *s, Str path)
{
    const isize *at = path.len == 0 ? NULL : map_get(&s->by_package, path);
    return at == NULL ? -1 : *at - 1;
}

/* ---- the tree ---- */

/* N of "go1.N.txt", 0 of "go1.txt"; false: it is another file. */
static bool minor_of_list(Str file, int *ret)
{
    int64_t minor = 0;
    if (!str_eat_prefix(&file, S("go1")) || !str_eat_suffix(&file, S(".txt"))) {
        return false;
    }
    bool is_list = file.len == 0 || (str_eat_prefix(&file, S(".")) &&
                                     str_parse_decimal(file, STDSYMBOLS_MAX_MINOR, &minor));
    *ret = (int)minor;
    return is_list;
}

static bool read_list(StdSymbols *s, Arena scratch, Str path, int minor, Err *err)
{
    Str text;
    switch (source_read(&scratch, FILE_CWD, path, &text, err)) {
    case FILE_FOUND:
        stdsymbols_parse_api(s, scratch, text, minor);
        return true;
    case FILE_ABSENT:
        return true;
    case FILE_FAILED:
        break;
    }
    return false;
}

static bool read_api(StdSymbols *s, Arena scratch, Str goroot, Err *err)
{
    AUTO_CLOSE int fd = -1;
    Str dir = path_join(&scratch, goroot, API);
    FileOutcome outcome = dir_open(FILE_CWD, dir, &fd, err);
    DirList list = {0};
    if (outcome != FILE_FOUND) {
        return outcome == FILE_ABSENT;
    }
    if (!dir_list_fresh(&scratch, fd, &list, err)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        int minor;
        if (minor_of_list(list.ptr[i].name, &minor) &&
            !read_list(s, scratch, path_join(&scratch, dir, list.ptr[i].name), minor, err)) {
            return false;
        }
    }
    s->source = s->symbols.len > 0 ? API : s->source;
    return true;
}

static bool read_manifest(StdSymbols *s, Arena scratch, Str goroot, Err *err)
{
    Str text, path = path_join(&scratch, goroot, MANIFEST);
    switch (source_read(&scratch, FILE_CWD, path, &text, err)) {
    case FILE_FOUND:
        break;
    case FILE_ABSENT:
        return true;
    case FILE_FAILED:
        return false;
    }
    if (!stdsymbols_parse_manifest(s, text)) {
        return FAIL(err, ERR_FORMAT, "%.*s: there is no table of symbols in it", STR_ARG(path));
    }
    s->source = MANIFEST;
    return true;
}

bool stdsymbols_read(Arena *a, Str goroot, int minor, bool has_experiments, StdSymbols *ret,
                     Err *err)
{
    *ret = stdsymbols_init(a);
    ret->src = path_join(a, goroot, S("src/"));
    Arena scratch = arena_init(MIB);
    bool ok = read_api(ret, scratch, goroot, err) &&
              (ret->source.len > 0 || read_manifest(ret, scratch, goroot, err));
    arena_done(&scratch);
    ret->own = ok && str_eq(ret->source, MANIFEST) && !has_experiments ? minor : 0;
    return ok;
}
