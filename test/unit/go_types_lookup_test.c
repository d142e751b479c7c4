/*
 * Fields and methods through embedded fields, of types that are put together by hand:
 *
 *   type Leaf struct{ x, deep int }; func (Leaf) M(); func (*Leaf) P()
 *   type Left struct{ Leaf; side int }        type Right struct{ Leaf; side int }
 *   type Both struct{ Left; Right; own int }  type Hides struct{ *Leaf; x int }
 *   type Loop struct{ *Loop; Leaf }           type Ptr *Leaf
 *   type Face interface{ M() }                type Holds struct{ Face }
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/types/methodset.h"
#include "support/assert_str.h"

#include <stdio.h>

enum { LEAF, LEFT, RIGHT, BOTH, HIDES, LOOP, PTR, FACE, HOLDS, N_TYPES };

typedef struct {
    Arena arena, scratch;
    NameTable *names;
    Program program;
    Checker check;
    Named *types[N_TYPES];
} Fixture;

/* ---- putting types together ---- */

static Name name_of(Fixture *f, const char *text)
{
    char room[64] = {0}; /* names are followed by readable bytes */
    int len = snprintf(room, sizeof room - 16, "%s", text);
    return name_intern(f->check.names, (Str){room, len});
}

static Object *new_field(Fixture *f, const char *name, Type *t, bool is_embedded)
{
    Object *o = check_new_var(&f->check, VAR_FIELD, 1, name_of(f, name), t);
    o->is_embedded = is_embedded;
    return o;
}

static Type *new_struct(Fixture *f, Object *first, Object *second, Object *third)
{
    Struct *t = CHECK_NEW_TYPE(&f->check, TYPE_STRUCT, Struct);
    t->fields.ptr = ARENA_ARRAY(&f->arena, Object *, 3);
    t->fields.ptr[t->fields.len++] = first;
    t->fields.ptr[t->fields.len] = second;
    t->fields.len += second != NULL;
    t->fields.ptr[t->fields.len] = third;
    t->fields.len += third != NULL;
    return &t->t;
}

static Type *named(Fixture *f, int which, const char *name, Type *under)
{
    Named *t = f->types[which];
    if (t == NULL) {
        t = CHECK_NEW_TYPE(&f->check, TYPE_NAMED, Named);
        t->obj = check_new_object(&f->check, OBJECT_TYPE_NAME, 1, name_of(f, name), &t->t);
        f->types[which] = t;
    }
    t->underlying = under;
    t->from_rhs = under;
    return &t->t;
}

static Type *pointer(Fixture *f, Type *t)
{
    return (Type *)program_pointer(&f->program, &f->arena, t);
}

static Object *new_method(Fixture *f, const char *name, Type *recv)
{
    Signature *sig = CHECK_NEW_TYPE(&f->check, TYPE_SIGNATURE, Signature);
    sig->recv = check_new_var(&f->check, VAR_RECV, 1, 0, recv);
    return check_new_object(&f->check, OBJECT_FUNC, 1, name_of(f, name), &sig->t);
}

static Objects two_methods(Fixture *f, Object *first, Object *second)
{
    Objects methods = {ARENA_ARRAY(&f->arena, Object *, 2), second != NULL ? 2 : 1};
    methods.ptr[0] = first;
    methods.ptr[1] = second;
    return methods;
}

static void make_types(Fixture *f)
{
    Type *integer = (Type *)f->program.basic[BASIC_INT];
    Type *leaf = named(f, LEAF, "Leaf",
                       new_struct(f, new_field(f, "x", integer, false),
                                  new_field(f, "deep", integer, false), NULL));
    f->types[LEAF]->methods =
        two_methods(f, new_method(f, "M", leaf), new_method(f, "P", pointer(f, leaf)));
    for (int which = LEFT; which <= RIGHT; which++) {
        named(f, which, which == LEFT ? "Left" : "Right",
              new_struct(f, new_field(f, "Leaf", leaf, true), new_field(f, "side", integer, false),
                         NULL));
    }
    named(f, BOTH, "Both",
          new_struct(f, new_field(f, "Left", &f->types[LEFT]->t, true),
                     new_field(f, "Right", &f->types[RIGHT]->t, true),
                     new_field(f, "own", integer, false)));
    named(f, HIDES, "Hides",
          new_struct(f, new_field(f, "Leaf", pointer(f, leaf), true),
                     new_field(f, "x", integer, false), NULL));
    Type *loop = named(f, LOOP, "Loop", NULL);
    named(f, LOOP, "Loop",
          new_struct(f, new_field(f, "Loop", pointer(f, loop), true),
                     new_field(f, "Leaf", leaf, true), NULL));
    named(f, PTR, "Ptr", pointer(f, leaf));
    Interface *face = CHECK_NEW_TYPE(&f->check, TYPE_INTERFACE, Interface);
    face->check = &f->check;
    face->methods = two_methods(f, new_method(f, "M", &face->t), NULL);
    face->is_complete = true;
    named(f, FACE, "Face", &face->t);
    named(f, HOLDS, "Holds",
          new_struct(f, new_field(f, "Face", &f->types[FACE]->t, true), NULL, NULL));
}

