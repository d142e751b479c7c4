/* Too much rather than too little: a word that only looks like a program costs one more question
 * after it has changed; one that is overlooked would run. */
#include "policy/programfiles.h"

#include "base/map.h"
#include "base/path.h"
#include "base/sort.h"
#include "os/proc.h"

#include <string.h>

#define CHUNK (64 * KIB)
#define MAX_PATH 4095
#define ANYONE_EXECUTES 0111 /* permission bits */

typedef struct {
    Arena *arena;
    Str dir;
    VEC(Str) path_dirs; /* those of PATH that lie in it */
    Map seen;
    ProgramFiles files;
    Err *err;
} Finder;

static const Str interpreters[] = {
    STR_CONST("sh"),     STR_CONST("bash"),    STR_CONST("dash"), STR_CONST("ksh"),
    STR_CONST("zsh"),    STR_CONST("fish"),    STR_CONST("."),    STR_CONST("source"),
    STR_CONST("python"), STR_CONST("node"),    STR_CONST("perl"), STR_CONST("ruby"),
    STR_CONST("nodejs"), STR_CONST("php"),     STR_CONST("lua"),  STR_CONST("awk"),
    STR_CONST("gawk"),   STR_CONST("mawk"),    STR_CONST("pwsh"), STR_CONST("tclsh"),
    STR_CONST("make"),   STR_CONST("Rscript"), STR_CONST("run"), /* go run, deno run */
};

/* "/usr/bin/python3.12" is "python". */
static bool is_interpreter(Str word)
{
    Str name = path_base(word);
    while (name.len > 1 && strchr("0123456789.-", name.ptr[name.len - 1]) != NULL) {
        name = str_to(name, name.len - 1);
    }
    for (isize i = 0; i < COUNT_OF(interpreters); i++) {
        if (str_eq(name, interpreters[i])) {
            return true;
        }
    }
    return false;
}

/* ---- files ---- */

static bool hash(Arena scratch, int fd, Sha256 *ret, Err *err)
{
    char *buf = ARENA_ARRAY(&scratch, char, CHUNK);
    Sha256Stream stream = sha256_begin();
    isize n = 0;
    int64_t total = 0;
    do {
        if (!file_read(fd, buf, CHUNK, &n, err)) {
            return false;
        }
        sha256_add(&stream, buf, n);
        total += n;
    } while (n > 0 && total <= PROGRAMFILES_MAX_SIZE);
    *ret = sha256_end(&stream);
    return total <= PROGRAMFILES_MAX_SIZE ||
           FAIL(err, ERR_LIMIT, "it has more than the %td bytes that are read",
                (isize)PROGRAMFILES_MAX_SIZE);
}

static bool add(Finder *f, Str word, Str path)
{
    AUTO_CLOSE int fd = -1;
    FileStat st;
    bool is_new;
    map_put(&f->seen, word, &is_new);
    if (!is_new) {
        return true;
    }
    if (f->files.len == PROGRAMFILES_MAX) {
        return FAIL(f->err, ERR_LIMIT, "the commands name more than %d files of the project",
                    PROGRAMFILES_MAX);
    }
    FileOutcome found = file_open(FILE_CWD, path, &fd, f->err);
    if (found == FILE_ABSENT) {
        return true; /* gone since it was looked at */
    }
    ProgramFile file = {.path = word};
    if (found == FILE_FAILED || !file_fstat(fd, &st, f->err) || st.kind != FILE_KIND_REGULAR ||
        !hash(*f->arena, fd, &file.digest, f->err)) {
        return found == FILE_FOUND && st.kind != FILE_KIND_REGULAR
                   ? true
                   : FAIL_IN(f->err, "reading '%.*s', which a command names", STR_ARG(path));
    }
    *VEC_PUSH(f->arena, &f->files) = file;
    return true;
}

static bool is_file(Str path, bool must_be_executable)
{
    FileStat st;
    Err ignored;
    return file_stat(FILE_CWD, path, &st, &ignored) == FILE_FOUND && st.kind == FILE_KIND_REGULAR &&
           (!must_be_executable || (st.mode & ANYONE_EXECUTES) != 0);
}

