#include "toolchain/projects.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "os/dir.h"
#include "toolchain/installed.h"
#include "toolchain/wanted.h"

#define PROJECTS_FILE "projects"
#define PROJECTS_MAX_LEN (8 * MIB) /* bytes: PROJECTS_MAX paths of ordinary length */

static bool read_list(ToolchainContext *c, Arena *a, Str *ret, Err *err)
{
    Str path = path_join(a, c->home, S(PROJECTS_FILE));
    Str text = {0};
    if (file_read_all(a, FILE_CWD, path, PROJECTS_MAX_LEN, &text, err) == FILE_FAILED) {
        return false;
    }
    *ret = text;
    return true;
}

static bool lists(Str text, Str root)
{
    Str line;
    while (str_next_line(&text, &line)) {
        if (str_eq(line, root)) {
            return true;
        }
    }
    return false;
}

static Str without_oldest(Str text)
{
    isize n = 0;
    Str rest = text, line;
    while (str_next_line(&rest, &line)) {
        n++;
    }
    for (; n >= PROJECTS_MAX; n--) {
        str_next_line(&text, &line);
    }
    return text;
}

bool projects_remember(ToolchainContext *c, Str root, Err *err)
{
    Arena *a = c->arena;
    Str text;
    if (!read_list(c, a, &text, err)) {
        return false;
    }
    if (lists(text, root) || str_index_byte(root, '\n') >= 0) {
        return true;
    }
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, without_oldest(text));
    strbuf_add_format(&b, "%.*s\n", STR_ARG(root));
    return file_replace(FILE_CWD, path_join(a, c->home, S(PROJECTS_FILE)), strbuf_str(&b), 0600,
                        err);
}

static void add_pin(Arena *a, ProjectPins *pins, Str id, Str root)
{
    if (pins->len == pins->cap) {
        isize cap = MAX(16, pins->cap * 2);
        isize size = (isize)sizeof(Str);
        pins->ids = arena_grow(a, pins->ids, pins->cap * size, cap * size, _Alignof(Str));
        pins->roots = arena_grow(a, pins->roots, pins->cap * size, cap * size, _Alignof(Str));
        pins->cap = cap;
    }
    pins->ids[pins->len] = id;
    pins->roots[pins->len++] = root;
}

bool projects_pins(ToolchainContext *c, Arena *a, ProjectPins *ret, Err *err)
{
    ProjectPins pins = {0};
    Str text, root;
    if (!read_list(c, a, &text, err)) {
        return false;
    }
    while (str_next_line(&text, &root)) {
        Resolution r;
        Err ignored; /* a project that is gone or broken holds nothing */
        FileStat st;
        if (file_stat(FILE_CWD, root, &st, &ignored) != FILE_FOUND ||
            !wanted_by_project(c, a, root, &r, &ignored) || r.outcome != RESOLVE_EXACT) {
            continue;
        }
        Str version = r.name;
        str_eat_prefix(&version, S("go"));
        add_pin(a, &pins, installed_id(a, version, context_host_os(), context_host_arch()), root);
    }
    *ret = pins;
    return true;
}

bool projects_pinning(ToolchainContext *c, Arena *a, Str id, Str *ret_root, Err *err)
{
    ProjectPins pins;
    if (!projects_pins(c, a, &pins, err)) {
        return false;
    }
    *ret_root = (Str){0};
    for (isize i = 0; i < pins.len; i++) {
        if (str_eq(pins.ids[i], id)) {
            *ret_root = pins.roots[i];
        }
    }
    return true;
}
