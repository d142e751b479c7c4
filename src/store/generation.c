#include "store/generation.h"

#include "base/sort.h"
#include "base/vec.h"
#include "os/clock.h"
#include "os/dir.h"
#include "store/lines.h"

#include <stddef.h>

#define MAX_RECORD (4 * MIB)  /* bytes: two contents of an edit, escaped, and change */
#define MAX_GENERATIONS 10000 /* kept at once; a listing beyond it is refused */
#define CURRENT S("current")
#define TARGET_PREFIX S("generations/")

/* ---- bytes <-> struct ---- */

typedef struct {
    Str key;
    isize offset;
} Field;

static const Field text_fields[] = {
    {STR_CONST("user"), offsetof(Generation, user)},
    {STR_CONST("command"), offsetof(Generation, command)},
    {STR_CONST("action"), offsetof(Generation, action)},
    {STR_CONST("project"), offsetof(Generation, project)},
    {STR_CONST("reason"), offsetof(Generation, reason)},
    {STR_CONST("default"), offsetof(Generation, default_id)},
    {STR_CONST("edit"), offsetof(Generation, edit.path)},
};

static Str *text_at(Generation *g, const Field *field)
{
    return (Str *)(void *)((char *)g + field->offset);
}

Str generation_format(Arena *a, const Generation *g)
{
    Generation copy = *g;
    StrBuf b = strbuf_init(a);
    lines_add_number(&b, S("parent"), g->parent);
    lines_add_number(&b, S("time"), g->time);
    for (isize i = 0; i < COUNT_OF(text_fields); i++) {
        Str value = *text_at(&copy, &text_fields[i]);
        if (value.len > 0) {
            lines_add(&b, text_fields[i].key, value);
        }
    }
    for (isize i = 0; i < g->n_visible; i++) {
        lines_add(&b, S("visible"), g->visible[i]);
    }
    if (g->edit.before.exists) {
        lines_add(&b, S("edit_before"), g->edit.before.text);
    }
    if (g->edit.after.exists) {
        lines_add(&b, S("edit_after"), g->edit.after.text);
    }
    strbuf_add(&b, S("end -\n"));
    return strbuf_str(&b);
}

static bool parse_visible(Arena *a, Str id, Generation *g, Err *err)
{
    if (g->visible == NULL) {
        g->visible = ARENA_ARRAY(a, Str, GENERATION_MAX_VISIBLE);
    }
    if (g->n_visible == GENERATION_MAX_VISIBLE) {
        return FAIL(err, ERR_LIMIT, "more than %d toolchains are visible", GENERATION_MAX_VISIBLE);
    }
    g->visible[g->n_visible++] = id;
    return store_id_is_valid(id) ||
           FAIL(err, ERR_FORMAT, "'%.*s' is no id of a toolchain", STR_ARG(id));
}

static bool parse_pair(Arena *a, Str key, Str value, Generation *g, Err *err)
{
    for (isize i = 0; i < COUNT_OF(text_fields); i++) {
        if (str_eq(key, text_fields[i].key)) {
            *text_at(g, &text_fields[i]) = value;
            return true;
        }
    }
    if (str_eq(key, S("parent"))) {
        return lines_number(key, value, &g->parent, err);
    }
    if (str_eq(key, S("time"))) {
        return lines_number(key, value, &g->time, err);
    }
    if (str_eq(key, S("visible"))) {
        return parse_visible(a, value, g, err);
    }
    if (str_eq(key, S("edit_before"))) {
        g->edit.before = (FileContent){true, value};
    } else if (str_eq(key, S("edit_after"))) {
        g->edit.after = (FileContent){true, value};
    }
    return true; /* other keys: of a later goward */
}

bool generation_parse(Arena *a, int64_t number, Str text, Generation *ret, Err *err)
{
    Generation g = {.number = number, .parent = -1};
    Str key, value;
    LinesOutcome outcome;
    if (!str_ends_with(text, S("\nend -\n"))) {
        return FAIL(err, ERR_FORMAT, "is not whole");
    }
    while ((outcome = lines_next(a, &text, &key, &value, err)) == LINES_PAIR) {
        if (!parse_pair(a, key, value, &g, err)) {
            return false;
        }
    }
    if (outcome == LINES_BROKEN) {
        return false;
    }
    if (g.default_id.len > 0 && !store_id_is_valid(g.default_id)) {
        return FAIL(err, ERR_FORMAT, "'%.*s' is no id of a toolchain", STR_ARG(g.default_id));
    }
    *ret = g;
    return true;
}

