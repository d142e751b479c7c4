#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "archive_maker.h"
#include "go/mod/modzip.h"
#include "support/assert_str.h"

#define PREFIX "golang.org/toolchain@v0.0.1-go1.26.8.linux-amd64/"

static Arena arena;

static int make_arena(void **state)
{
    (void)state;
    arena = arena_init(MIB);
    return 0;
}

static int drop_arena(void **state)
{
    (void)state;
    arena_done(&arena);
    return 0;
}

/* Checks an archive of these members, as it is after the way through the zip reader. */
static bool check(const ZipMember *members, isize n, Err *err)
{
    Arena a = arena;
    ZipDirectory dir;
    ZipMade z = make_zip(&a, members, n, false, (Str){0});
    bool is_open = open_zip(&a, zip_made_str(&z), &dir, err);
    assert_true(is_open);
    return modzip_check(a, &dir, S(PREFIX), err);
}

static void test_takes_what_a_toolchain_is_made_of(void **state)
{
    (void)state;
    const ZipMember members[] = {
        {.name = S(PREFIX "LICENSE"), .unix_mode = 0100644},
        {.name = S(PREFIX "VERSION"), .content = S("go1.26.8\n")},
        {.name = S(PREFIX "bin/go"), .unix_mode = 0100755, .has_descriptor = true},
        {.name = S(PREFIX "go.mod")},
        {.name = S(PREFIX "src/_go.mod")},
        {.name = S(PREFIX "src/cmd/_go.mod")},
        {.name = S(PREFIX "src/go.mod.txt")},
        {.name = S(PREFIX "src/fmt/print.go"), .is_stored = true},
    };
    Err err;
    if (!check(members, COUNT_OF(members), &err)) {
        fail_msg("%s", err.text);
    }
    assert_true(check(members, 0, &err));
}

static void test_rejects_each_broken_rule(void **state)
{
    (void)state;
    const struct {
        ZipMember member;
        const char *text;
    } rows[] = {
        {{.name = S("elsewhere@v1/file")}, "'elsewhere@v1/file' does not lie in '" PREFIX "'"},
        {{.name = S("GOLANG.ORG/toolchain@v0.0.1-go1.26.8.linux-amd64/file")},
         "'GOLANG.ORG/toolchain@v0.0.1-go1.26.8.linux-amd64/file' does not lie in '" PREFIX "'"},
        {{.name = S("/" PREFIX "file")}, "'/" PREFIX "file' does not lie in '" PREFIX "'"},
        {{.name = S("../" PREFIX "file")}, "'../" PREFIX "file' does not lie in '" PREFIX "'"},
        {{.name = S(PREFIX)}, "'" PREFIX "' is a folder, which a module's zip has none of"},
        {{.name = S(PREFIX "src/")},
         "'" PREFIX "src/' is a folder, which a module's zip has none of"},
        {{.name = S(PREFIX "bin/go"), .content = S("/bin/sh"), .unix_mode = 0120777},
         "'" PREFIX "bin/go' is a symbolic link, not a file"},
        {{.name = S(PREFIX "pipe"), .unix_mode = 010644},
         "'" PREFIX "pipe' is neither a file nor a folder"},
        {{.name = S(PREFIX "src/go.mod")}, "'src/go.mod' is a go.mod below the root of the module"},
        {{.name = S(PREFIX "src/Go.Mod")}, "'src/Go.Mod' is a go.mod below the root of the module"},
        {{.name = S(PREFIX "GO.MOD")}, "'GO.MOD' is not written in small letters"},
        {{.name = S(PREFIX "../evil")}, "the name '../evil' has '..' in it, which ends with a dot"},
        {{.name = S(PREFIX "/etc/passwd")}, "the name '/etc/passwd' has an empty element"},
        {{.name = S(PREFIX "a\\b")},
         "the name 'a\\b' has U+005C in it, which no file of a module may have"},
        {{.name = S(PREFIX "src/AUX.go")},
         "the name 'src/AUX.go' has 'AUX.go' in it, a device of Windows"},
        {{.name = S(PREFIX "good")}, "the file 'good' is there twice"},
        {{.name = S(PREFIX "GOOD")}, "the names 'good' and 'GOOD' differ only in case"},
        {{.name = S(PREFIX "good/file")}, "'good' is both a file and a folder"},
        {{.name = S(PREFIX "a\nb")},
         "the name 'a\nb' has U+000A in it, which no file of a module may have"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        const ZipMember members[] = {{.name = S(PREFIX "good")}, rows[i].member};
        Err err;
        if (check(members, 2, &err)) {
            fail_msg("accepted, though it should say: %s", rows[i].text);
        }
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].text);
    }
}

static void test_rejects_a_name_with_nul(void **state)
{
    (void)state;
    const ZipMember member = {.name = S(PREFIX "a\0b")};
    Err err;
    assert_false(check(&member, 1, &err));
    assert_int_equal(err.kind, ERR_FORMAT);
}

static void test_holds_the_limits(void **state)
{
    (void)state;
    const struct {
        Str name;
        int64_t len;
        const char *text;
    } rows[] = {
        {S(PREFIX "go.mod"), 16 * MIB, NULL},
        {S(PREFIX "go.mod"), 16 * MIB + 1,
         "go.mod has 16777217 bytes, at most 16777216 are allowed"},
        {S(PREFIX "LICENSE"), 16 * MIB, NULL},
        {S(PREFIX "LICENSE"), 16 * MIB + 1,
         "LICENSE has 16777217 bytes, at most 16777216 are allowed"},
        {S(PREFIX "src/LICENSE"), 17 * MIB, NULL},
        {S(PREFIX "file"), 500 * MIB, NULL},
        {S(PREFIX "file"), 500 * MIB + 1,
         "the files of the module have 524288001 bytes, at most 524288000 are allowed"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        ZipEntry entry = {.name = rows[i].name, .kind = ZIP_FILE, .len = rows[i].len};
        ZipDirectory dir = {&entry, 1, rows[i].len};
        Err err;
        assert_int_equal(modzip_check(arena, &dir, S(PREFIX), &err), rows[i].text == NULL);
        if (rows[i].text != NULL) {
            assert_int_equal(err.kind, ERR_LIMIT);
            assert_string_equal(err.text, rows[i].text);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_what_a_toolchain_is_made_of),
        cmocka_unit_test(test_rejects_each_broken_rule),
        cmocka_unit_test(test_rejects_a_name_with_nul),
        cmocka_unit_test(test_holds_the_limits),
    };
    return cmocka_run_group_tests_name("go/mod/modzip", tests, make_arena, drop_arena);
}
