#include "toolchain/goenvdiff.h"

#include "base/path.h"
#include "base/strbuf.h"
#include "base/vec.h"
#include "go/root/manifest.h"
#include "os/dir.h"

#define GO_ENV_MAX_LEN (64 * KIB) /* bytes; upstream's has 475 */

static bool is_pristine(Str text)
{
    Sha256 wanted = manifest_pristine_go_env();
    Sha256 digest = sha256_of(text);
    return sha256_eq(&wanted, &digest);
}

/* Looks into <folder>/<name>/go.env for names that begin with prefix. */
static bool find_below(Arena *a, Str folder, Str prefix, Str *ret)
{
    AUTO_CLOSE int fd = -1;
    DirList list;
    Err ignored;
    if (dir_open(FILE_CWD, folder, &fd, &ignored) != FILE_FOUND ||
        !dir_list(a, fd, &list, &ignored)) {
        return false;
    }
    for (isize i = 0; i < list.len; i++) {
        Str path = path_join(a, list.ptr[i].name, S("go.env"));
        if (str_starts_with(list.ptr[i].name, prefix) &&
            file_read_all(a, fd, path, GO_ENV_MAX_LEN, ret, &ignored) == FILE_FOUND &&
            is_pristine(*ret)) {
            return true;
        }
    }
    return false;
}

/* Distributions and images change one line; undoing that gives upstream's text, or it does not. */
static bool undo_usual_edit(Arena *a, Str found, Str *ret)
{
    StrBuf b = strbuf_init(a);
    Str line;
    while (str_next_line(&found, &line)) {
        strbuf_add(&b, str_starts_with(line, S("GOTOOLCHAIN=")) ? S("GOTOOLCHAIN=auto") : line);
        strbuf_add_byte(&b, '\n');
    }
    *ret = strbuf_str(&b);
    return is_pristine(*ret);
}

static bool find_pristine(ToolchainContext *c, Arena *a, Str found, Str *ret)
{
    const GoEnv *goenv;
    Err ignored;
    if (undo_usual_edit(a, found, ret) ||
        find_below(a, path_join(a, c->home, S("trees")), S("go"), ret)) {
        return true;
    }
    return context_goenv(c, &goenv, &ignored) &&
           find_below(a, path_join(a, goenv_value(goenv, S("GOMODCACHE")), S("golang.org")),
                      S("toolchain@"), ret);
}

typedef struct {
    Str *ptr;
    isize len, cap;
} Lines;

static Lines split_lines(Arena *a, Str text)
{
    Lines lines = {0};
    Str line;
    while (str_next_line(&text, &line)) {
        *VEC_PUSH(a, &lines) = line;
    }
    return lines;
}

/* What is left between the common beginning and the common end. */
static void add_changed_lines(StrBuf *b, const Lines *old, const Lines *new_lines)
{
    isize from = 0, old_to = old->len, new_to = new_lines->len;
    while (from < old_to && from < new_to && str_eq(old->ptr[from], new_lines->ptr[from])) {
        from++;
    }
    while (old_to > from && new_to > from &&
           str_eq(old->ptr[old_to - 1], new_lines->ptr[new_to - 1])) {
        old_to--;
        new_to--;
    }
    for (isize i = from; i < old_to; i++) {
        strbuf_add_format(b, "-%.*s\n", STR_ARG(old->ptr[i]));
    }
    for (isize i = from; i < new_to; i++) {
        strbuf_add_format(b, "+%.*s\n", STR_ARG(new_lines->ptr[i]));
    }
}

bool goenvdiff_make(ToolchainContext *c, Arena *a, int root_fd, Str *ret, Err *err)
{
    Str found, pristine;
    StrBuf b = strbuf_init(a);
    FileOutcome read = file_read_all(a, root_fd, S("go.env"), GO_ENV_MAX_LEN, &found, err);
    if (read == FILE_ABSENT) {
        return FAIL(err, ERR_CONFLICT, "go.env vanished while the tree was read");
    }
    if (read == FILE_FAILED) {
        return false;
    }
    Lines new_lines = split_lines(a, found);
    if (find_pristine(c, a, found, &pristine)) {
        Lines old = split_lines(a, pristine);
        add_changed_lines(&b, &old, &new_lines);
        *ret = strbuf_str(&b);
        return true;
    }
    strbuf_add(&b, S("(upstream's text is not at hand; this file sets:)\n"));
    for (isize i = 0; i < new_lines.len; i++) {
        Str line = str_trim(new_lines.ptr[i]);
        if (line.len > 0 && line.ptr[0] != '#') {
            strbuf_add_format(&b, "+%.*s\n", STR_ARG(line));
        }
    }
    *ret = strbuf_str(&b);
    return true;
}