/* ---- reading ---- */

static Str number_name(Arena *a, int64_t number)
{
    return str_format(a, "%lld", (long long)number);
}

FileOutcome generation_read(Arena *a, Store *s, int64_t number, Generation *ret, Err *err)
{
    int dir_fd;
    AUTO_CLOSE int fd = -1;
    Str text;
    if (!store_dir(s, STORE_DIR_GENERATIONS, &dir_fd, err)) {
        return FILE_FAILED;
    }
    Str name = str_format(a, "%lld/record", (long long)number);
    FileOutcome found = file_open_beneath(dir_fd, name, &fd, err);
    if (found == FILE_FOUND && (!file_read_fd(a, fd, MAX_RECORD, &text, err) ||
                                !generation_parse(a, number, text, ret, err))) {
        FAIL_IN(err, "the record of generation %lld", (long long)number);
        return FILE_FAILED;
    }
    return found;
}

FileOutcome generation_current_number(Arena scratch, Store *s, int64_t *ret, Err *err)
{
    Str target;
    FileOutcome found = file_readlink(&scratch, s->home_fd, CURRENT, &target, err);
    if (found != FILE_FOUND) {
        return found;
    }
    bool is_ours =
        str_eat_prefix(&target, TARGET_PREFIX) && str_parse_decimal(target, GENERATION_MAX, ret);
    return is_ours ? FILE_FOUND : FILE_ABSENT;
}

FileOutcome generation_current(Arena *a, Store *s, Generation *ret, Err *err)
{
    int64_t number;
    FileOutcome found = generation_current_number(*a, s, &number, err);
    if (found != FILE_FOUND) {
        return found;
    }
    found = generation_read(a, s, number, ret, err);
    if (found == FILE_FOUND) {
        ret->is_current = true;
    }
    return found;
}

static int compare_numbers(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return a < b ? -1 : a > b;
}

/* Numbers of all directories below generations/, ascending. */
static bool list_numbers(Arena *a, Store *s, int64_t **ret, isize *ret_n, Err *err)
{
    int dir_fd;
    DirList list;
    if (!store_dir(s, STORE_DIR_GENERATIONS, &dir_fd, err) || !dir_list(a, dir_fd, &list, err)) {
        return FAIL_IN(err, "listing the generations");
    }
    if (list.len > MAX_GENERATIONS) {
        FAIL(err, ERR_LIMIT, "there are %td generations, at most %d are listed", list.len,
             MAX_GENERATIONS);
        return err_hint(err, "goward gc removes old ones");
    }
    int64_t *numbers = ARENA_ARRAY(a, int64_t, list.len);
    isize n = 0;
    for (isize i = 0; i < list.len; i++) {
        if (list.ptr[i].kind == FILE_KIND_DIR &&
            str_parse_decimal(list.ptr[i].name, GENERATION_MAX, &numbers[n])) {
            n++;
        }
    }
    sort_array(numbers, n, (isize)sizeof(*numbers), compare_numbers);
    *ret = numbers;
    *ret_n = n;
    return true;
}

bool generation_list(Arena *a, Store *s, GenerationList *ret, Err *err)
{
    int64_t *numbers;
    int64_t current = -1;
    isize n;
    if (!list_numbers(a, s, &numbers, &n, err) ||
        generation_current_number(*a, s, &current, err) == FILE_FAILED) {
        return false;
    }
    Generation *list = ARENA_ARRAY(a, Generation, n);
    isize len = 0;
    for (isize i = 0; i < n; i++) {
        Generation *g = &list[len];
        Err damage;
        FileOutcome found = generation_read(a, s, numbers[i], g, &damage);
        if (found != FILE_FOUND) {
            *g = (Generation){.number = numbers[i], .parent = -1, .is_damaged = true};
        }
        g->is_current = numbers[i] == current;
        len++;
    }
    *ret = (GenerationList){list, len};
    return true;
}

