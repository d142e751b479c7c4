/*
 * The first sentence of a comment, as package doc cuts it and package doc/comment prints it: only
 * when it stands in a plain paragraph, with its words parted by one space each, quotes made round,
 * and the brackets dropped from links to packages.
 */
#include "base/strbuf.h"
#include "base/vec.h"
#include "format/unicode.h"
#include "format/utf8.h"
#include "go/load/commenttext.h"
#include "go/load/space.h"

#define FULL_STOP 0x3002 /* ideographic */
#define WIDE_FULL_STOP 0xFF0E

typedef VEC(Str) Lines;

/* Up to the first period that a space follows, unless one capital alone stands before it. */
static Str first_sentence(Str text)
{
    uint32_t ppp = 0, pp = 0, p = 0;
    for (isize i = 0; i < text.len;) {
        uint32_t q;
        int len = utf8_decode(str_from(text, i), &q);
        q = len == 0 ? UTF8_REPLACEMENT : q;
        q = q == '\n' || q == '\r' || q == '\t' ? ' ' : q;
        if ((q == ' ' && p == '.' && (!unicode_is_upper(pp) || unicode_is_upper(ppp))) ||
            p == FULL_STOP || p == WIDE_FULL_STOP) {
            return str_to(text, i);
        }
        ppp = pp;
        pp = p;
        p = q;
        i += MAX(len, 1);
    }
    return text;
}

/* A notice is no description. */
static bool is_notice(Str text)
{
    static const Str starts[] = {STR_CONST("copyright"), STR_CONST("all rights"),
                                 STR_CONST("author")};
    for (isize i = 0; i < COUNT_OF(starts); i++) {
        if (text.len >= starts[i].len && str_eq_fold(str_to(text, starts[i].len), starts[i])) {
            return true;
        }
    }
    return false;
}

/* ---- lines ---- */

static bool is_indented(Str line)
{
    return line.len > 0 && (line.ptr[0] == ' ' || line.ptr[0] == '\t');
}

static isize indentation(Str line)
{
    isize n = 0;
    while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t')) {
        n++;
    }
    return n;
}

/* The lines without the indentation that all have, from the first that is not empty on. */
static Lines lines_of(Arena *a, Str text)
{
    Lines lines = {0};
    isize common = -1;
    StrCut cut = {.tail = text, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '\n');
        if (cut.head.len > 0) {
            isize n = indentation(cut.head), same = 0;
            Str first = lines.len > 0 ? lines.ptr[0] : cut.head;
            common = common < 0 ? n : MIN(common, n);
            while (same < common && first.ptr[same] == cut.head.ptr[same]) {
                same++;
            }
            common = same;
        }
        if (lines.len > 0 || cut.head.len > 0) {
            *VEC_PUSH(a, &lines) = cut.head;
        }
    }
    isize kept = 0;
    for (isize i = 0; i < lines.len; i++) {
        Str line = lines.ptr[i].len > 0 ? str_from(lines.ptr[i], common) : lines.ptr[i];
        line = space_trim(line).len == 0 ? (Str){0} : line;
        if (kept > 0 || line.len > 0) {
            lines.ptr[kept++] = line;
        }
    }
    lines.len = kept;
    return lines;
}

/* "- item", "3. item" */
static bool is_list(Str line)
{
    line = space_trim(line);
    isize n = 0;
    static const Str marks[] = {STR_CONST("\xe2\x80\xa2"), STR_CONST("*"), STR_CONST("+"),
                                STR_CONST("-")};
    for (isize i = 0; i < COUNT_OF(marks); i++) {
        n = str_starts_with(line, marks[i]) ? marks[i].len : n;
    }
    if (n == 0) {
        while (n < line.len && line.ptr[n] >= '0' && line.ptr[n] <= '9') {
            n++;
        }
        if (n == 0 || n >= line.len || (line.ptr[n] != '.' && line.ptr[n] != ')')) {
            return false;
        }
        n++;
    }
    Str rest = str_from(line, n);
    return is_indented(rest) && space_trim(rest).len > 0;
}

static bool is_heading(Str line)
{
    return line.len >= 2 && line.ptr[0] == '#' && is_indented(str_from(line, 1)) &&
           space_trim(line).len > 1;
}

/* The number of lines of the paragraph that comes first; 0: something else does. */
static isize paragraph_len(const Lines *lines)
{
    isize n = 0;
    while (n < lines->len && lines->ptr[n].len > 0 && !is_indented(lines->ptr[n])) {
        n++;
    }
    if (n == 0) {
        return 0;
    }
    Str last = lines->ptr[n - 1];
    isize end = n;
    if (n < lines->len && lines->ptr[n].len > 0 && !is_list(lines->ptr[n])) {
        /* Indented lines follow at once: the last lines may be meant to belong to them. */
        if (is_list(last)) {
            while (end > 0 && is_list(lines->ptr[end - 1])) {
                end--;
            }
        } else if (str_ends_with(last, S("{")) || str_ends_with(last, S("\\"))) {
            end--;
        }
    }
    return end == 1 && is_heading(lines->ptr[0]) ? 0 : end;
}

