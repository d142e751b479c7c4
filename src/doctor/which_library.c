/*
 * Go comes with a list of its standard library: depsRules of src/go/build/deps_test.go says which
 * package may import which, and a test of Go's keeps it complete. So one file tells what must be
 * there, for every release in its own words. It names a few packages that are gone; what is missing
 * therefore counts only when a package that is there imports it.
 */
#include "doctor/which_library.h"

#include "base/path.h"
#include "doctor/which_gos.h"
#include "os/dir.h"

#define MAX_RULES (256 * KIB) /* deps_test.go has 20 to 30 */
#define MAX_HEAD (16 * KIB)   /* of a source file, within which its imports stand */

/* Named, and not there since that minor release: not worth looking for who imports them. */
static const struct {
    Str package;
    int64_t since;
} gone[] = {
    {STR_CONST("constraints"), 18},
    {STR_CONST("container/hash"), 27},
    {STR_CONST("database/sql/internal"), 0},
    {STR_CONST("go/internal/typeparams"), 24},
    {STR_CONST("golang.org/x/crypto/internal/subtle"), 20},
    {STR_CONST("internal/itoa"), 26},
    {STR_CONST("log/slog/internal/slogtest"), 25},
};

typedef struct {
    const Doctor *doctor;
    Str src;
    VEC(Str) packages; /* that the rules name, each once or oftener */
} Library;

static bool is_package(Str word)
{
    return word.len > 0 && word.ptr[0] >= 'a' && word.ptr[0] <= 'z';
}

/* The words of "A, b/c < d; # why" lines that are packages. */
static void read_rules(Library *lib, Str rules)
{
    Str line;
    while (str_next_line(&rules, &line)) {
        Str rest = str_cut(line, '#').head;
        isize from = 0;
        for (isize i = 0; i <= rest.len; i++) {
            bool is_end = i == rest.len || str_index_byte(S(" \t,<;!"), rest.ptr[i]) >= 0;
            Str word = is_end ? str_slice(rest, from, i) : (Str){0};
            if (is_end) {
                from = i + 1;
            }
            if (is_package(word)) {
                *VEC_PUSH(lib->doctor->arena, &lib->packages) = word;
            }
        }
    }
}

/* golang.org/x packages lie in vendor. */
static Str dir_of(const Library *lib, Str package)
{
    bool is_vendored = str_starts_with(package, S("golang.org/"));
    return str_format(lib->doctor->arena, "%.*s/%s%.*s", STR_ARG(lib->src),
                      is_vendored ? "vendor/" : "", STR_ARG(package));
}

static bool is_known_gone(const Library *lib, Str package)
{
    for (isize i = 0; i < COUNT_OF(gone); i++) {
        if (str_eq(gone[i].package, package)) {
            return which_minor(lib->doctor->in->version) >= gone[i].since;
        }
    }
    return false;
}

static bool imports(Arena scratch, Str path, Str quoted)
{
    AUTO_CLOSE int fd = -1;
    Err ignored;
    isize n;
    char *head = ARENA_ARRAY(&scratch, char, MAX_HEAD);
    return file_open(FILE_CWD, path, &fd, &ignored) == FILE_FOUND &&
           file_read(fd, head, MAX_HEAD, &n, &ignored) && str_contains((Str){head, n}, quoted);
}

/* Whether a file of the directory, but for tests, imports it. */
static bool is_imported_in(Arena scratch, Str dir, Str quoted)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    if (dir_open(FILE_CWD, dir, &fd, &ignored) != FILE_FOUND ||
        !dir_list_fresh(&scratch, fd, &list, &ignored)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        Str name = list.ptr[i].name;
        if (str_ends_with(name, S(".go")) && !str_ends_with(name, S("_test.go")) &&
            imports(scratch, path_join(&scratch, dir, name), quoted)) {
            return true;
        }
    }
    return false;
}

static bool is_needed(const Library *lib, Str package)
{
    Str quoted = str_format(lib->doctor->arena, "\"%.*s\"", STR_ARG(package));
    for (isize i = 0; i < lib->packages.len; i++) {
        Str dir = dir_of(lib, lib->packages.ptr[i]);
        if (is_imported_in(*lib->doctor->arena, dir, quoted)) {
            return true;
        }
    }
    return false;
}

void which_library_missing(const Doctor *d, Str src, StrBuf *missing)
{
    Library lib = {.doctor = d, .src = src};
    Str text, named[WHICH_MAX_MISSING];
    isize n = 0;
    Err ignored;
    Str path = path_join(d->arena, src, S("go/build/deps_test.go"));
    if (file_read_all(d->arena, FILE_CWD, path, MAX_RULES, &text, &ignored) != FILE_FOUND) {
        return; /* left out by who packed it */
    }
    isize at = str_index(text, S("depsRules = `"));
    if (at < 0) {
        return;
    }
    read_rules(&lib, str_cut(str_cut(str_from(text, at), '`').tail, '`').head);
    for (isize i = 0; i < lib.packages.len && n < WHICH_MAX_MISSING; i++) {
        Str package = lib.packages.ptr[i];
        if (!file_is_dir(FILE_CWD, dir_of(&lib, package)) && !is_known_gone(&lib, package) &&
            !str_is_among(package, named, n) && is_needed(&lib, package)) {
            named[n++] = package;
            strbuf_add_format(missing, "%s%.*s", missing->len > 0 ? ", " : "", STR_ARG(package));
        }
    }
}
