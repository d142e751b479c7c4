/* Sets of types: each row is written as termlist_write shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/types/termlist.h"
#include "support/assert_str.h"

enum { N_TYPES = 4 };

typedef struct {
    Arena arena;
    NameTable *names;
    Program program;
    Type *types[N_TYPES]; /* bool, int, string, and MyInt whose underlying type is int */
} Fixture;

static int setup(void **state)
{
    Arena arena = arena_init(0);
    Fixture *f = ARENA_NEW(&arena, Fixture);
    f->arena = arena;
    f->names = names_new();
    program_init(&f->program, &f->arena, f->names);
    static const char my_int[] = "MyInt\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    Object *o = ARENA_NEW(&f->arena, Object);
    o->kind = OBJECT_TYPE_NAME;
    o->name = name_intern(name_cache_new(&f->arena, f->names), (Str){my_int, 5});
    Named *named = ARENA_NEW(&f->arena, Named);
    named->t.kind = TYPE_NAMED;
    named->obj = o;
    named->underlying = (Type *)f->program.basic[BASIC_INT];
    program_enter(&f->program, &named->t);
    o->type = &named->t;
    f->types[0] = (Type *)f->program.basic[BASIC_BOOL];
    f->types[1] = (Type *)f->program.basic[BASIC_INT];
    f->types[2] = (Type *)f->program.basic[BASIC_STRING];
    f->types[3] = &named->t;
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    program_done(&f->program);
    names_done(f->names);
    Arena arena = f->arena;
    arena_done(&arena);
    return 0;
}

static Type *type_of(const Fixture *f, Str name)
{
    static const Str names[N_TYPES] = {STR_CONST("bool"), STR_CONST("int"), STR_CONST("string"),
                                       STR_CONST("MyInt")};
    for (int i = 0; i < N_TYPES; i++) {
        if (str_eq(names[i], name)) {
            return f->types[i];
        }
    }
    fail_msg("no type %.*s", STR_ARG(name));
    return NULL;
}

/* "∅", "𝓤" or terms between "|". */
static TermList read_list(Fixture *f, const char *text)
{
    Str rest = str_from_c(text);
    VEC(Term) terms = {0};
    if (str_eq(rest, S("𝓤"))) {
        return (TermList){.is_all = true};
    }
    while (rest.len > 0 && !str_eq(rest, S("∅"))) {
        StrCut cut = str_cut(rest, '|');
        Str name = str_trim(cut.head);
        bool is_tilde = str_eat_prefix(&name, S("~"));
        *VEC_PUSH(&f->arena, &terms) = (Term){is_tilde, type_of(f, name)};
        rest = cut.tail;
    }
    return (TermList){.ptr = terms.ptr, .len = terms.len};
}

static void assert_list(Fixture *f, TermList list, const char *want)
{
    StrBuf b = strbuf_init(&f->arena);
    termlist_write(&b, &f->program, list);
    assert_str(strbuf_str(&b), str_from_c(want));
}

typedef struct {
    const char *x, *y, *want;
} Row;

