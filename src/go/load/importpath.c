#include "go/load/importpath.h"

#include "format/utf8.h"
#include "go/mod/quote.h"

bool importpath_is_standard(Str path)
{
    return !str_contains(str_cut(path, '/').head, S("."));
}

bool importpath_is_local(Str path)
{
    return str_eq(path, S(".")) || str_eq(path, S("..")) || str_starts_with(path, S("./")) ||
           str_starts_with(path, S("../"));
}

bool importpath_is_meta(Str path, isize go_minor)
{
    static const struct {
        Str name;
        isize since;
    } rows[] = {
        {STR_CONST("std"), 0},   {STR_CONST("cmd"), 0},   {STR_CONST("all"), 0},
        {STR_CONST("tool"), 24}, {STR_CONST("work"), 25},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        if (str_eq(path, rows[i].name)) {
            return go_minor >= rows[i].since;
        }
    }
    return false;
}

bool importpath_has_prefix(Str path, Str prefix)
{
    return str_eat_prefix(&path, prefix) &&
           (prefix.len == 0 || path.len == 0 || path.ptr[0] == '/');
}

/* Where the last whole element of that name begins; -1: there is none. */
static isize last_element(Str path, Str name, bool may_end)
{
    isize end = str_contains(path, name) ? path.len : 0; /* most paths have nothing like it */
    for (isize begin; end > 0; end = begin - 1) {
        StrCut cut = str_cut_last(str_to(path, end), '/');
        begin = cut.found ? cut.head.len + 1 : 0;
        if ((may_end || end < path.len) && str_eq(str_slice(path, begin, end), name)) {
            return begin;
        }
    }
    return -1;
}

isize importpath_internal(Str path)
{
    return last_element(path, S("internal"), true);
}

bool importpath_has_testdata(Str path)
{
    return last_element(path, S("testdata"), true) >= 0;
}

isize importpath_vendor(Str path)
{
    return last_element(path, S("vendor"), false);
}

static bool is_letter_or_digit(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool importpath_is_safe_argument(Str name)
{
    if (name.len == 0) {
        return false;
    }
    unsigned char c = (unsigned char)name.ptr[0];
    return is_letter_or_digit(c) || c == '.' || c == '_' || c == '/' || c >= 0x80;
}

/* ---- module.CheckImportPath ---- */

static bool is_path_byte(unsigned char c)
{
    return is_letter_or_digit(c) || (c != 0 && strchr("-._~+", c) != NULL);
}

static bool is_windows_device(Str name)
{
    static const Str devices[] = {STR_CONST("CON"), STR_CONST("PRN"), STR_CONST("AUX"),
                                  STR_CONST("NUL")};
    for (isize i = 0; i < COUNT_OF(devices); i++) {
        if (str_eq_fold(name, devices[i])) {
            return true;
        }
    }
    return name.len == 4 && name.ptr[3] >= '1' && name.ptr[3] <= '9' &&
           (str_eq_fold(str_to(name, 3), S("COM")) || str_eq_fold(str_to(name, 3), S("LPT")));
}

/* "x~12": a short name of Windows. */
static bool ends_in_tilde_digits(Str name)
{
    isize digits = name.len;
    while (digits > 0 && name.ptr[digits - 1] >= '0' && name.ptr[digits - 1] <= '9') {
        digits--;
    }
    return digits < name.len && digits > 0 && name.ptr[digits - 1] == '~';
}

static bool has_only_dots(Str element)
{
    for (isize i = 0; i < element.len; i++) {
        if (element.ptr[i] != '.') {
            return false;
        }
    }
    return true;
}

/* The first character that no import path has, as %q writes a rune; empty: there is none. */
static Str find_invalid_char(Arena *a, Str element)
{
    for (isize i = 0; i < element.len; i++) {
        unsigned char c = (unsigned char)element.ptr[i];
        if (!is_path_byte(c)) {
            uint32_t rune;
            isize len = utf8_decode(str_from(element, i), &rune);
            Str quoted = quote_go(a, str_slice(element, i, i + MAX(len, 1)));
            Str inner = str_slice(quoted, 1, quoted.len - 1);
            return c == '\'' ? S("'\\''")
                             : str_format(a, "'%.*s'", STR_ARG(c == '"' ? S("\"") : inner));
        }
    }
    return (Str){0};
}

/* What is wrong with an element; empty: nothing. */
static Str check_element(Arena *a, Str element)
{
    if (element.len == 0) {
        return S("empty path element");
    }
    if (has_only_dots(element)) {
        return str_format(a, "invalid path element %.*s", STR_ARG(quote_go(a, element)));
    }
    if (element.ptr[element.len - 1] == '.') {
        return S("trailing dot in path element");
    }
    Str invalid = find_invalid_char(a, element);
    if (invalid.len > 0) {
        return str_format(a, "invalid char %.*s", STR_ARG(invalid));
    }
    Str stem = str_cut(element, '.').head;
    if (is_windows_device(stem)) {
        return str_format(a, "%.*s disallowed as path element component on Windows",
                          STR_ARG(quote_go(a, stem)));
    }
    return ends_in_tilde_digits(stem) ? S("trailing tilde and digits in path element") : (Str){0};
}

static Str check_path(Arena *a, Str path)
{
    if (!utf8_is_valid(path)) {
        return S("invalid UTF-8");
    }
    if (path.len == 0) {
        return S("empty string");
    }
    if (path.ptr[0] == '-') {
        return S("leading dash");
    }
    if (str_contains(path, S("//"))) {
        return S("double slash");
    }
    if (path.ptr[path.len - 1] == '/') {
        return S("trailing slash");
    }
    for (StrCut cut = {.tail = path, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        Str wrong = check_element(a, cut.head);
        if (wrong.len > 0) {
            return wrong;
        }
    }
    return (Str){0};
}

bool importpath_check(Arena *a, Str path, Str *ret_words)
{
    Str wrong = check_path(a, path);
    if (wrong.len == 0) {
        return true;
    }
    *ret_words = str_format(a, "malformed import path %.*s: %.*s", STR_ARG(quote_go(a, path)),
                            STR_ARG(wrong));
    return false;
}
