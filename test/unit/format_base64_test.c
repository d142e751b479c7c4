#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/base64.h"
#include "support/assert_str.h"

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

static void test_agrees_with_rfc_4648(void **state)
{
    (void)state;
    const struct {
        Str data, text;
    } rows[] = {
        {S(""), S("")},
        {S("f"), S("Zg==")},
        {S("fo"), S("Zm8=")},
        {S("foo"), S("Zm9v")},
        {S("foob"), S("Zm9vYg==")},
        {S("fooba"), S("Zm9vYmE=")},
        {S("foobar"), S("Zm9vYmFy")},
        {S("\xfb\xff\xbf"), S("+/+/")},
        {S("\0\0"), S("AAA=")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str data;
        assert_str(base64_encode(&arena, rows[i].data), rows[i].text);
        assert_true(base64_decode(&arena, rows[i].text, &data));
        assert_str(data, rows[i].data);
    }
}

static void test_every_length_comes_back(void **state)
{
    (void)state;
    char bytes[200];
    for (isize i = 0; i < COUNT_OF(bytes); i++) {
        bytes[i] = (char)(i * 151 + 7);
    }
    for (isize len = 0; len <= COUNT_OF(bytes); len++) {
        Arena scratch = arena;
        Str data, text = base64_encode(&scratch, (Str){bytes, len});
        assert_int_equal(text.len, (len + 2) / 3 * 4);
        assert_true(base64_decode(&scratch, text, &data));
        assert_str(data, ((Str){bytes, len}));
    }
}

static void test_rejects_what_has_another_form(void **state)
{
    (void)state;
    const Str rows[] = {
        S("Z"),       S("Zg"),       S("Zg="),      S("Zm9vY"), S("===="),     S("Z==="),
        S("=Zg="),    S("Zg==Zg=="), S("Zm9v="),    S("Zm8=="), S("Zm9v===="), S("Zg=A"),
        S("Zm9v\n"),  S("Zm\n9v"),   S("Zm9v\r\n"), S(" Zm9v"), S("Zm-v"),     S("Zm_v"),
        S("Zm9\x80"), S("Zm9\0"),    S("Zh=="),     S("Zv=="),  S("Zm9="),     S("AAB="),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str data = S("untouched");
        if (base64_decode(&arena, rows[i], &data)) {
            fail_msg("accepted '%.*s'", STR_ARG(rows[i]));
        }
        assert_str(data, S("untouched"));
    }
}

/* Each text has one meaning and each meaning one text: whatever decodes encodes to the same. */
static void test_what_is_accepted_is_canonical(void **state)
{
    (void)state;
    isize n_accepted = 0;
    for (int a = 0; a < 256; a++) {
        for (int b = 0; b < 256; b++) {
            const char texts[2][4] = {{'Q', (char)a, (char)b, '='}, {'/', 'Q', (char)a, (char)b}};
            for (isize i = 0; i < COUNT_OF(texts); i++) {
                Arena scratch = arena;
                Str data, text = {texts[i], 4};
                if (base64_decode(&scratch, text, &data)) {
                    assert_str(base64_encode(&scratch, data), text);
                    n_accepted++;
                }
            }
        }
    }
    /* First form: 64 * 16, and "QX==" with 4 X. Second: 64 * 64, 16 with "X=", and "==". */
    assert_int_equal(n_accepted, 64 * 16 + 4 + 64 * 64 + 16 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_rfc_4648),
        cmocka_unit_test(test_every_length_comes_back),
        cmocka_unit_test(test_rejects_what_has_another_form),
        cmocka_unit_test(test_what_is_accepted_is_canonical),
    };
    return cmocka_run_group_tests_name("format_base64", tests, make_arena, drop_arena);
}
