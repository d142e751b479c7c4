#include "go/root/gosource.h"

#include "base/path.h"
#include "os/file.h"

bool gosource_read(Arena *a, Str goroot, Str name, Str *ret_text, Err *err)
{
    if (goroot.len == 0) {
        return FAIL(err, ERR_NOT_FOUND, "no Go is in use");
    }
    Str path = path_join(a, path_join(a, goroot, S("src")), name);
    switch (file_read_all(a, FILE_CWD, path, GOSOURCE_MAX_FILE, ret_text, err)) {
    case FILE_FOUND:
        return true;
    case FILE_ABSENT:
        return FAIL(err, ERR_NOT_FOUND, "this Go has no '%.*s'", STR_ARG(path));
    case FILE_FAILED:
        break;
    }
    return false;
}

static isize indentation(Str line)
{
    isize n = 0;
    while (n < line.len && line.ptr[n] == '\t') {
        n++;
    }
    return n;
}

static bool closes(Str line, isize depth)
{
    return indentation(line) == depth && line.len > depth &&
           (line.ptr[depth] == '}' || line.ptr[depth] == ')');
}

bool gosource_next_block(Str *text, Str head, Str *ret_body)
{
    Str line;
    isize depth = -1;
    while (depth < 0 && str_next_line(text, &line)) {
        isize n = indentation(line);
        if (str_starts_with(str_from(line, n), head)) {
            depth = n;
        }
    }
    if (depth < 0) {
        return false;
    }
    Str body = *text;
    Str before = *text;
    while (str_next_line(text, &line)) {
        if (closes(line, depth)) {
            *ret_body = str_to(body, body.len - before.len);
            return true;
        }
        before = *text;
    }
    return false;
}

/* The line up to a "//" that does not stand in quotes. */
static Str without_comment(Str line)
{
    char quote = '\0';
    for (isize i = 0; i < line.len; i++) {
        char c = line.ptr[i];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '"' || c == '`') {
            quote = c;
        } else if (c == '/' && i + 1 < line.len && line.ptr[i + 1] == '/') {
            return str_to(line, i);
        }
    }
    return line;
}

bool gosource_next_line(Str *text, Str *ret_line)
{
    Str line;
    while (str_next_line(text, &line)) {
        line = str_trim(without_comment(line));
        if (line.len > 0) {
            *ret_line = line;
            return true;
        }
    }
    return false;
}

bool gosource_next_quoted(Str *line, Str *ret_word)
{
    for (isize i = 0; i < line->len; i++) {
        char quote = line->ptr[i];
        if (quote == '"' || quote == '`') {
            StrCut cut = str_cut(str_from(*line, i + 1), quote);
            *line = cut.tail;
            if (cut.found) {
                *ret_word = cut.head;
            }
            return cut.found;
        }
    }
    return false;
}

bool gosource_has_quoted(Str line, Str word)
{
    Str quoted;
    while (gosource_next_quoted(&line, &quoted)) {
        if (str_eq(quoted, word)) {
            return true;
        }
    }
    return false;
}
