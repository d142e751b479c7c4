#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json.h"
#include "format/utf8.h"
#include "support/assert_str.h"
#include "support/fixture.h"

#include <signal.h>

/* ---- writer ---- */

static void test_writes_an_indented_document(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf out = strbuf_init(&a);
    JsonWriter w = json_writer_init(&out, (Str){0});
    json_begin_object(&w);
    json_key_str(&w, S("version"), S("go1.26.8"));
    json_key_number(&w, S("record"), INT64_MIN);
    json_key_bool(&w, S("proved"), true);
    json_key_null(&w, S("place"));
    json_key_str_or_null(&w, S("hint"), (Str){0});
    json_key_array(&w, S("none"));
    json_end(&w);
    json_key_object(&w, S("nothing"));
    json_end(&w);
    json_key_array(&w, S("files"));
    json_number(&w, 1);
    json_begin_object(&w);
    json_key_str_or_null(&w, S("path"), S("go.env"));
    json_end(&w);
    json_begin_array(&w);
    json_bool(&w, false);
    json_null(&w);
    json_end(&w);
    json_end(&w);
    json_end(&w);
    assert_str(strbuf_str(&out), S("{\n"
                                   "  \"version\": \"go1.26.8\",\n"
                                   "  \"record\": -9223372036854775808,\n"
                                   "  \"proved\": true,\n"
                                   "  \"place\": null,\n"
                                   "  \"hint\": null,\n"
                                   "  \"none\": [],\n"
                                   "  \"nothing\": {},\n"
                                   "  \"files\": [\n"
                                   "    1,\n"
                                   "    {\n"
                                   "      \"path\": \"go.env\"\n"
                                   "    },\n"
                                   "    [\n"
                                   "      false,\n"
                                   "      null\n"
                                   "    ]\n"
                                   "  ]\n"
                                   "}"));
    arena_done(&a);
}

static void test_writes_only_the_fields_that_are_wanted(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf out = strbuf_init(&a);
    JsonWriter w = json_writer_init(&out, S("b,d"));
    json_begin_object(&w);
    json_key_str(&w, S("schema"), S("x"));
    json_key_array(&w, S("a"));
    json_begin_object(&w);
    json_key_number(&w, S("b"), 1); /* the same name further inside is not meant */
    json_end(&w);
    json_number(&w, 2);
    json_end(&w);
    json_key_object(&w, S("b"));
    json_key_number(&w, S("a"), 3); /* inside a wanted field everything stays */
    json_end(&w);
    json_key_number(&w, S("c"), 4);
    json_key_null(&w, S("bb"));
    json_key_number(&w, S("d"), 5);
    json_end(&w);
    assert_str(strbuf_str(&out), S("{\n"
                                   "  \"schema\": \"x\",\n"
                                   "  \"b\": {\n"
                                   "    \"a\": 3\n"
                                   "  },\n"
                                   "  \"d\": 5\n"
                                   "}"));
    arena_done(&a);
}