/* ---- links ---- */

/* Packages whose whole path is one word (go/doc/comment's table for Go 1.27). */
static const char one_word_packages[] =
    " bufio bytes cmp context crypto embed encoding errors expvar flag fmt hash html image io iter "
    "log maps math mime net os path plugin reflect regexp runtime slices sort strconv strings "
    "structs sync syscall testing time unicode unique unsafe uuid weak ";

static bool is_path_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '~' || c == '_' || c == '+';
}

static bool is_path(Str path)
{
    StrCut cut = {.tail = path, .found = true};
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        Str part = cut.head;
        if (part.len == 0 || part.ptr[0] == '.' || part.ptr[part.len - 1] == '.') {
            return false;
        }
        for (isize i = 0; i < part.len; i++) {
            if (!is_path_byte(part.ptr[i])) {
                return false;
            }
        }
    }
    return path.ptr[0] != '-';
}

static bool is_package(Arena *a, Str name)
{
    if (str_index_byte(name, '/') >= 0) {
        return is_path(name);
    }
    return name.len > 0 && str_index_byte(name, ' ') < 0 &&
           str_contains(str_from_c(one_word_packages), str_format(a, " %.*s ", STR_ARG(name)));
}

/* Takes ".Name", a capitalised identifier, off the end. */
static bool eat_name(Str *text)
{
    uint32_t rune;
    StrCut cut = str_cut_last(*text, '.');
    Str name = cut.found ? cut.tail : *text;
    if (utf8_decode(name, &rune) == 0 || !unicode_is_upper(rune)) {
        return false;
    }
    for (isize i = 0, len; i < name.len; i += len) {
        len = utf8_decode(str_from(name, i), &rune);
        if (len == 0 ||
            (!unicode_is_letter(rune) && rune != '_' && !(rune >= '0' && rune <= '9'))) {
            return false;
        }
    }
    *text = cut.found ? cut.head : (Str){0};
    return true;
}

/* What may stand beside a link: of punctuation that of ASCII is known. */
static bool is_border(char c)
{
    return memchr(" \t\n!\"#%&'()*,-./:;?@[\\]_{}", c, 26) != NULL;
}

static bool is_link(Arena *a, Str text, isize start, isize end)
{
    if ((start > 0 && !is_border(text.ptr[start - 1])) ||
        (end + 1 < text.len && !is_border(text.ptr[end + 1]))) {
        return false;
    }
    Str name = str_slice(text, start + 1, end);
    str_eat_prefix(&name, S("*"));
    if (eat_name(&name)) {
        eat_name(&name);
    }
    return is_package(a, name);
}

/* Adds text without the brackets of links. */
static Str without_brackets(Arena *a, Str text)
{
    StrBuf b = strbuf_init(a);
    isize start = -1, written = 0;
    for (isize i = 0; i < text.len; i++) {
        if (text.ptr[i] == '[') {
            start = i;
        } else if (text.ptr[i] == ']') {
            if (start >= 0 && is_link(a, text, start, i)) {
                strbuf_add(&b, str_slice(text, written, start));
                strbuf_add(&b, str_slice(text, start + 1, i));
                written = i + 1;
            }
            start = -1;
        }
    }
    strbuf_add(&b, str_from(text, written));
    return strbuf_str(&b);
}

/* ---- words ---- */

/* Adds text with pairs of back quotes and of single quotes as round ones. */
static void add_round(StrBuf *b, Str text)
{
    while (text.len > 0) {
        isize n = 1;
        if (str_starts_with(text, S("```"))) {
            while (n < text.len && text.ptr[n] == '`') {
                n++;
            }
        } else if (str_eat_prefix(&text, S("``"))) {
            strbuf_add(b, S("\xe2\x80\x9c"));
            continue;
        } else if (str_eat_prefix(&text, S("''"))) {
            strbuf_add(b, S("\xe2\x80\x9d"));
            continue;
        }
        strbuf_add(b, str_to(text, n));
        text = str_from(text, n);
    }
}

Str commenttext_synopsis(Arena *a, Str text)
{
    text = first_sentence(text);
    if (is_notice(text)) {
        return (Str){0};
    }
    Lines lines = lines_of(a, text);
    isize n = paragraph_len(&lines);
    StrBuf joined = strbuf_init(a);
    for (isize i = 0; i < n; i++) {
        strbuf_add(&joined, lines.ptr[i]);
        strbuf_add_byte(&joined, '\n');
    }
    StrBuf b = strbuf_init(a);
    Str rest = without_brackets(a, strbuf_str(&joined)), word;
    while (space_next_field(&rest, &word)) {
        strbuf_add(&b, b.len > 0 ? S(" ") : S(""));
        add_round(&b, word);
    }
    return strbuf_str(&b);
}
