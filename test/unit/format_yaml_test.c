#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "format/yaml.h"
#include "support/assert_str.h"

static const YamlNode *parse(Arena *a, Str text)
{
    Err err;
    const YamlNode *root;
    if (!yaml_parse(a, S("f.yml"), text, &root, &err)) {
        fail_msg("%.*s", STR_ARG(err_format(a, &err)));
    }
    return root;
}

static void test_reads_a_workflow(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const YamlNode *root = parse(&a, S("name: ci\n"
                                       "on: [push]\n"
                                       "jobs:\n"
                                       "  test:\n"
                                       "    steps:\n"
                                       "      - uses: actions/setup-go@v5\n"
                                       "        with: {go-version: 1.20, cache: 'false'}\n"
                                       "      - run: |\n"
                                       "          set -e\n"
                                       "          go test ./...\n"
                                       "      - run: >-\n"
                                       "          go vet\n"
                                       "          ./...\n"));
    assert_int_equal(root->kind, YAML_MAPPING);
    assert_int_equal(root->n_children, 3);
    assert_str(yaml_text(yaml_get(root, S("name")), S("none")), S("ci"));
    assert_str(yaml_text(yaml_get(root, S("nothing")), S("none")), S("none"));
    assert_str(yaml_text(yaml_get(root, S("on")), S("none")), S("none"));
    const YamlNode *steps = yaml_get(yaml_get(yaml_get(root, S("jobs")), S("test")), S("steps"));
    assert_true(yaml_is(steps, YAML_SEQUENCE));
    assert_int_equal(steps->n_children, 3);
    const YamlNode *with = yaml_get(steps->child, S("with"));
    const YamlNode *version = yaml_get(with, S("go-version"));
    assert_str(version->text, S("1.20"));
    assert_true(yaml_is_plain(version));
    assert_int_equal(version->line, 7);
    assert_int_equal(version->column, 28);
    assert_str(version->key->text, S("go-version"));
    assert_false(yaml_is_plain(yaml_get(with, S("cache"))));
    const YamlNode *script = yaml_get(steps->child->next, S("run"));
    assert_int_equal(script->style, YAML_LITERAL);
    assert_str(script->text, S("set -e\ngo test ./...\n"));
    assert_int_equal(yaml_line_of(script, 1), 10);
    const YamlNode *folded = yaml_get(steps->child->next->next, S("run"));
    assert_str(folded->text, S("go vet ./..."));
    assert_int_equal(yaml_line_of(folded, 0), 11);
    arena_done(&a);
}

static void test_follows_aliases_and_merge_keys(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const YamlNode *root = parse(&a, S("base: &base {image: golang, retry: 1}\n"
                                       "more: &more\n"
                                       "  <<: *base\n"
                                       "  retry: 2\n"
                                       "job:\n"
                                       "  <<: [*more, {image: other, tags: x}]\n"
                                       "same: *base\n"));
    const YamlNode *job = yaml_get(root, S("job"));
    assert_str(yaml_text(yaml_get(job, S("image")), (Str){0}), S("golang"));
    assert_str(yaml_text(yaml_get(job, S("retry")), (Str){0}), S("2"));
    assert_str(yaml_text(yaml_get(job, S("tags")), (Str){0}), S("x"));
    assert_null(yaml_get(job, S("stage")));
    const YamlNode *same = yaml_get(root, S("same"));
    assert_int_equal(same->line, 7);
    assert_int_equal(yaml_get(same, S("image"))->line, 1);
    assert_null(yaml_get(NULL, S("x")));
    assert_null(yaml_get(yaml_get(job, S("tags")), S("x")));
    arena_done(&a);
}

static void test_keeps_tags_and_documents(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const YamlNode *root = parse(&a, S("--- 1\n--- !reference [a, b]\n--- !!str 1.20\n"));
    assert_str(root->text, S("1"));
    assert_str(root->next->tag, S("!reference"));
    assert_int_equal(root->next->n_children, 2);
    assert_false(yaml_is_plain(root->next->next));
    assert_null(root->next->next->next);
    assert_null(parse(&a, S("")));
    assert_null(parse(&a, S("# nothing\n")));
    assert_null(parse(&a, (Str){0}));
    assert_str(parse(&a, S("\xef\xbb\xbf"
                           "a: b\r\n"))
                   ->child->text,
               S("b"));
    arena_done(&a);
}

