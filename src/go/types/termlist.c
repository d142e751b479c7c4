/* Everything here takes the square of the number of terms: a union has at most a hundred (union.c),
 * and what is intersected with it only makes it shorter. */
#include "go/types/termlist.h"

bool termlist_is_empty(TermList x)
{
    return !x.is_all && x.len == 0;
}

TermList termlist_norm(Arena *a, TermList x)
{
    if (x.is_all || x.len == 0) {
        return x;
    }
    Term *terms = ARENA_ARRAY(a, Term, x.len);
    bool *is_used = ARENA_ARRAY(a, bool, x.len);
    isize n = 0;
    for (isize i = 0; i < x.len; i++) {
        if (is_used[i]) {
            continue;
        }
        Term term = x.ptr[i];
        for (isize j = i + 1; j < x.len; j++) {
            if (!is_used[j] && term_union(term, x.ptr[j], &term)) {
                is_used[j] = true;
            }
        }
        terms[n++] = term;
    }
    return (TermList){.ptr = terms, .len = n};
}

TermList termlist_union(Arena *a, TermList x, TermList y)
{
    if (x.is_all || y.is_all) {
        return (TermList){.is_all = true};
    }
    TermList both = {.ptr = ARENA_ARRAY(a, Term, x.len + y.len), .len = x.len + y.len};
    for (isize i = 0; i < x.len; i++) {
        both.ptr[i] = x.ptr[i];
    }
    for (isize i = 0; i < y.len; i++) {
        both.ptr[x.len + i] = y.ptr[i];
    }
    return termlist_norm(a, both);
}

TermList termlist_intersect(Arena *a, TermList x, TermList y)
{
    if (x.is_all || y.is_all) {
        return termlist_norm(a, x.is_all ? y : x);
    }
    VEC(Term) terms = {0};
    for (isize i = 0; i < x.len; i++) {
        for (isize j = 0; j < y.len; j++) {
            Term term;
            if (term_intersect(x.ptr[i], y.ptr[j], &term)) {
                *VEC_PUSH(a, &terms) = term;
            }
        }
    }
    return termlist_norm(a, (TermList){.ptr = terms.ptr, .len = terms.len});
}

bool termlist_includes(TermList x, Type *t)
{
    for (isize i = 0; i < x.len && !x.is_all; i++) {
        if (term_includes(x.ptr[i], t)) {
            return true;
        }
    }
    return x.is_all;
}

bool termlist_is_superset_of(TermList x, Term y)
{
    for (isize i = 0; i < x.len && !x.is_all; i++) {
        if (term_is_subset_of(y, x.ptr[i])) {
            return true;
        }
    }
    return x.is_all;
}

bool termlist_is_subset_of(TermList x, TermList y)
{
    if (x.is_all || y.is_all) {
        return y.is_all;
    }
    for (isize i = 0; i < x.len; i++) {
        if (!termlist_is_superset_of(y, x.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool termlist_equal(TermList x, TermList y)
{
    return termlist_is_subset_of(x, y) && termlist_is_subset_of(y, x);
}

void termlist_write(StrBuf *b, const Program *p, TermList x)
{
    if (termlist_is_empty(x)) {
        strbuf_add(b, S("∅"));
    }
    if (x.is_all) {
        strbuf_add(b, S("𝓤"));
        return;
    }
    for (isize i = 0; i < x.len; i++) {
        if (i > 0) {
            strbuf_add(b, S(" | "));
        }
        term_write(b, p, x.ptr[i]);
    }
}
