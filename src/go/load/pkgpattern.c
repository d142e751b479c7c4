/*
 * Elements "vendor" that another one follows are written as a byte that no path holds, in pattern
 * and name alike. Then "..." may stand for anything but that byte, and is tried from the left: the
 * text between two "..." is looked for at its first place, because a later one leaves less to the
 * rest.
 */
#include "go/load/pkgpattern.h"

#include "base/strbuf.h"
#include "go/load/importpath.h"

#define VENDOR_BYTE '\0'

static bool has_vendor_byte(Str s)
{
    return str_index_byte(s, VENDOR_BYTE) >= 0;
}

static Str mark_vendor(Arena *a, Str s)
{
    if (!str_contains(s, S("vendor"))) {
        return s;
    }
    StrBuf b = strbuf_init(a);
    for (StrCut cut = {.tail = s, .found = true}; cut.found;) {
        cut = str_cut(cut.tail, '/');
        if (cut.found && str_eq(cut.head, S("vendor"))) {
            strbuf_add_byte(&b, VENDOR_BYTE);
        } else {
            strbuf_add(&b, cut.head);
        }
        if (cut.found) {
            strbuf_add_byte(&b, '/');
        }
    }
    return strbuf_str(&b);
}

/* The part of the pattern before its next "..."; *rest is what follows that. */
static Str next_literal(Str *rest, bool *ret_is_last)
{
    isize at = str_index(*rest, S("..."));
    *ret_is_last = at < 0;
    Str literal = at < 0 ? *rest : str_to(*rest, at);
    *rest = at < 0 ? (Str){0} : str_from(*rest, at + 3);
    return literal;
}

static bool match_marked(Str pattern, Str name)
{
    bool is_last;
    Str literal = next_literal(&pattern, &is_last);
    if (!str_eat_prefix(&name, literal)) {
        return false;
    }
    while (!is_last) {
        literal = next_literal(&pattern, &is_last);
        isize at = is_last ? (str_ends_with(name, literal) ? name.len - literal.len : -1)
                           : str_index(name, literal);
        if (at < 0 || has_vendor_byte(str_to(name, at))) {
            return false;
        }
        name = str_from(name, at + literal.len);
    }
    return name.len == 0;
}

bool pkgpattern_matches(Arena scratch, Str pattern, Str name)
{
    if (has_vendor_byte(pattern) || has_vendor_byte(name)) {
        return false;
    }
    Str marked = mark_vendor(&scratch, pattern), marked_name = mark_vendor(&scratch, name),
        stem = marked;
    if (match_marked(marked, marked_name)) {
        return true;
    }
    /* "x/..." matches x; "x/vendor/..." matches x/vendor, the package of that name. */
    if (!str_eat_suffix(&stem, S("/..."))) {
        return false;
    }
    if (stem.len > 0 && stem.ptr[stem.len - 1] == VENDOR_BYTE) {
        stem = str_concat(&scratch, str_to(stem, stem.len - 1), S("vendor"));
    }
    return match_marked(stem, marked_name);
}

bool pkgpattern_can_match_below(Str pattern, Str name)
{
    isize wild = str_index(pattern, S("..."));
    Str literal = wild < 0 ? pattern : str_to(pattern, wild);
    return (name.len <= literal.len && importpath_has_prefix(literal, name)) ||
           (wild >= 0 && str_starts_with(name, literal));
}