static void test_says_where_it_is_wrong(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } rows[] = {
        {"a: 1\nb: 2\na: 3\n", "f.yml:3: the key a stands on line 1 already"},
        {"x:\n  a: 1\n  'a': 3\n", "f.yml:3: the key a stands on line 2 already"},
        {"a: *b\n", "f.yml:1: no anchor stands before the alias *b"},
        {"a: &b 1\n--- *b\n", "f.yml:2: no anchor stands before the alias *b"},
        {"a: &b\n  - *b\n", "f.yml:2: within its own anchor stands the alias *b"},
        {"[a]: b\n", "f.yml:1: a key is a list or a mapping"},
        {"a: [1\nb: 2\n", "f.yml:2: did not find expected ',' or ']'"},
        {"a:\n\t- b\n", "f.yml:2: found character that cannot start any token"},
        {"a: \"b\n", "f.yml:2: found unexpected end of stream"},
        {"ok: 1\nbad: \xff\n", "f.yml:"},
        {"\xff\xfe"
         "a",
         "f.yml:1: "},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(0);
        Err err = {0};
        const YamlNode *root;
        assert_false(yaml_parse(&a, S("f.yml"), str_from_c(rows[i].text), &root, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        if (!str_starts_with(str_from_c(err.text), str_from_c(rows[i].message))) {
            fail_msg("%s: %s", rows[i].text, err.text);
        }
        arena_done(&a);
    }
}

/* n times one text, then another. */
static Str repeated(Arena *a, Str head, isize n, Str tail)
{
    StrBuf b = strbuf_init(a);
    for (isize i = 0; i < n; i++) {
        strbuf_add(&b, head);
    }
    strbuf_add(&b, tail);
    return strbuf_str(&b);
}

static Str laughs(Arena *a)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("a0: &a0 [lol, lol]\n"));
    for (int i = 1; i < 30; i++) {
        strbuf_add_format(&b, "a%d: &a%d [*a%d, *a%d]\n", i, i, i - 1, i - 1);
    }
    return strbuf_str(&b);
}

static Str climbing(Arena *a)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("a0: &a0 [x]\n"));
    for (int i = 1; i < YAML_MAX_DEPTH + 1; i++) {
        strbuf_add_format(&b, "a%d: &a%d [*a%d]\n", i, i, i - 1);
    }
    return strbuf_str(&b);
}

static Str anchors(Arena *a)
{
    StrBuf b = strbuf_init(a);
    for (int i = 0; i <= YAML_MAX_ANCHORS; i++) {
        strbuf_add_format(&b, "- &a%d x\n", i);
    }
    return strbuf_str(&b);
}

static void test_is_bounded(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    const Str rows[] = {
        laughs(&a),
        climbing(&a),
        anchors(&a),
        repeated(&a, S("["), YAML_MAX_DEPTH + 1, S("")),
        repeated(&a, S("- "), YAML_MAX_DEPTH + 1, S("x")),
        repeated(&a, S("- x\n"), YAML_MAX_NODES, S("")),
        repeated(&a, S(" "), YAML_MAX_LEN + 1, S("")),
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Err err = {0};
        const YamlNode *root;
        assert_false(yaml_parse(&a, S("f.yml"), rows[i], &root, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
    const YamlNode *deep = parse(
        &a, repeated(&a, S("["), YAML_MAX_DEPTH, repeated(&a, S("]"), YAML_MAX_DEPTH, S(""))));
    assert_int_equal(deep->n_children, 1);
    assert_int_equal(parse(&a, repeated(&a, S("- x\n"), YAML_MAX_NODES - 1, S("")))->n_children,
                     YAML_MAX_NODES - 1);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_a_workflow),
        cmocka_unit_test(test_follows_aliases_and_merge_keys),
        cmocka_unit_test(test_keeps_tags_and_documents),
        cmocka_unit_test(test_says_where_it_is_wrong),
        cmocka_unit_test(test_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
