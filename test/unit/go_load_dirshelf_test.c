#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/load/dirshelf.h"
#include "support/assert_str.h"
#include "support/fixture.h"

typedef struct {
    Arena a;
    Str dir;
    LoadCache *cache;
} World;

static int make_world(void **state)
{
    static World world;
    world.a = arena_init(0);
    world.dir = fixture_dir(&world.a);
    world.cache = loadcache_new();
    *state = &world;
    return 0;
}

static int drop_world(void **state)
{
    World *w = *state;
    loadcache_done(w->cache);
    arena_done(&w->a);
    return 0;
}

static Target target_of(Arena *a, Str os, Str arch)
{
    static const Str known_os[] = {STR_CONST("linux"), STR_CONST("plan9"), STR_CONST("windows")};
    static const Str known_arch[] = {STR_CONST("amd64"), STR_CONST("arm64")};
    Target t = {.os = os, .arch = arch, .go_minor = 26, .compiler = S("gc")};
    for (isize i = 0; i < COUNT_OF(known_os); i++) {
        *VEC_PUSH(a, &t.names.os) = known_os[i];
    }
    for (isize i = 0; i < COUNT_OF(known_arch); i++) {
        *VEC_PUSH(a, &t.names.arch) = known_arch[i];
    }
    return t;
}

static const BuildPackage *package_of(World *w, Str dir, const Target *t)
{
    Err err;
    const BuildPackage *p;
    DirReader r = dirshelf_reader(w->cache, t);
    assert_true(dirshelf_read(&r, path_join(&w->a, w->dir, dir), &p, &err));
    assert_ptr_equal(dirshelf_find(&r, path_join(&w->a, w->dir, dir)), p);
    return p;
}

static void test_reads_once_for_all_targets_that_answer_alike(void **state)
{
    World *w = *state;
    fixture_file(&w->a, w->dir, S("plain/a.go"), S("package p\n"));
    fixture_file(&w->a, w->dir, S("system/a.go"), S("package p\n"));
    fixture_file(&w->a, w->dir, S("system/b_linux.go"), S("package p\n"));
    Target linux_amd64 = target_of(&w->a, S("linux"), S("amd64"));
    Target linux_arm64 = target_of(&w->a, S("linux"), S("arm64"));
    Target windows = target_of(&w->a, S("windows"), S("amd64"));
    const BuildPackage *plain = package_of(w, S("plain"), &linux_amd64);
    assert_ptr_equal(package_of(w, S("plain"), &windows), plain);
    const BuildPackage *of_linux = package_of(w, S("system"), &linux_amd64);
    const BuildPackage *of_windows = package_of(w, S("system"), &windows);
    assert_ptr_equal(package_of(w, S("system"), &linux_arm64), of_linux);
    assert_ptr_not_equal(of_windows, of_linux);
    assert_int_equal(of_linux->lists[LIST_GO].len, 2);
    assert_int_equal(of_windows->lists[LIST_GO].len, 1);
    assert_str(of_windows->lists[LIST_IGNORED_GO].ptr[0], S("b_linux.go"));
}

static void test_says_what_all_that_share_a_package_have(void **state)
{
    World *w = *state;
    Err err;
    BuildPackage alone;
    Target t = target_of(&w->a, S("linux"), S("amd64"));
    Str dir = path_join(&w->a, w->dir, S("shared"));
    fixture_file(&w->a, w->dir, S("shared/b.go"), S("package p\n\nimport \"x\"\n"));
    fixture_file(&w->a, w->dir, S("shared/a.go"), S("package p\n\nimport \"y\"\nimport \"x\"\n"));
    fixture_file(&w->a, w->dir, S("shared/a_test.go"), S("package p\n\nimport \"z\"\n"));
    fixture_file(&w->a, w->dir, S("shared/c_windows.go"), S("package p\n"));
    const BuildPackage *p = package_of(w, S("shared"), &t);
    assert_true(p->is_shared);
    assert_true(p->has_good_names);
    assert_int_equal(p->sources.len, 2);
    assert_str(p->sources.ptr[0], path_join(&w->a, dir, S("a.go")));
    assert_str(p->sources.ptr[1], path_join(&w->a, dir, S("b.go")));
    assert_int_equal(p->import_texts[BUILD_FILES].len, 2);
    assert_str(p->import_texts[BUILD_FILES].ptr[0], S("x"));
    assert_str(p->import_texts[BUILD_FILES].ptr[1], S("y"));
    assert_int_equal(p->import_texts[BUILD_TEST_FILES].len, 1);
    assert_true(buildpkg_read(&w->a, &t, dir, &alone, &err));
    assert_false(alone.is_shared);
    assert_int_equal(alone.sources.len, 2);
}

