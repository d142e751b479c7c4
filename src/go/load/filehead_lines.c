/* What go/build reads of a header line by line, without a parser. */
#include "go/load/filehead.h"
#include "go/load/space.h"

/* ---- leading comments ---- */

/* Goes past n bytes of *rest; false when there is a zero among them. */
static bool take(Str *rest, isize n)
{
    bool is_clean = memchr(rest->ptr, 0, (size_t)n) == NULL;
    *rest = str_from(*rest, n);
    return is_clean;
}

/* Past a comment. Its end, or the end of the text, is where reading goes on. */
static FileHeadOutcome take_comment(Str *rest, bool is_whole)
{
    bool is_block = rest->len > 1 && rest->ptr[1] == '*';
    if (rest->len < 2 || (!is_block && rest->ptr[1] != '/')) {
        bool is_nul = rest->len > 1 && rest->ptr[1] == '\0';
        return rest->len < 2 && !is_whole ? FILEHEAD_MORE : is_nul ? FILEHEAD_NUL : FILEHEAD_SYNTAX;
    }
    isize n = is_block ? str_index(str_from(*rest, 2), S("*/")) : str_index_byte(*rest, '\n');
    if (n < 0 && !is_whole) {
        return FILEHEAD_MORE;
    }
    bool is_open = n < 0 && is_block;
    n = n < 0 ? rest->len : is_block ? n + 4 : n + 1;
    return !take(rest, n) ? FILEHEAD_NUL : is_open ? FILEHEAD_SYNTAX : FILEHEAD_READ;
}

FileHeadOutcome filehead_comments(Str text, bool is_whole, Str *ret_header)
{
    str_eat_prefix(&text, S("\xef\xbb\xbf"));
    Str rest = text;
    FileHeadOutcome outcome = FILEHEAD_READ;
    while (outcome == FILEHEAD_READ && rest.len > 0) {
        char byte = rest.ptr[0];
        if (byte == '/') {
            outcome = take_comment(&rest, is_whole);
        } else if (byte == ' ' || byte == '\f' || byte == '\t' || byte == '\r' || byte == '\n' ||
                   byte == ';') {
            rest = str_from(rest, 1);
        } else {
            outcome = byte == '\0' ? FILEHEAD_NUL : FILEHEAD_READ;
            break;
        }
    }
    *ret_header = str_to(text, text.len - rest.len);
    return outcome == FILEHEAD_READ && rest.len == 0 && !is_whole ? FILEHEAD_MORE : outcome;
}

/* ---- constraints ---- */

static bool is_go_build(Str line)
{
    return str_eat_prefix(&line, S("//go:build")) && (line.len == 0 || space_len(line) > 0);
}

/* Goes past the comments of a line; false when there is something else on it. */
static bool is_comment_only(Str line, bool *is_in_block)
{
    while (line.len > 0) {
        if (*is_in_block) {
            isize end = str_index(line, S("*/"));
            if (end < 0) {
                return true;
            }
            *is_in_block = false;
            line = space_trim(str_from(line, end + 2));
        } else if (str_starts_with(line, S("//"))) {
            return true;
        } else if (str_eat_prefix(&line, S("/*"))) {
            *is_in_block = true;
            line = space_trim(line);
        } else {
            return false;
        }
    }
    return true;
}

HeadConstraints filehead_constraints(Str header)
{
    HeadConstraints found = {0};
    Str rest = header;
    isize end = 0; /* behind the last empty line among "//" comments alone */
    bool is_past_comments = false, is_in_block = false;
    while (rest.len > 0) {
        isize n = str_index_byte(rest, '\n');
        Str line = space_trim(n < 0 ? rest : str_to(rest, n));
        rest = n < 0 ? (Str){0} : str_from(rest, n + 1);
        if (line.len == 0 && !is_past_comments) {
            end = header.len - rest.len;
            continue;
        }
        is_past_comments = is_past_comments || !str_starts_with(line, S("//"));
        if (!is_in_block && is_go_build(line)) {
            if (found.go_build.len > 0) {
                return (HeadConstraints){.has_two = true};
            }
            found.go_build = line;
        }
        found.is_binary_only =
            found.is_binary_only || (!is_in_block && str_eq(line, S("//go:binary-only-package")));
        if (!is_comment_only(line, &is_in_block)) {
            break;
        }
    }
    found.plus = str_to(header, end);
    return found;
}
