#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "store/manifest_index.h"
#include "support/assert_str.h"

#include <stdio.h>

#define MANY 5000 /* enough to make the index grow a few times */

static void add_line(StrBuf *b, Str content, const char *version, const char *name)
{
    Sha256 digest = sha256_of(content);
    char hex[2 * SHA256_LEN];
    sha256_to_hex(&digest, hex);
    strbuf_add(b, (Str){hex, (isize)sizeof(hex)});
    strbuf_add_format(b, "  golang.org/toolchain@v0.0.1-%s.linux-amd64/%s\n", version, name);
}

static void add(ManifestIndex *index, int32_t tree, Str text)
{
    Err err;
    DirhashFile *files;
    isize n;
    Arena a = arena_init(0); /* dropped, as the index keeps copies */
    assert_true(manifest_files(&a, str_copy(&a, text), &files, &n, &err));
    manifest_index_add(index, tree, files, n);
    arena_done(&a);
}

static bool find(const ManifestIndex *index, Str content, ManifestPlace *ret)
{
    Sha256 digest = sha256_of(content);
    return manifest_index_find(index, &digest, ret);
}

static void test_finds_the_first_place(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    ManifestPlace place;
    StrBuf one = strbuf_init(&a), two = strbuf_init(&a);
    add_line(&one, S("x"), "go1.26.8", "src/x.go");
    add_line(&one, S("both"), "go1.26.8", "src/z.go");
    add_line(&two, S("y"), "go1.27.4", "src/_go.mod");
    add_line(&two, S("both"), "go1.27.4", "src/a.go");
    ManifestIndex index = manifest_index_init(&a);
    assert_false(find(&index, S("x"), &place));
    add(&index, 0, strbuf_str(&one));
    add(&index, 1, strbuf_str(&two));
    assert_true(find(&index, S("both"), &place));
    assert_int_equal(place.tree, 0);
    assert_str(place.name, S("src/z.go"));
    assert_true(find(&index, S("y"), &place));
    assert_int_equal(place.tree, 1);
    assert_str(place.name, S("src/_go.mod"));
    assert_false(find(&index, S("absent"), &place));
    arena_done(&a);
}

static void test_finds_each_of_many(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    ManifestPlace place;
    StrBuf text = strbuf_init(&a);
    for (int i = 0; i < MANY; i++) {
        char name[32];
        snprintf(name, sizeof(name), "src/%06d.go", i);
        add_line(&text, str_format(&a, "content %d", i), "go1.26.8", name);
    }
    ManifestIndex index = manifest_index_init(&a);
    add(&index, 3, strbuf_str(&text));
    assert_int_equal(index.len, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_true(find(&index, str_format(&a, "content %d", i), &place));
        assert_str(place.name, str_format(&a, "src/%06d.go", i));
    }
    assert_false(find(&index, str_format(&a, "content %d", MANY), &place));
    arena_done(&a);
}

static void test_rejects_other_lines(void **state)
{
    (void)state;
#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    static const Str texts[] = {
        STR_CONST(HEX "  golang.org/toolchain@v1/a"), /* no newline */
        STR_CONST(HEX " golang.org/toolchain@v1/a\n"),
        STR_CONST(HEX "  golang.org/toolchain/a\n"),
        STR_CONST(HEX "  golang.org/toolchain@v1\n"),
        STR_CONST(HEX "  golang.org/toolchain@v1/\n"),
        STR_CONST(HEX "  golang.org/toolchain@v1/../a\n"),
        STR_CONST(HEX "  golang.org/toolchain@v1//a\n"),
        STR_CONST(HEX "\n"),
        STR_CONST("\n"),
        STR_CONST("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef"
                  "  golang.org/toolchain@v1/a\n"),
    };
    Arena a = arena_init(0);
    for (isize i = 0; i < COUNT_OF(texts); i++) {
        Err err;
        DirhashFile *files;
        isize n;
        assert_false(manifest_files(&a, texts[i], &files, &n, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
    }
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_the_first_place),
        cmocka_unit_test(test_finds_each_of_many),
        cmocka_unit_test(test_rejects_other_lines),
    };
    return cmocka_run_group_tests_name("store/manifest_index", tests, NULL, NULL);
}
