/*
 * See version.h for the grammar. Numbers stay decimal strings: Go compares them by length and then
 * bytewise, so that no version is too long to be compared.
 */
#include "go/mod/version.h"

#include "base/panic.h"

/* Takes a run of a-z off *rest. */
static bool eat_kind(Str *rest, Str *ret)
{
    isize n = 0;
    while (n < rest->len && rest->ptr[n] >= 'a' && rest->ptr[n] <= 'z') {
        n++;
    }
    *ret = str_to(*rest, n);
    *rest = str_from(*rest, n);
    return n > 0;
}

static int compare_numbers(Str x, Str y)
{
    return x.len != y.len ? (x.len > y.len) - (x.len < y.len) : str_compare(x, y);
}

/* The first language version whose "1.N" is not also its first release. */
static bool has_patch_zero(Str minor)
{
    return compare_numbers(minor, S("21")) >= 0;
}

/* What follows major.minor: nothing, a patch, or a kind with an optional number. */
static bool parse_tail(Str rest, GoVersion *v)
{
    if (rest.len == 0) {
        if (!has_patch_zero(v->minor)) {
            v->patch = S("0");
        }
        return true;
    }
    if (str_eat_prefix(&rest, S("."))) {
        return str_eat_decimal(&rest, &v->patch) && rest.len == 0;
    }
    if (!eat_kind(&rest, &v->kind)) {
        return false;
    }
    return rest.len == 0 || (str_eat_decimal(&rest, &v->pre) && rest.len == 0);
}

bool goversion_parse(Str text, GoVersion *ret)
{
    GoVersion v = {0};
    if (!str_eat_decimal(&text, &v.major)) {
        return false;
    }
    if (text.len == 0) {
        v.minor = S("0");
        v.patch = S("0");
    } else if (!str_eat_prefix(&text, S(".")) || !str_eat_decimal(&text, &v.minor) ||
               !parse_tail(text, &v)) {
        return false;
    }
    *ret = v;
    return true;
}

int goversion_compare(Str x, Str y)
{
    GoVersion v = {0}, w = {0};
    goversion_parse(x, &v);
    goversion_parse(y, &w);
    const struct {
        Str v, w;
    } numbers[] = {{v.major, w.major}, {v.minor, w.minor}, {v.patch, w.patch}};
    for (isize i = 0; i < COUNT_OF(numbers); i++) {
        int order = compare_numbers(numbers[i].v, numbers[i].w);
        if (order != 0) {
            return order;
        }
    }
    int order = str_compare(v.kind, w.kind);
    return order != 0 ? order : compare_numbers(v.pre, w.pre);
}

bool goversion_is_lang(Str text)
{
    GoVersion v;
    return goversion_parse(text, &v) && v.patch.len == 0 && v.kind.len == 0;
}

Str goversion_lang(Str text)
{
    GoVersion v;
    if (!goversion_parse(text, &v)) {
        return S("");
    }
    if (str_eq(v.major, S("1")) && str_eq(v.minor, S("0"))) {
        return v.major;
    }
    bool has_minor = v.minor.len > 0 && v.major.len < text.len;
    return has_minor ? str_to(text, v.major.len + 1 + v.minor.len) : v.major;
}

bool goversion_is_prerelease(Str text)
{
    GoVersion v;
    return goversion_parse(text, &v) && v.kind.len > 0;
}

/* Custom builds carry a suffix behind a space, tab or dash. */
static Str without_suffix(Str version)
{
    for (isize i = 0; i < version.len; i++) {
        char c = version.ptr[i];
        if (c == ' ' || c == '\t' || c == '-') {
            return str_to(version, i);
        }
    }
    return version;
}

Str goversion_of_toolchain(Str name)
{
    bool has_slash = str_index_byte(name, '/') >= 0 || str_index_byte(name, '\\') >= 0;
    if (has_slash || !str_eat_prefix(&name, S("go"))) {
        return S("");
    }
    Str version = without_suffix(name);
    return goversion_is_valid(version) ? version : S("");
}

Str goversion_toolchain_name(Arena *a, Str version)
{
    ASSERT(goversion_is_valid(version));
    bool needs_patch = goversion_is_lang(version) && goversion_compare(version, S("1.21")) >= 0;
    return str_format(a, "go%.*s%s", STR_ARG(version), needs_patch ? ".0" : "");
}
