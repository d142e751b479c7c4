#include "go/load/commenttext.h"

#include "base/strbuf.h"

Str commenttext_clean(Arena *a, Str comment)
{
    if (str_index_byte(comment, '\r') < 0) {
        return comment;
    }
    bool is_block = str_starts_with(comment, S("/*"));
    char *ptr = arena_alloc(a, comment.len, 1, 1);
    isize n = 0;
    for (isize i = 0; i < comment.len; i++) {
        char byte = comment.ptr[i];
        /* Without this one, the comment would end here. */
        bool parts_end = is_block && n > 2 && ptr[n - 1] == '*' && i + 1 < comment.len &&
                         comment.ptr[i + 1] == '/';
        if (byte != '\r' || parts_end) {
            ptr[n++] = byte;
        }
    }
    return (Str){ptr, n};
}

/* "line file:1", "export name", "go:noinline": nothing that is said to people. */
static bool is_directive(Str text)
{
    if (str_starts_with(text, S("line ")) || str_starts_with(text, S("extern ")) ||
        str_starts_with(text, S("export "))) {
        return true;
    }
    isize colon = str_index_byte(text, ':');
    if (colon <= 0 || colon + 1 >= text.len) {
        return false;
    }
    for (isize i = 0; i <= colon + 1; i++) {
        char c = text.ptr[i];
        if (i != colon && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) {
            return false;
        }
    }
    return true;
}

/* Takes the next comment off a group. */
static bool next_comment(Str *group, Str *ret)
{
    isize at = str_index_byte(*group, '/');
    if (at < 0 || at + 1 >= group->len) {
        return false;
    }
    *group = str_from(*group, at);
    bool is_block = group->ptr[1] == '*';
    isize n = is_block ? str_index(str_from(*group, 2), S("*/")) : str_index_byte(*group, '\n');
    n = n < 0 ? group->len : is_block ? n + 4 : n;
    *ret = str_to(*group, n);
    *group = str_from(*group, n);
    return true;
}

static Str without_trailing_space(Str line)
{
    while (line.len > 0 && (line.ptr[line.len - 1] == ' ' || line.ptr[line.len - 1] == '\t' ||
                            line.ptr[line.len - 1] == '\r')) {
        line.len--;
    }
    return line;
}

/* Empty lines are dropped in front, and become one between others. */
static void add_lines(StrBuf *b, bool *has_gap, Str text)
{
    StrCut cut = {.tail = text, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '\n');
        Str line = without_trailing_space(cut.head);
        if (line.len == 0) {
            *has_gap = b->len > 0;
            continue;
        }
        strbuf_add(b, *has_gap ? S("\n") : S(""));
        strbuf_add(b, line);
        strbuf_add_byte(b, '\n');
        *has_gap = false;
    }
}

Str commenttext_of(Arena *a, Str group)
{
    StrBuf b = strbuf_init(a);
    bool has_gap = false;
    Str comment;
    Str clean = commenttext_clean(a, group);
    while (next_comment(&clean, &comment)) {
        bool is_line = str_eat_prefix(&comment, S("//"));
        if (!is_line) {
            comment = str_slice(comment, 2, MAX(2, comment.len - 2));
        } else if (!str_eat_prefix(&comment, S(" ")) && is_directive(comment)) {
            continue;
        }
        add_lines(&b, &has_gap, comment);
    }
    return strbuf_str(&b);
}
