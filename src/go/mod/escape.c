#include "go/mod/escape.h"

#include "base/strbuf.h"

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_path_char(char c)
{
    return is_upper(c) || is_lower(c) || is_digit(c) || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

/* File name signs of x/mod but "!", which escaping needs for itself. */
static bool is_version_char(char c)
{
    return is_path_char(c) || (c != '\0' && strchr("#$%&()+,=@[]^{} ", c) != NULL);
}

static bool all(Str s, bool (*is_fine)(char c))
{
    for (isize i = 0; i < s.len; i++) {
        if (!is_fine(s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

/* Names that are devices on Windows, with any extension. */
static bool is_device(Str stem)
{
    static const Str fixed[] = {STR_CONST("CON"), STR_CONST("PRN"), STR_CONST("AUX"),
                                STR_CONST("NUL")};
    for (isize i = 0; i < COUNT_OF(fixed); i++) {
        if (str_eq_fold(stem, fixed[i])) {
            return true;
        }
    }
    bool is_port = stem.len == 4 && (str_eq_fold(str_to(stem, 3), S("COM")) ||
                                     str_eq_fold(str_to(stem, 3), S("LPT")));
    return is_port && stem.ptr[3] >= '1' && stem.ptr[3] <= '9';
}

static Str stem_of(Str element)
{
    return str_cut(element, '.').head;
}

/* "NAME~1" is the short form of some other name on Windows. */
static bool is_short_name(Str stem)
{
    StrCut cut = str_cut_last(stem, '~');
    return cut.found && all(cut.tail, is_digit);
}

static bool is_path_element(Str e)
{
    return all(e, is_path_char) && e.ptr[0] != '.' && e.ptr[e.len - 1] != '.' &&
           !is_device(stem_of(e)) && !is_short_name(stem_of(e));
}

static bool is_domain_char(char c)
{
    return is_lower(c) || is_digit(c) || c == '-' || c == '.';
}

bool escape_is_module_path(Str path)
{
    StrCut cut = str_cut(path, '/');
    Str domain = cut.head;
    if (!all(domain, is_domain_char) || str_index_byte(domain, '.') < 0 || domain.ptr[0] == '-' ||
        !is_path_element(domain)) {
        return false;
    }
    while (cut.found) {
        cut = str_cut(cut.tail, '/');
        if (!is_path_element(cut.head)) {
            return false;
        }
    }
    return true;
}

static bool is_dot(char c)
{
    return c == '.';
}

bool escape_is_version(Str version)
{
    return all(version, is_version_char) && !all(version, is_dot) &&
           version.ptr[version.len - 1] != '.' && !is_device(stem_of(version));
}

static Str escaped(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < s.len; i++) {
        if (is_upper(s.ptr[i])) {
            strbuf_add_byte(&b, '!');
            strbuf_add_byte(&b, (char)(s.ptr[i] + ('a' - 'A')));
        } else {
            strbuf_add_byte(&b, s.ptr[i]);
        }
    }
    return strbuf_str(&b);
}

static bool unescaped(Arena *a, Str s, Str *ret)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '!') {
            i++;
            if (i == s.len || !is_lower(s.ptr[i])) {
                return false;
            }
            c = (char)(s.ptr[i] - ('a' - 'A'));
        } else if (is_upper(c)) {
            return false;
        }
        strbuf_add_byte(&b, c);
    }
    *ret = strbuf_str(&b);
    return true;
}

bool escape_module_path(Arena *a, Str path, Str *ret)
{
    if (!escape_is_module_path(path)) {
        return false;
    }
    *ret = escaped(a, path);
    return true;
}

bool escape_version(Arena *a, Str version, Str *ret)
{
    if (!escape_is_version(version)) {
        return false;
    }
    *ret = escaped(a, version);
    return true;
}

bool unescape_module_path(Arena *a, Str text, Str *ret)
{
    Str path;
    if (!unescaped(a, text, &path) || !escape_is_module_path(path)) {
        return false;
    }
    *ret = path;
    return true;
}

bool unescape_version(Arena *a, Str text, Str *ret)
{
    Str version;
    if (!unescaped(a, text, &version) || !escape_is_version(version)) {
        return false;
    }
    *ret = version;
    return true;
}