bool generation_next_number(Store *s, int64_t *ret, Err *err)
{
    int64_t *numbers;
    isize n;
    Arena a = arena_init(0);
    bool ok = list_numbers(&a, s, &numbers, &n, err);
    if (ok && n > 0 && numbers[n - 1] == GENERATION_MAX) {
        ok = FAIL(err, ERR_LIMIT, "generation %d is the last that there can be", GENERATION_MAX);
    }
    if (ok) {
        *ret = n > 0 ? numbers[n - 1] + 1 : 0;
    }
    arena_done(&a);
    return ok;
}

/* ---- making ---- */

static bool write_record(Arena *a, int dir_fd, const Generation *g, Err *err)
{
    AUTO_CLOSE int fd = -1;
    return file_create(dir_fd, S("record"), 0444, &fd, err) &&
           file_write(fd, generation_format(a, g), err) && file_sync(fd, err);
}

/* bin/go1.X.Y -> ../../../trees/ID/bin/go */
static bool link_visible(Arena *a, int dir_fd, const Generation *g, Err *err)
{
    AUTO_CLOSE int bin = -1;
    if (!dir_make(dir_fd, S("bin"), 0700, err) ||
        file_open_beneath(dir_fd, S("bin"), &bin, err) != FILE_FOUND) {
        return false;
    }
    for (isize i = 0; i < g->n_visible; i++) {
        Str version, platform;
        Str id = g->visible[i];
        Str target = str_format(a, "../../../trees/%.*s/bin/go", STR_ARG(id));
        if (!store_id_split(id, &version, &platform)) {
            return FAIL(err, ERR_USAGE, "'%.*s' has no version to be visible as", STR_ARG(id));
        }
        if (!file_symlink(target, bin, version, err)) {
            return false;
        }
    }
    return file_sync(bin, err);
}

static bool fill(Arena *a, int dir_fd, const Generation *g, Err *err)
{
    if (g->default_id.len > 0) {
        Str target = str_format(a, "../../trees/%.*s", STR_ARG(g->default_id));
        if (!file_symlink(target, dir_fd, S("go"), err)) {
            return false;
        }
    }
    return link_visible(a, dir_fd, g, err) && write_record(a, dir_fd, g, err) &&
           file_sync(dir_fd, err);
}

bool generation_build(Store *s, const Generation *g, Err *err)
{
    int generations;
    AUTO_CLOSE int dir_fd = -1;
    if (!store_dir(s, STORE_DIR_GENERATIONS, &generations, err)) {
        return false;
    }
    Arena a = arena_init(0);
    Str name = number_name(&a, g->number);
    bool ok = dir_make(generations, name, 0700, err) &&
              file_open_beneath(generations, name, &dir_fd, err) == FILE_FOUND &&
              fill(&a, dir_fd, g, err) && file_sync(generations, err);
    arena_done(&a);
    return ok || FAIL_IN(err, "making generation %lld", (long long)g->number);
}

bool generation_discard(Store *s, int64_t number, Err *err)
{
    int generations, trash;
    if (!store_dir(s, STORE_DIR_GENERATIONS, &generations, err) ||
        !store_dir(s, STORE_DIR_TRASH, &trash, err)) {
        return false;
    }
    Arena a = arena_init(0);
    bool ok = store_discard(s, generations, number_name(&a, number), err) != FILE_FAILED &&
              file_sync(trash, err) && file_sync(generations, err);
    arena_done(&a);
    return ok || FAIL_IN(err, "removing generation %lld", (long long)number);
}

bool generation_point(Store *s, int64_t number, Err *err)
{
    Arena a = arena_init(0);
    Str target = str_concat(&a, TARGET_PREFIX, number_name(&a, number));
    bool ok = store_place_symlink(s, target, s->home_fd, CURRENT, err);
    arena_done(&a);
    return ok || FAIL_IN(err, "making generation %lld the current one", (long long)number);
}

bool generation_create_first(Store *s, Err *err)
{
    Generation g = {.number = 0,
                    .parent = -1,
                    .time = clock_wall_s(),
                    .user = s->user,
                    .command = s->command,
                    .action = S("create")};
    return generation_build(s, &g, err) && generation_point(s, 0, err);
}
