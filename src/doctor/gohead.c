#include "doctor/gohead.h"

GoHead gohead_of(Str text)
{
    str_eat_prefix(&text, S("\xef\xbb\xbf"));
    return (GoHead){.text = text, .line = 1};
}

static void take(GoHead *h, isize n)
{
    for (isize i = 0; i < n; i++) {
        h->line += h->text.ptr[i] == '\n';
    }
    h->text = str_from(h->text, n);
}

static bool is_at_comment(const GoHead *h)
{
    return str_starts_with(h->text, S("//")) || str_starts_with(h->text, S("/*"));
}

/* "//" lines without an empty line between them are one group. */
static Str take_comment(GoHead *h)
{
    bool is_block = str_starts_with(h->text, S("/*"));
    isize end = is_block ? str_index(str_from(h->text, 2), S("*/")) : str_index_byte(h->text, '\n');
    end = end < 0 ? h->text.len : is_block ? end + 4 : end;
    Str comment = str_to(h->text, end);
    if (h->doc.len > 0 && h->newlines <= 1) {
        h->doc.len = comment.ptr + comment.len - h->doc.ptr;
    } else {
        h->doc = comment;
        h->doc_line = h->line;
    }
    h->newlines = 0;
    take(h, end);
    return comment;
}

static void skip_space(GoHead *h)
{
    isize n = 0;
    for (; n < h->text.len; n++) {
        char byte = h->text.ptr[n];
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n' && byte != ';') {
            break;
        }
        h->newlines += byte == '\n';
    }
    take(h, n);
}

/* Comments too; false at the end. */
static bool skip_to_token(GoHead *h)
{
    skip_space(h);
    while (is_at_comment(h)) {
        take_comment(h);
        skip_space(h);
    }
    return h->text.len > 0;
}

static bool is_name_byte(char byte)
{
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
           (byte >= '0' && byte <= '9') || byte == '_' || (byte & 0x80) != 0;
}

static Str take_name(GoHead *h)
{
    isize n = 0;
    while (n < h->text.len && is_name_byte(h->text.ptr[n])) {
        n++;
    }
    Str name = str_to(h->text, n);
    take(h, n);
    return name;
}

static GoHeadItem end_here(GoHead *h)
{
    h->is_cut |= h->text.len == 0 || str_eq(h->text, S("/"));
    return (GoHeadItem){.kind = GOHEAD_END, .line = h->line};
}

/* What comes next, with the comment that ends on the line above it, or on its own. */
static GoHeadItem begin_import(const GoHead *h)
{
    GoHeadItem item = {.kind = GOHEAD_IMPORT};
    if (h->doc.len > 0 && h->newlines <= 1) {
        item.doc = h->doc;
        item.doc_line = h->doc_line;
    }
    return item;
}

/* A path with its name before it. */
static GoHeadItem take_import(GoHead *h, GoHeadItem item)
{
    take_name(h);
    str_eat_prefix(&h->text, S("."));
    if (!skip_to_token(h) || (h->text.ptr[0] != '"' && h->text.ptr[0] != '`')) {
        return end_here(h);
    }
    StrCut cut = str_cut(str_from(h->text, 1), h->text.ptr[0]);
    if (!cut.found) {
        h->is_cut = true;
        return end_here(h);
    }
    item.text = cut.head;
    item.line = h->line;
    take(h, cut.head.len + 2);
    h->doc = (Str){0};
    return item;
}

static GoHeadItem take_package(GoHead *h)
{
    h->is_past_package = true;
    GoHeadItem item = {.kind = GOHEAD_PACKAGE, .line = h->line};
    if (!skip_to_token(h) || (item.text = take_name(h)).len == 0) {
        return end_here(h);
    }
    h->doc = (Str){0};
    return item;
}

/* A clause, or what opens or closes a group; *ret is then its first import, if there is one. */
static bool take_clause(GoHead *h, GoHeadItem *ret)
{
    if (h->is_in_group && h->text.ptr[0] == ')') {
        take(h, 1);
        h->is_in_group = false;
        return false;
    }
    GoHeadItem item = begin_import(h);
    if (h->is_in_group) {
        *ret = take_import(h, item);
        return true;
    }
    Str word = take_name(h);
    if (str_eq(word, S("package")) && !h->is_past_package) {
        *ret = take_package(h);
        return true;
    }
    if (!str_eq(word, S("import")) || !skip_to_token(h)) {
        *ret = end_here(h);
        return true;
    }
    h->newlines = 0;
    h->is_in_group = h->text.ptr[0] == '(';
    if (h->is_in_group) {
        take(h, 1);
        h->doc = (Str){0}; /* in a group each import has a comment of its own */
        return false;
    }
    *ret = take_import(h, item);
    return true;
}

GoHeadItem gohead_next(GoHead *h)
{
    GoHeadItem item;
    for (;;) {
        skip_space(h);
        if (is_at_comment(h)) {
            isize line = h->line;
            Str comment = take_comment(h);
            if (!h->is_past_package) {
                return (GoHeadItem){.kind = GOHEAD_COMMENT, .line = line, .text = comment};
            }
        } else if (h->text.len == 0) {
            return end_here(h);
        } else if (take_clause(h, &item)) {
            return item;
        }
    }
}
