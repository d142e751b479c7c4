#include "go/mod/pathmajor.h"

#include "go/mod/semver.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Where the digits at the end of s begin; of dots too, if may_have_dots. */
static isize start_of_number(Str s, bool may_have_dots)
{
    isize at = s.len;
    while (at > 0 && (is_digit(s.ptr[at - 1]) || (may_have_dots && s.ptr[at - 1] == '.'))) {
        at--;
    }
    return at;
}

static bool split_gopkg(Str path, Str *ret_prefix, Str *ret_major)
{
    Str stem = path;
    str_eat_suffix(&stem, S("-unstable"));
    isize at = start_of_number(stem, false) - 2;
    Str major = at < 0 ? (Str){0} : str_from(path, at);
    bool has_zero = str_starts_with(major, S(".v0")) && major.len > 3;
    if (!str_starts_with(major, S(".v")) || major.len == 2 || has_zero) {
        return false;
    }
    *ret_prefix = str_to(path, at);
    *ret_major = major;
    return true;
}

bool pathmajor_split(Str path, Str *ret_prefix, Str *ret_major)
{
    *ret_prefix = path;
    *ret_major = (Str){0};
    if (str_starts_with(path, S("gopkg.in/"))) {
        return split_gopkg(path, ret_prefix, ret_major);
    }
    isize at = start_of_number(path, true) - 2;
    Str major = at < 0 ? (Str){0} : str_from(path, at);
    if (!str_starts_with(major, S("/v")) || major.len == 2) {
        return true;
    }
    if (str_index_byte(major, '.') >= 0 || major.ptr[2] == '0' || str_eq(major, S("/v1"))) {
        return false;
    }
    *ret_prefix = str_to(path, at);
    *ret_major = major;
    return true;
}

Str pathmajor_misfit(Arena *a, Str version, Str major)
{
    Str has = str_cut(version, '.').head, wanted = S("v0 or v1");
    bool is_fit =
        str_eq(has, S("v0")) || str_eq(has, S("v1")) || str_ends_with(version, S("+incompatible"));
    if (major.len > 0) {
        if (major.ptr[0] == '.') {
            str_eat_suffix(&major, S("-unstable"));
        }
        wanted = str_from(major, 1);
        /* Old pseudo-versions of gopkg.in's .v1 began with v0.0.0. */
        is_fit = str_eq(has, wanted) ||
                 (str_eq(major, S(".v1")) && str_starts_with(version, S("v0.0.0-")));
    }
    return is_fit ? (Str){0}
                  : str_format(a, "should be %.*s, not %.*s", STR_ARG(wanted), STR_ARG(has));
}