static void test_union_keeps_terms_apart_that_do_not_overlap(void **state)
{
    Fixture *f = *state;
    static const Row rows[] = {
        {"∅", "∅", "∅"},
        {"∅", "int", "int"},
        {"int", "∅", "int"},
        {"𝓤", "int", "𝓤"},
        {"∅", "𝓤", "𝓤"},
        {"int", "int", "int"},
        {"int", "~int", "~int"},
        {"~int", "int", "~int"},
        {"~int", "~int", "~int"},
        {"int", "string", "int | string"},
        {"int", "MyInt", "int | MyInt"},
        {"MyInt", "~int", "~int"},
        {"~string", "string | MyInt", "~string | MyInt"},
        {"int | string", "~int | bool", "~int | string | bool"},
        {"bool | int", "~int", "bool | ~int"},
        /* As go/types does: a term that was passed over is not looked at again. */
        {"int | MyInt", "bool | ~int", "~int | MyInt | bool"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TermList x = read_list(f, rows[i].x), y = read_list(f, rows[i].y);
        assert_list(f, termlist_union(&f->arena, x, y), rows[i].want);
    }
}

static void test_intersection_keeps_the_narrower_term(void **state)
{
    Fixture *f = *state;
    static const Row rows[] = {
        {"∅", "∅", "∅"},
        {"∅", "𝓤", "∅"},
        {"𝓤", "𝓤", "𝓤"},
        {"𝓤", "~int | bool", "~int | bool"},
        {"int", "𝓤", "int"},
        {"int", "~int", "int"},
        {"~int", "~int", "~int"},
        {"~int", "MyInt", "MyInt"},
        {"int", "MyInt", "∅"},
        {"int", "string", "∅"},
        {"~string", "int | bool", "∅"},
        {"~int | string", "int | MyInt | bool", "int | MyInt"},
        {"int | string", "string | int", "int | string"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TermList x = read_list(f, rows[i].x), y = read_list(f, rows[i].y);
        assert_list(f, termlist_intersect(&f->arena, x, y), rows[i].want);
    }
}

static void test_normal_form_has_each_type_once(void **state)
{
    Fixture *f = *state;
    static const Row rows[] = {
        {"∅", NULL, "∅"},
        {"𝓤", NULL, "𝓤"},
        {"int | int", NULL, "int"},
        {"int | string | int", NULL, "int | string"},
        {"int | string | ~int", NULL, "~int | string"},
        {"~int | MyInt | int | MyInt", NULL, "~int"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TermList x = read_list(f, rows[i].x);
        assert_list(f, termlist_norm(&f->arena, x), rows[i].want);
    }
}

static void test_subsets(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *x, *y;
        bool is_subset, is_superset;
    } rows[] = {
        {"∅", "∅", true, true},
        {"∅", "int", true, false},
        {"∅", "𝓤", true, false},
        {"𝓤", "𝓤", true, true},
        {"int", "𝓤", true, false},
        {"int", "int", true, true},
        {"int", "~int", true, false},
        {"MyInt", "~int", true, false},
        {"MyInt", "int", false, false},
        {"int | string", "string | ~int", true, false},
        {"int | bool", "int | string", false, false},
        {"string | int", "int | string", true, true},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        TermList x = read_list(f, rows[i].x), y = read_list(f, rows[i].y);
        assert_int_equal(termlist_is_subset_of(x, y), rows[i].is_subset);
        assert_int_equal(termlist_is_subset_of(y, x), rows[i].is_superset);
        assert_int_equal(termlist_equal(x, y), rows[i].is_subset && rows[i].is_superset);
    }
}

static void test_inclusion_asks_for_underlying_types_behind_a_tilde(void **state)
{
    Fixture *f = *state;
    static const struct {
        const char *x, *type;
        bool want;
    } rows[] = {
        {"∅", "int", false},
        {"𝓤", "MyInt", true},
        {"int", "int", true},
        {"int", "MyInt", false},
        {"~int", "MyInt", true},
        {"~int", "string", false},
        {"string | MyInt", "MyInt", true},
        {"string | ~int", "bool", false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Type *t = type_of(f, str_from_c(rows[i].type));
        assert_int_equal(termlist_includes(read_list(f, rows[i].x), t), rows[i].want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_union_keeps_terms_apart_that_do_not_overlap, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_intersection_keeps_the_narrower_term, setup, teardown),
        cmocka_unit_test_setup_teardown(test_normal_form_has_each_type_once, setup, teardown),
        cmocka_unit_test_setup_teardown(test_subsets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inclusion_asks_for_underlying_types_behind_a_tilde,
                                        setup, teardown),
    };
    return cmocka_run_group_tests_name("go/types/termlist", tests, NULL, NULL);
}
