/* Finding go.mod, and the scan at the start of the go command; modfile.c reads the whole file. */
#include "go/mod/gomod.h"

#include "base/path.h"
#include "format/utf8.h"

static bool is_go_space(uint32_t rune)
{
    return rune == ' ' || (rune >= '\t' && rune <= '\r') || rune == 0x85 || rune == 0xA0 ||
           rune == 0x1680 || (rune >= 0x2000 && rune <= 0x200A) || rune == 0x2028 ||
           rune == 0x2029 || rune == 0x202F || rune == 0x205F || rune == 0x3000;
}

/* Bytes of the white space rune that s begins with, or 0. */
static isize leading_space(Str s)
{
    uint32_t rune;
    int len = utf8_decode(s, &rune);
    return len > 0 && is_go_space(rune) ? len : 0;
}

/* Bytes of the white space rune that s ends with, or 0. */
static isize trailing_space(Str s)
{
    isize start = s.len;
    while (start > 0 && s.len - start < UTF8_MAX_LEN) {
        start--;
        if (((unsigned char)s.ptr[start] & 0xC0) != 0x80) {
            break;
        }
    }
    isize len = leading_space(str_from(s, start));
    return len == s.len - start ? len : 0;
}

/* As strings.TrimSpace: all of Unicode's white space. */
static Str trim_space(Str s)
{
    for (isize n = leading_space(s); n > 0; n = leading_space(s)) {
        s = str_from(s, n);
    }
    for (isize n = trailing_space(s); n > 0; n = trailing_space(s)) {
        s = str_to(s, s.len - n);
    }
    return s;
}

GoModValue gomod_lookup(Str text, Str key)
{
    for (isize line = 1; text.len > 0; line++) {
        StrCut cut = str_cut(text, '\n');
        text = cut.tail;
        Str rest = trim_space(cut.head);
        if (!str_eat_prefix(&rest, key) || rest.len == 0 ||
            (rest.ptr[0] != ' ' && rest.ptr[0] != '\t')) {
            continue;
        }
        isize comment = str_index(rest, S("//"));
        return (GoModValue){trim_space(comment < 0 ? rest : str_to(rest, comment)), line};
    }
    return (GoModValue){S(""), 0};
}

/* Whether dir is the temporary directory itself, under whatever name. A directory that lies in it
 * by name is not, even if a symlink makes them one: cmd/go compares names first. */
static bool is_temp_root(Str dir, Str temp_dir)
{
    if (str_eq(dir, temp_dir)) {
        return true;
    }
    if (!path_is_absolute(temp_dir) || path_is_within(dir, temp_dir)) {
        return false;
    }
    FileStat x, y;
    Err ignored;
    return file_stat(FILE_CWD, dir, &x, &ignored) == FILE_FOUND &&
           file_stat(FILE_CWD, temp_dir, &y, &ignored) == FILE_FOUND && x.dev == y.dev &&
           x.ino == y.ino;
}

bool gomod_find_from(Arena *a, Upward *u, Str temp_dir, Str *ret_path)
{
    Str found;
    if (!upward_find(u, S("go.mod"), S(""), &found) || is_temp_root(found, temp_dir)) {
        return false;
    }
    *ret_path = path_join(a, found, S("go.mod"));
    return true;
}

bool gomod_find(Arena *a, Str dir, Str temp_dir, Str *ret_path)
{
    AUTO_UPWARD Upward u = upward_from(dir);
    return gomod_find_from(a, &u, temp_dir, ret_path);
}
