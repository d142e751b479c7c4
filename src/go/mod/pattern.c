/*
 * Matching goes through glob and name side by side and remembers the last star: on a mismatch that
 * star takes one byte more. Earlier stars need no second try, because what stands behind them was
 * matched as far to the left as can be. Go answers the same way, and like Go, whether a glob is
 * well formed does not depend on the name.
 */
#include "go/mod/pattern.h"

#include "format/utf8.h"

/* Takes a rune off *rest; a byte that is not UTF-8 counts as the replacement character. */
static uint32_t eat_rune(Str *rest)
{
    uint32_t rune = UTF8_REPLACEMENT;
    int len = utf8_decode(*rest, &rune);
    *rest = str_from(*rest, MAX(len, 1));
    return rune;
}

/* Takes a bound of a class off *glob: a rune that is not '-' or ']', or any behind a backslash. */
static bool eat_class_rune(Str *glob, uint32_t *ret)
{
    if (glob->len == 0 || glob->ptr[0] == '-' || glob->ptr[0] == ']') {
        return false;
    }
    str_eat_prefix(glob, S("\\"));
    uint32_t ignored;
    if (utf8_decode(*glob, &ignored) == 0) {
        return false;
    }
    *ret = eat_rune(glob);
    return glob->len > 0; /* the class must still be closed */
}

typedef struct {
    bool is_negated, has_match;
} Class;

/* Takes the rest of a class, behind its '[', off *glob. False when it is malformed. */
static bool eat_class(Str *glob, uint32_t rune, Class *ret)
{
    Class c = {.is_negated = str_eat_prefix(glob, S("^"))};
    for (isize n_ranges = 0; n_ranges == 0 || !str_eat_prefix(glob, S("]")); n_ranges++) {
        uint32_t low, high;
        if (!eat_class_rune(glob, &low)) {
            return false;
        }
        high = low;
        if (str_eat_prefix(glob, S("-")) && !eat_class_rune(glob, &high)) {
            return false;
        }
        c.has_match = c.has_match || (low <= rune && rune <= high);
    }
    *ret = c;
    return true;
}

/* Takes one item that is no star off *glob, and what it matches off *name. */
static bool eat_item(Str *glob, Str *name)
{
    if (name->len == 0) {
        return false;
    }
    char c = glob->ptr[0];
    *glob = str_from(*glob, 1);
    if (c == '?') {
        return name->ptr[0] != '/' && (eat_rune(name), true);
    }
    if (c == '[') {
        Class class;
        return eat_class(glob, eat_rune(name), &class) && class.has_match != class.is_negated;
    }
    if (c == '\\') {
        c = glob->ptr[0];
        *glob = str_from(*glob, 1);
    }
    bool is_same = name->ptr[0] == c;
    *name = str_from(*name, 1);
    return is_same;
}

bool pattern_is_valid(Str glob)
{
    while (glob.len > 0) {
        char c = glob.ptr[0];
        glob = str_from(glob, 1);
        Class ignored;
        if (c == '[' && !eat_class(&glob, 0, &ignored)) {
            return false;
        }
        if (c == '\\') {
            if (glob.len == 0) {
                return false;
            }
            glob = str_from(glob, 1);
        }
    }
    return true;
}

bool pattern_matches(Str glob, Str name)
{
    if (!pattern_is_valid(glob)) {
        return false;
    }
    Str after_star = {0}, star_name = {0};
    bool has_star = false;
    while (glob.len > 0 || name.len > 0) {
        if (str_eat_prefix(&glob, S("*"))) {
            has_star = true;
            after_star = glob;
            star_name = name;
            continue;
        }
        if (glob.len > 0 && eat_item(&glob, &name)) {
            continue;
        }
        if (!has_star || star_name.len == 0 || star_name.ptr[0] == '/') {
            return false;
        }
        star_name = str_from(star_name, 1);
        glob = after_star;
        name = star_name;
    }
    return true;
}

static isize count_slashes(Str s)
{
    isize n = 0;
    for (isize i = 0; i < s.len; i++) {
        n += s.ptr[i] == '/';
    }
    return n;
}

/* The first n elements of path; false when it has fewer. */
static bool first_elements(Str path, isize n, Str *ret)
{
    for (isize i = 0; i < path.len; i++) {
        if (path.ptr[i] == '/' && --n == 0) {
            *ret = str_to(path, i);
            return true;
        }
    }
    *ret = path;
    return n == 1;
}

bool pattern_list_matches(Str globs, Str module_path)
{
    while (globs.len > 0) {
        StrCut cut = str_cut(globs, ',');
        globs = cut.tail;
        Str glob = cut.head;
        str_eat_suffix(&glob, S("/"));
        Str prefix;
        if (glob.len > 0 && first_elements(module_path, count_slashes(glob) + 1, &prefix) &&
            pattern_matches(glob, prefix)) {
            return true;
        }
    }
    return false;
}