/* What a shell would find on the part of PATH that is the project's. */
static bool consider_on_path(Finder *f, Str word)
{
    for (isize i = 0; i < f->path_dirs.len; i++) {
        Str path = path_join(f->arena, f->path_dirs.ptr[i], word);
        if (is_file(path, true)) {
            return add(f, path, path);
        }
    }
    return true;
}

/* Adds word when it names a program. */
static bool consider(Finder *f, Str word, bool is_program)
{
    if (word.len == 0 || word.len > MAX_PATH) {
        return true;
    }
    if (str_index_byte(word, '/') < 0 && !consider_on_path(f, word)) {
        return false;
    }
    Str path = path_absolute(f->arena, f->dir, word);
    bool is_outside = path_is_absolute(word) && !path_is_within(path, f->dir);
    return is_outside || !is_file(path, !is_program) || add(f, word, path);
}

/* A directory of PATH may be a link into the project. */
static void list_path_dirs(Finder *f, const Environ *env)
{
    Str rest = environ_value(env, S("PATH"));
    while (rest.len > 0) {
        StrCut cut = str_cut(rest, ':');
        Str real;
        Err ignored;
        rest = cut.tail;
        if (path_is_absolute(cut.head) &&
            proc_real_path(f->arena, cut.head, &real, &ignored) == FILE_FOUND &&
            path_is_within(real, f->dir)) {
            *VEC_PUSH(f->arena, &f->path_dirs) = cut.head;
        }
    }
}

/* ---- words ---- */

typedef struct {
    bool is_first;
    bool is_after_interpreter;
    bool is_after_option; /* the word may be its value */
} Spot;

static bool consider_next(Finder *f, Spot *spot, Str word)
{
    bool is_option = !spot->is_first && str_starts_with(word, S("-"));
    bool is_program = spot->is_first || spot->is_after_interpreter;
    if (!is_option) {
        bool is_value =
            spot->is_after_option && !is_file(path_absolute(f->arena, f->dir, word), false);
        spot->is_after_interpreter =
            is_interpreter(word) || (spot->is_after_interpreter && is_value);
    }
    spot->is_after_option = is_option;
    spot->is_first = false;
    return is_option || consider(f, word, is_program);
}

static bool parts_words(char byte)
{
    return byte == '\0' || strchr(" \t\r\n;&|(){}<>`'\"=$!", byte) != NULL;
}

static bool consider_script(Finder *f, Str script)
{
    Spot spot = {.is_first = true};
    while (script.len > 0) {
        isize len = 0;
        while (len < script.len && !parts_words(script.ptr[len])) {
            len++;
        }
        if (len > 0 && !consider_next(f, &spot, str_to(script, len))) {
            return false;
        }
        script = str_from(script, MIN(len + 1, script.len));
    }
    return true;
}

static bool consider_check(Finder *f, const ProjectCheck *check)
{
    Spot spot = {.is_first = true};
    if (check->is_script) {
        return consider_script(f, check->command.ptr[0]);
    }
    for (isize i = 0; i < check->command.len; i++) {
        Str word = check->command.ptr[i];
        bool is_on_path = i == 0 && str_index_byte(word, '/') < 0;
        if (is_on_path) { /* whatever lies in the folder is not what runs */
            spot = (Spot){.is_after_interpreter = is_interpreter(word)};
            if (!consider_on_path(f, word)) {
                return false;
            }
        } else if (!consider_next(f, &spot, word)) {
            return false;
        }
        /* [sh, -c, 'cd x && ./check.sh'] */
        bool is_text = spot.is_after_interpreter || str_index_byte(word, ' ') >= 0;
        if (is_text && i > 0 && !consider_script(f, word)) {
            return false;
        }
    }
    return true;
}

static int compare_files(const void *x, const void *y)
{
    return str_compare(((const ProgramFile *)x)->path, ((const ProgramFile *)y)->path);
}

bool programfiles_find(Arena *a, const ProjectChecks *checks, const Environ *env, Str dir,
                       ProgramFiles *ret, Err *err)
{
    Finder f = {.arena = a, .dir = dir, .seen = map_init(a), .err = err};
    list_path_dirs(&f, env);
    for (isize i = 0; i < checks->len; i++) {
        if (!consider_check(&f, &checks->ptr[i])) {
            return false;
        }
    }
    sort_array(f.files.ptr, f.files.len, (isize)sizeof(ProgramFile), compare_files);
    *ret = f.files;
    return true;
}