static void test_asks_only_of_names_that_count(void **state)
{
    World *w = *state;
    Target t = target_of(&w->a, S("linux"), S("amd64"));
    fixture_file(&w->a, w->dir, S("good/a.go"), S("package p\n"));
    fixture_file(&w->a, w->dir, S("good/-x.text"), S(""));
    fixture_file(&w->a, w->dir, S("bad/a.go"), S("package p\n"));
    fixture_file(&w->a, w->dir, S("bad/-y_windows.go"), S("package p\n"));
    assert_true(package_of(w, S("good"), &t)->has_good_names);
    assert_false(package_of(w, S("bad"), &t)->has_good_names);
}

static void test_tells_cgo_from_the_tag_of_that_name(void **state)
{
    World *w = *state;
    fixture_file(&w->a, w->dir, S("cgo/a.go"),
                 S("package p\n\n// #cgo linux LDFLAGS: -la\nimport \"C\"\n"));
    Target off = target_of(&w->a, S("linux"), S("amd64")), on = off, tagged = off;
    Target windows = target_of(&w->a, S("windows"), S("amd64"));
    on.has_cgo = windows.has_cgo = true;
    *VEC_PUSH(&w->a, &tagged.tags) = S("cgo");
    assert_int_equal(package_of(w, S("cgo"), &tagged)->lists[LIST_CGO].len, 0);
    assert_int_equal(package_of(w, S("cgo"), &on)->lists[LIST_CGO].len, 1);
    assert_int_equal(package_of(w, S("cgo"), &off)->lists[LIST_CGO].len, 0);
    assert_int_equal(package_of(w, S("cgo"), &on)->cgo.of[CGO_LDFLAGS].len, 1);
    assert_int_equal(package_of(w, S("cgo"), &windows)->cgo.of[CGO_LDFLAGS].len, 0);
}

static void test_tells_apart_gos_with_other_systems(void **state)
{
    World *w = *state;
    fixture_file(&w->a, w->dir, S("names/a_plan9.go"), S("package p\n"));
    Target knows = target_of(&w->a, S("linux"), S("amd64")), ignorant = knows;
    ignorant.names.os.len = 1;
    assert_int_equal(package_of(w, S("names"), &ignorant)->lists[LIST_GO].len, 1);
    assert_int_equal(package_of(w, S("names"), &knows)->lists[LIST_GO].len, 0);
    assert_int_equal(package_of(w, S("names"), &ignorant)->lists[LIST_GO].len, 1);
}

static void test_reads_no_head_twice(void **state)
{
    World *w = *state;
    fixture_file(&w->a, w->dir, S("heads/a.go"), S("package p\n\nimport \"x\"\n"));
    fixture_file(&w->a, w->dir, S("heads/b_linux.go"), S("package p\n"));
    fixture_file(&w->a, w->dir, S("heads/c_plan9.go"), S("package p\n"));
    Target first = target_of(&w->a, S("linux"), S("amd64"));
    Target second = target_of(&w->a, S("plan9"), S("amd64"));
    package_of(w, S("heads"), &first);
    fixture_file(&w->a, w->dir, S("heads/a.go"), S("package q\n"));
    const BuildPackage *p = package_of(w, S("heads"), &second);
    assert_str(p->name, S("p"));
    assert_str(p->imports[BUILD_FILES].ptr[0].text, S("x"));
    assert_int_equal(p->lists[LIST_GO].len, 2);
}

static void test_fails_for_what_is_no_directory(void **state)
{
    World *w = *state;
    Err err;
    const BuildPackage *p = NULL;
    Target t = target_of(&w->a, S("linux"), S("amd64"));
    DirReader r = dirshelf_reader(w->cache, &t);
    Str dir = path_join(&w->a, w->dir, S("absent"));
    assert_false(dirshelf_read(&r, dir, &p, &err));
    assert_null(dirshelf_find(&r, dir));
    fixture_file(&w->a, w->dir, S("absent/a.go"), S("package p\n"));
    assert_true(dirshelf_read(&r, dir, &p, &err));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_once_for_all_targets_that_answer_alike),
        cmocka_unit_test(test_says_what_all_that_share_a_package_have),
        cmocka_unit_test(test_asks_only_of_names_that_count),
        cmocka_unit_test(test_tells_cgo_from_the_tag_of_that_name),
        cmocka_unit_test(test_tells_apart_gos_with_other_systems),
        cmocka_unit_test(test_reads_no_head_twice),
        cmocka_unit_test(test_fails_for_what_is_no_directory),
    };
    return cmocka_run_group_tests_name("go_load_dirshelf", tests, make_world, drop_world);
}
