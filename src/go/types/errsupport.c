/*
 * Why there is no field or method of a name: what there is instead, in other letters, may be what
 * was meant, or may not be used from another package.
 */
#include "go/types/checker.h"

typedef enum {
    LACK_MISSING,      /* there is nothing like it */
    LACK_MISSPELLED,   /* there is one with other letters */
    LACK_UNEXPORTED,   /* one whose first letter is small */
    LACK_INACCESSIBLE, /* it is there, but only for its own package */
    LACK_COUNT,
} Lack;

/* Without the first rune. */
static Str tail(Str s)
{
    isize i = MIN(s.len, 1);
    while (i < s.len && ((unsigned char)s.ptr[i] & 0xC0) == 0x80) {
        i++;
    }
    return str_from(s, i);
}

static Lack find_lack(const Checker *c, Name sel, const Object *alt)
{
    const Program *p = c->program;
    if (alt == NULL) {
        return LACK_MISSING;
    }
    if (alt->pkg == c->pkg) {
        return LACK_MISSPELLED;
    }
    bool has_same_tail =
        str_eq(tail(name_text(p->names, sel)), tail(name_text(p->names, alt->name)));
    if (name_is_exported(p, alt->name)) {
        bool is_meant = name_is_exported(p, sel) || has_same_tail;
        return is_meant ? LACK_MISSPELLED : LACK_MISSING;
    }
    if (name_is_exported(p, sel)) {
        return has_same_tail ? LACK_UNEXPORTED : LACK_MISSING;
    }
    return sel == alt->name ? LACK_INACCESSIBLE : LACK_MISSING;
}

static Str lack_in_literal(Checker *c, Type *t, Name sel, Name alt, Lack lack)
{
    static const char *const formats[LACK_COUNT] = {
        [LACK_MISSING] = "unknown field %n in struct literal of type %t",
        [LACK_MISSPELLED] = "unknown field %n in struct literal of type %t, but does have %n",
        [LACK_UNEXPORTED] =
            "unknown field %n in struct literal of type %t, but does have unexported %n",
        [LACK_INACCESSIBLE] = "cannot refer to unexported field %n in struct literal of type %t",
    };
    return check_format(c, c->scratch, formats[lack], sel, t, alt);
}

static Str lack_in_selector(Checker *c, Type *t, Name sel, const Object *alt, Lack lack)
{
    if (lack == LACK_MISSING) {
        return check_format(c, c->scratch, "type %t has no field or method %n", t, sel);
    }
    Str what = alt->kind == OBJECT_VAR    ? S("field")
               : alt->kind == OBJECT_FUNC ? S("method")
                                          : S("object");
    if (lack == LACK_INACCESSIBLE) {
        return check_format(c, c->scratch, "cannot refer to unexported %s %n", &what, alt->name);
    }
    const char *format = lack == LACK_UNEXPORTED
                             ? "type %t has no field or method %n, but does have unexported %s %n"
                             : "type %t has no field or method %n, but does have %s %n";
    return check_format(c, c->scratch, format, t, sel, &what, alt->name);
}

Str check_lookup_error(Checker *c, Type *t, Name sel, const Object *alt, bool is_struct_lit)
{
    Lack lack = find_lack(c, sel, alt);
    return is_struct_lit ? lack_in_literal(c, t, sel, alt != NULL ? alt->name : 0, lack)
                         : lack_in_selector(c, t, sel, alt, lack);
}