static void test_escapes_strings(void **state)
{
    (void)state;
    const struct {
        Str text, written;
    } rows[] = {
        {S(""), S("\"\"")},
        {S("a/b ä 中 \x7f"), S("\"a/b ä 中 \x7f\"")},
        {S("\"\\\b\f\n\r\t"), S("\"\\\"\\\\\\b\\f\\n\\r\\t\"")},
        {S("\0\x01\x1b\x1f"), S("\"\\u0000\\u0001\\u001b\\u001f\"")},
        {S("\xff"), S("\"\xef\xbf\xbd\"")},
        {S("a\xc3z\xe2\x82"), S("\"a\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\"")},
        {S("\xed\xa0\x80"), S("\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        StrBuf out = strbuf_init(&a);
        JsonWriter w = json_writer_init(&out, (Str){0});
        json_str(&w, rows[i].text);
        assert_str(strbuf_str(&out), rows[i].written);
        arena_done(&a);
    }
}

static bool write_value_without_key(void *context)
{
    JsonWriter *w = context;
    json_begin_object(w);
    json_number(w, 1);
    return true;
}

static bool write_key_in_array(void *context)
{
    JsonWriter *w = context;
    json_begin_array(w);
    json_key(w, S("k"));
    return true;
}

static bool write_key_without_value(void *context)
{
    JsonWriter *w = context;
    json_begin_object(w);
    json_key(w, S("k"));
    json_end(w);
    return true;
}

static bool write_one_end_too_many(void *context)
{
    json_end(context);
    return true;
}

static void test_misuse_of_the_writer_is_a_bug(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf out = strbuf_init(&a);
    bool (*const bodies[])(void *) = {write_value_without_key, write_key_in_array,
                                      write_key_without_value, write_one_end_too_many};
    for (isize i = 0; i < COUNT_OF(bodies); i++) {
        JsonWriter w = json_writer_init(&out, (Str){0});
        assert_true(fixture_dies_of(SIGABRT, bodies[i], &w));
    }
    arena_done(&a);
}

/* ---- reader ---- */

static const JsonValue *parse(Arena *a, Str doc)
{
    Err err;
    const JsonValue *root = NULL;
    if (!json_parse(a, doc, &root, &err)) {
        fail_msg("%.*s: %s", STR_ARG(doc), err.text);
    }
    return root;
}

static void test_reads_every_kind(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const JsonValue *root =
        parse(&a, S(" {\"s\": \"text\", \"n\": -12, \"t\": true, \"f\" : false,\r\n\t\"z\":null, "
                    "\"a\": [1, [], {}, \"x\"], \"\": 0} \n"));
    assert_int_equal(root->kind, JSON_OBJECT);
    assert_int_equal(root->n_children, 7);
    assert_str(json_get_str(root, S("s"), S("?")), S("text"));
    assert_str(json_get_str(root, S("n"), S("?")), S("?"));
    assert_str(json_get_str(root, S("absent"), S("?")), S("?"));
    int64_t n = 0;
    assert_true(json_int(json_get(root, S("n")), &n));
    assert_int_equal(n, -12);
    assert_true(json_get(root, S("t"))->boolean);
    assert_false(json_get(root, S("f"))->boolean);
    assert_true(json_is(json_get(root, S("z")), JSON_NULL));
    assert_true(json_is(json_get(root, S("")), JSON_NUMBER));
    const JsonValue *array = json_get(root, S("a"));
    assert_int_equal(array->n_children, 4);
    assert_int_equal(array->child->next->kind, JSON_ARRAY);
    assert_null(array->child->next->child);
    assert_int_equal(array->child->next->next->kind, JSON_OBJECT);
    assert_null(json_get(array, S("s")));
    assert_null(json_get(NULL, S("s")));
    assert_false(json_is(NULL, JSON_NULL));
    arena_done(&a);
}

static void test_decodes_strings(void **state)
{
    (void)state;
    const struct {
        Str doc, text;
    } rows[] = {
        {S("\"\""), S("")},
        {S("\"a\\\"\\\\\\/\\b\\f\\n\\r\\tz\""), S("a\"\\/\b\f\n\r\tz")},
        {S("\"\\u0041\\u00e4\\u4E2D\""), S("Aä中")},
        {S("\"\\ud83d\\ude00\""), S("\xf0\x9f\x98\x80")},
        {S("\"\\uDBFF\\uDFFF\""), S("\xf4\x8f\xbf\xbf")},
        {S("\"a\\u0000b\""), S("a\0b")},
        {S("\"ä中\xf0\x9f\x98\x80\x7f\""), S("ä中\xf0\x9f\x98\x80\x7f")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        assert_str(parse(&a, rows[i].doc)->text, rows[i].text);
        arena_done(&a);
    }
}

static void test_numbers_stay_as_written_and_integers_are_exact(void **state)
{
    (void)state;
    const struct {
        Str doc;
        bool fits;
        int64_t value;
    } rows[] = {
        {S("0"), true, 0},
        {S("-0"), true, 0},
        {S("9007199254740993"), true, 9007199254740993},
        {S("9223372036854775807"), true, INT64_MAX},
        {S("-9223372036854775808"), true, INT64_MIN},
        {S("9223372036854775808"), false, 0},
        {S("-9223372036854775809"), false, 0},
        {S("99999999999999999999999999"), false, 0},
        {S("1.0"), false, 0},
        {S("1e3"), false, 0},
        {S("-1.5E-10"), false, 0},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        const JsonValue *value = parse(&a, rows[i].doc);
        int64_t number = 0;
        assert_str(value->text, rows[i].doc);
        assert_int_equal(json_int(value, &number), rows[i].fits);
        assert_int_equal(number, rows[i].value);
        arena_done(&a);
    }
    Arena a = arena_init(0);
    int64_t number = 7;
    assert_false(json_int(parse(&a, S("\"7\"")), &number));
    assert_false(json_int(NULL, &number));
    assert_int_equal(number, 7);
    arena_done(&a);
}

static void test_refuses_what_is_not_json_and_says_where(void **state)
{
    (void)state;
    const struct {
        Str doc;
        const char *message;
    } rows[] = {
        {S(""), "JSON, line 1, column 1: the text ends too early"},
        {S(" \n "), "JSON, line 2, column 2: the text ends too early"},
        {S("{"), "JSON, line 1, column 2: the text ends too early"},
        {S("[1,"), "JSON, line 1, column 4: the text ends too early"},
        {S("[1,]"), "JSON, line 1, column 4: a value was expected"},
        {S("[1 2]"), "JSON, line 1, column 4: ',' or ']' was expected"},
        {S("{\"a\":1,}"), "JSON, line 1, column 8: a string was expected"},
        {S("{\"a\" 1}"), "JSON, line 1, column 6: ':' was expected"},
        {S("{\"a\":1 \"b\":2}"), "JSON, line 1, column 8: ',' or '}' was expected"},
        {S("{a:1}"), "JSON, line 1, column 2: a string was expected"},
        {S("[1]\n]"), "JSON, line 2, column 1: more text after the value"},
        {S("truth"), "JSON, line 1, column 1: a value was expected"},
        {S("nul"), "JSON, line 1, column 1: a value was expected"},
        {S("'a'"), "JSON, line 1, column 1: a value was expected"},
        {S("\xef\xbb\xbf{}"), "JSON, line 1, column 1: a value was expected"},
        {S("01"), "JSON, line 1, column 2: more text after the value"},
        {S("-"), "JSON, line 1, column 2: the text ends too early"},
        {S("+1"), "JSON, line 1, column 1: a value was expected"},
        {S(".5"), "JSON, line 1, column 1: a value was expected"},
        {S("1."), "JSON, line 1, column 3: the text ends too early"},
        {S("[1.]"), "JSON, line 1, column 4: a digit was expected"},
        {S("1e+x"), "JSON, line 1, column 4: a digit was expected"},
        {S("\"a"), "JSON, line 1, column 3: the text ends too early"},
        {S("\"a\nb\""), "JSON, line 1, column 3: a control character in a string must be escaped"},
        {S("\"\\x\""), "JSON, line 1, column 3: unknown escape"},
        {S("\"\\u12g4\""), "JSON, line 1, column 6: \\u wants four hexadecimal digits"},
        {S("\"\\ud800\""), "JSON, line 1, column 2: half a surrogate pair"},
        {S("\"\\ud800\\u0041\""), "JSON, line 1, column 2: half a surrogate pair"},
        {S("\"\\udc00\""), "JSON, line 1, column 2: half a surrogate pair"},
        {S("\"\xc3\""), "JSON, line 1, column 2: not UTF-8"},
        {S("{\"a\":1,\"b\":2,\"a\":3}"), "JSON, line 1, column 1: this object has a key twice"},
        {S("{\"a\":1,\"\\u0061\":3}"), "JSON, line 1, column 1: this object has a key twice"},
        {S("1\0"), "JSON, line 1, column 2: more text after the value"},
        {S("[\0]"), "JSON, line 1, column 2: a value was expected"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Err err;
        const JsonValue *root = NULL;
        if (json_parse(&a, rows[i].doc, &root, &err)) {
            fail_msg("accepted %.*s", STR_ARG(rows[i].doc));
        }
        assert_null(root);
        assert_int_equal(err.kind, ERR_FORMAT);
        assert_string_equal(err.text, rows[i].message);
        arena_done(&a);
    }
}

static Str nested(Arena *a, int depth)
{
    StrBuf b = strbuf_init(a);
    for (int i = 0; i < depth; i++) {
        strbuf_add_byte(&b, '[');
    }
    for (int i = 0; i < depth; i++) {
        strbuf_add_byte(&b, ']');
    }
    return strbuf_str(&b);
}

static void test_bounds_hold(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    const JsonValue *root;
    assert_true(json_parse(&a, nested(&a, JSON_MAX_DEPTH), &root, &err));
    assert_false(json_parse(&a, nested(&a, JSON_MAX_DEPTH + 1), &root, &err));
    assert_int_equal(err.kind, ERR_LIMIT);

    /* One array and JSON_MAX_VALUES - 1 elements: "[0,0,...,0]". */
    isize len = 2 * (JSON_MAX_VALUES - 1) + 1;
    char *doc = arena_alloc(&a, len + 2, 1, 1);
    for (isize i = 0; i < len; i++) {
        doc[i] = i % 2 == 0 ? ',' : '0';
    }
    doc[0] = '[';
    doc[len - 1] = ']';
    assert_true(json_parse(&a, (Str){doc, len}, &root, &err));
    assert_int_equal(root->n_children, JSON_MAX_VALUES - 1);
    doc[len - 1] = ',';
    doc[len] = '0';
    doc[len + 1] = ']';
    assert_false(json_parse(&a, (Str){doc, len + 2}, &root, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_false(json_parse(&a, (Str){doc, JSON_MAX_LEN + 1}, &root, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    arena_done(&a);
}

static void test_what_is_written_is_read_back(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    StrBuf text = strbuf_init(&a);
    for (uint32_t rune = 0; rune < 0x3000; rune++) {
        char bytes[UTF8_MAX_LEN];
        strbuf_add(&text, (Str){bytes, utf8_encode(rune, bytes)});
    }
    Arena b = arena_init(0);
    StrBuf out = strbuf_init(&b);
    JsonWriter w = json_writer_init(&out, (Str){0});
    json_begin_object(&w);
    json_key_str(&w, S("text"), strbuf_str(&text));
    json_key_number(&w, S("least"), INT64_MIN);
    json_end(&w);
    const JsonValue *root = parse(&a, strbuf_str(&out));
    int64_t least = 0;
    assert_str(json_get_str(root, S("text"), S("")), strbuf_str(&text));
    assert_true(json_int(json_get(root, S("least")), &least));
    assert_true(least == INT64_MIN);
    arena_done(&b);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_writes_an_indented_document),
        cmocka_unit_test(test_writes_only_the_fields_that_are_wanted),
        cmocka_unit_test(test_escapes_strings),
        cmocka_unit_test(test_misuse_of_the_writer_is_a_bug),
        cmocka_unit_test(test_reads_every_kind),
        cmocka_unit_test(test_decodes_strings),
        cmocka_unit_test(test_numbers_stay_as_written_and_integers_are_exact),
        cmocka_unit_test(test_refuses_what_is_not_json_and_says_where),
        cmocka_unit_test(test_bounds_hold),
        cmocka_unit_test(test_what_is_written_is_read_back),
    };
    return cmocka_run_group_tests_name("format/json", tests, NULL, NULL);
}
