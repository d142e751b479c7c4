/* Two terms that overlap are of the same type once the tildes are taken into account, so that one
 * of them always contains the other. */
#include "go/types/typeterm.h"

bool term_is_disjoint(Term x, Term y)
{
    Type *of_x = y.is_tilde ? type_under(x.type) : x.type;
    Type *of_y = x.is_tilde ? type_under(y.type) : y.type;
    return !type_identical(of_x, of_y);
}

bool term_union(Term x, Term y, Term *ret)
{
    if (term_is_disjoint(x, y)) {
        return false;
    }
    *ret = x.is_tilde || !y.is_tilde ? x : y;
    return true;
}

bool term_intersect(Term x, Term y, Term *ret)
{
    if (term_is_disjoint(x, y)) {
        return false;
    }
    *ret = !x.is_tilde || y.is_tilde ? x : y;
    return true;
}

bool term_includes(Term x, Type *t)
{
    return type_identical(x.type, x.is_tilde ? type_under(t) : t);
}

bool term_is_subset_of(Term x, Term y)
{
    return !term_is_disjoint(x, y) && (!x.is_tilde || y.is_tilde);
}

void term_write(StrBuf *b, const Program *p, Term x)
{
    if (x.is_tilde) {
        strbuf_add_byte(b, '~');
    }
    type_write_paths(b, p, x.type);
}