static int setup(void **state)
{
    Arena arena = arena_init(0);
    Fixture *f = ARENA_NEW(&arena, Fixture);
    f->arena = arena;
    f->scratch = arena_init(0);
    f->names = names_new();
    program_init(&f->program, &f->arena, f->names);
    f->check.arena = &f->arena;
    f->check.scratch = &f->scratch;
    f->check.program = &f->program;
    f->check.names = name_cache_new(&f->arena, f->names);
    f->check.pkg = package_new(&f->program, &f->arena, S("example.com/p"), S("p"));
    make_types(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    program_done(&f->program);
    names_done(f->names);
    arena_done(&f->scratch);
    Arena arena = f->arena;
    arena_done(&arena);
    return 0;
}

/* ---- tests ---- */

/* "0.1" of what was found, behind "*" when a pointer was on the way; else why nothing was. */
static Str found_text(Fixture *f, const Found_ *found)
{
    StrBuf b = strbuf_init(&f->arena);
    if (found->object == NULL) {
        return found->n_path > 0 ? S("ambiguous") : found->is_indirect ? S("pointer") : S("none");
    }
    if (found->is_indirect) {
        strbuf_add_byte(&b, '*');
    }
    for (isize i = 0; i < found->n_path; i++) {
        strbuf_add_format(&b, i > 0 ? ".%d" : "%d", (int)found->path[i]);
    }
    return strbuf_str(&b);
}

typedef struct {
    int type;
    bool is_ptr, is_addressable, folds;
    const char *name, *want;
} Row;

static const Row rows[] = {
    {LEAF, false, false, false, "x", "0"},
    {LEAF, true, false, false, "deep", "*1"},
    {LEAF, false, false, false, "_", "none"},
    {LEAF, false, false, false, "X", "none"},
    {LEAF, false, false, true, "X", "0"},
    {LEAF, false, false, false, "M", "0"},
    {LEAF, false, false, false, "P", "pointer"},
    {LEAF, false, true, false, "P", "1"},
    {LEAF, true, false, false, "P", "*1"},
    {LEFT, false, false, false, "x", "0.0"},
    {LEFT, false, false, false, "M", "0.0"},
    {LEFT, false, false, false, "P", "pointer"},
    {BOTH, false, false, false, "own", "2"},
    {BOTH, false, false, false, "Left", "0"},
    {BOTH, false, false, false, "side", "ambiguous"},
    {BOTH, false, false, false, "x", "ambiguous"},
    {BOTH, false, false, false, "M", "ambiguous"},
    {HIDES, false, false, false, "x", "1"},
    {HIDES, false, false, false, "deep", "*0.1"},
    {HIDES, false, false, false, "P", "*0.1"},
    {LOOP, false, false, false, "deep", "1.1"},
    {LOOP, false, false, false, "nowhere", "none"},
    {PTR, false, false, false, "x", "*0"},
    {PTR, false, false, false, "M", "none"},
    {FACE, false, false, false, "M", "0"},
    {FACE, true, false, false, "M", "none"},
    {HOLDS, false, false, false, "M", "0.0"},
};

static void test_finds_at_the_least_depth_what_is_there_once(void **state)
{
    Fixture *f = *state;
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Type *t = &f->types[rows[i].type]->t;
        Found_ found = lookup_field_or_method(&f->check, rows[i].is_ptr ? pointer(f, t) : t,
                                              rows[i].is_addressable, f->check.pkg,
                                              name_of(f, rows[i].name), rows[i].folds);
        assert_str(found_text(f, &found), str_from_c(rows[i].want));
    }
}

static void test_unexported_names_belong_to_their_package(void **state)
{
    Fixture *f = *state;
    TypePackage *other = package_new(&f->program, &f->arena, S("example.com/q"), S("q"));
    Type *leaf = &f->types[LEAF]->t;
    Found_ x = lookup_field_or_method(&f->check, leaf, false, other, name_of(f, "x"), false);
    assert_null(x.object);
    Found_ m = lookup_field_or_method(&f->check, leaf, false, other, name_of(f, "M"), false);
    assert_non_null(m.object);
}

/* A method set holds what looking up the name finds, and nothing else. */
static void test_method_sets_agree_with_looking_up(void **state)
{
    Fixture *f = *state;
    static const char *const names[] = {"M", "P", "x"};
    for (int which = 0; which < 2 * N_TYPES; which++) {
        Type *t = &f->types[which % N_TYPES]->t;
        t = which < N_TYPES ? t : pointer(f, t);
        MethodSet set = methodset_of(&f->check, &f->arena, t);
        isize n = 0;
        for (isize i = 0; i < COUNT_OF(names); i++) {
            Name name = name_of(f, names[i]);
            Object *o =
                lookup_field_or_method(&f->check, t, false, f->check.pkg, name, false).object;
            bool is_method = o != NULL && o->kind == OBJECT_FUNC;
            const Selection *s = methodset_lookup(&set, f->check.pkg, name);
            assert_int_equal(s != NULL, is_method);
            assert_true(!is_method || s->object == o);
            n += is_method;
        }
        assert_int_equal(set.len, n);
    }
}

static void test_field_path_names_what_is_passed_through(void **state)
{
    Fixture *f = *state;
    Found_ found = lookup_field_or_method(&f->check, &f->types[LOOP]->t, false, f->check.pkg,
                                          name_of(f, "deep"), false);
    Str path =
        lookup_field_path(&f->check, &f->arena, &f->types[LOOP]->t, found.path, found.n_path);
    assert_str(path, S("Leaf.deep"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_finds_at_the_least_depth_what_is_there_once, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_unexported_names_belong_to_their_package, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_method_sets_agree_with_looking_up, setup, teardown),
        cmocka_unit_test_setup_teardown(test_field_path_names_what_is_passed_through, setup,
                                        teardown),
    };
    return cmocka_run_group_tests_name("go/types/lookup", tests, NULL, NULL);
}
