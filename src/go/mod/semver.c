/* See semver.h. Numbers stay decimal strings, compared by length and then bytewise: no version is
 * too long to be compared. */
#include "go/mod/semver.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

static bool is_number(Str s)
{
    for (isize i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

/* Takes ".<number>" off *rest. */
static bool eat_part(Str *rest, Str *ret)
{
    return str_eat_prefix(rest, S(".")) && str_eat_decimal(rest, ret);
}

/* Whether s is words between dots; numbers among them may have to be without superfluous zeros. */
static bool are_words(Str s, bool are_numbers_strict)
{
    for (StrCut cut = {.tail = s, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '.');
        for (isize i = 0; i < cut.head.len; i++) {
            if (!is_word_byte(cut.head.ptr[i])) {
                return false;
            }
        }
        bool has_zero = cut.head.len > 1 && cut.head.ptr[0] == '0' && is_number(cut.head);
        if (cut.head.len == 0 || (are_numbers_strict && has_zero)) {
            return false;
        }
    }
    return true;
}

/* What follows the three numbers. */
static bool parse_tail(Str rest, Semver *v)
{
    isize plus = str_index_byte(rest, '+');
    if (plus >= 0) {
        v->build = str_from(rest, plus);
        rest = str_to(rest, plus);
        if (!are_words(str_from(v->build, 1), false)) {
            return false;
        }
    }
    if (rest.len == 0) {
        return true;
    }
    if (!str_eat_prefix(&rest, S("-"))) {
        return false;
    }
    v->prerelease = rest;
    return are_words(rest, true);
}

bool semver_parse(Str text, Semver *ret)
{
    Semver v = {.minor = S("0"), .patch = S("0"), .is_short = true};
    Str rest = text;
    if (!str_eat_prefix(&rest, S("v")) || !str_eat_decimal(&rest, &v.major)) {
        return false;
    }
    if (rest.len > 0 && !eat_part(&rest, &v.minor)) {
        return false;
    }
    if (rest.len > 0) {
        if (!eat_part(&rest, &v.patch)) {
            return false;
        }
        v.is_short = false;
    }
    if (!parse_tail(rest, &v)) {
        return false;
    }
    *ret = v;
    return true;
}

static int compare_numbers(Str x, Str y)
{
    return x.len != y.len ? (x.len > y.len) - (x.len < y.len) : str_compare(x, y);
}

/* Numbers come before other words. */
static int compare_words(Str x, Str y)
{
    bool x_is_number = is_number(x);
    if (x_is_number != is_number(y)) {
        return x_is_number ? -1 : 1;
    }
    return x_is_number ? compare_numbers(x, y) : str_compare(x, y);
}

/* A release comes after its prereleases. */
static int compare_prereleases(Str x, Str y)
{
    if (x.len == 0 || y.len == 0) {
        return (x.len == 0) - (y.len == 0);
    }
    StrCut of_x = {.tail = x, .found = true};
    StrCut of_y = {.tail = y, .found = true};
    while (of_x.found && of_y.found) {
        of_x = str_cut(of_x.tail, '.');
        of_y = str_cut(of_y.tail, '.');
        int order = compare_words(of_x.head, of_y.head);
        if (order != 0) {
            return order;
        }
    }
    return of_x.found - of_y.found;
}

int semver_compare(Str x, Str y)
{
    Semver v, w;
    bool x_is_valid = semver_parse(x, &v);
    bool y_is_valid = semver_parse(y, &w);
    if (!x_is_valid || !y_is_valid) {
        return x_is_valid - y_is_valid;
    }
    const Str parts[][2] = {{v.major, w.major}, {v.minor, w.minor}, {v.patch, w.patch}};
    for (isize i = 0; i < COUNT_OF(parts); i++) {
        int order = compare_numbers(parts[i][0], parts[i][1]);
        if (order != 0) {
            return order;
        }
    }
    return compare_prereleases(v.prerelease, w.prerelease);
}

Str semver_canonical(Arena *a, Str text)
{
    Semver v;
    if (!semver_parse(text, &v)) {
        return (Str){0};
    }
    if (v.is_short) {
        return str_format(a, "v%.*s.%.*s.%.*s", STR_ARG(v.major), STR_ARG(v.minor),
                          STR_ARG(v.patch));
    }
    return str_eq(v.build, S("+incompatible")) ? text : str_to(text, text.len - v.build.len);
}
