#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "go/root/gosource.h"
#include "support/assert_str.h"
#include "support/fixture.h"

static void test_finds_blocks_by_their_first_line(void **state)
{
    (void)state;
    const struct {
        Str text, head, body;
        bool found;
    } rows[] = {
        {S("a\nvar X = {\n\t1,\n\t2,\n}\nb\n"), S("var X = "), S("\t1,\n\t2,\n"), true},
        {S("func f() {\n\tif x {\n\t\ty\n\t}\n\tz\n}\n"), S("func f("),
         S("\tif x {\n\t\ty\n\t}\n\tz\n"), true},
        {S("func f() {\n\tif x {\n\t\ty\n\t}\n\tz\n}\n"), S("if x"), S("\t\ty\n"), true},
        {S("func f() {\n}\n"), S("func f("), S(""), true},
        {S("const (\n\ta = 1\n)\n"), S("const ("), S("\ta = 1\n"), true},
        {S("func f() {\n\tx\n"), S("func f("), {0}, false}, /* it never ends */
        {S("func f() {\n\tx\n\t}\n"), S("func f("), {0}, false},
        {S("// func f() {\n"), S("func f("), {0}, false},
        {S("func ff() {\n}\n"), S("func f("), {0}, false},
        {S("    func f() {\n}\n"), S("func f("), {0}, false}, /* not as gofmt writes it */
        {S(""), S("x"), {0}, false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str text = rows[i].text, body = S("kept");
        assert_int_equal(gosource_next_block(&text, rows[i].head, &body), rows[i].found);
        assert_str(body, rows[i].found ? rows[i].body : S("kept"));
    }
}

static void test_goes_on_after_a_block(void **state)
{
    (void)state;
    Str text = S("case a {\n\t1\n}\ncase b {\n\t2\n}\nend\n"), body, line;
    assert_true(gosource_next_block(&text, S("case "), &body));
    assert_str(body, S("\t1\n"));
    assert_true(gosource_next_block(&text, S("case "), &body));
    assert_str(body, S("\t2\n"));
    assert_true(gosource_next_line(&text, &line));
    assert_str(line, S("end"));
    assert_false(gosource_next_block(&text, S("case "), &body));
}

static void test_lines_come_without_comments(void **state)
{
    (void)state;
    Str text = S("\n// only this\n\ta b // c\n\t\"http://x\" // y\n`//` //\n  \"a\\\" // b\n"),
        line;
    const Str lines[] = {S("a b"), S("\"http://x\""), S("`//`"), S("\"a\\\"")};
    for (isize i = 0; i < COUNT_OF(lines); i++) {
        assert_true(gosource_next_line(&text, &line));
        assert_str(line, lines[i]);
    }
    assert_false(gosource_next_line(&text, &line));
}

static void test_takes_quoted_words(void **state)
{
    (void)state;
    Str line = S("case \"a\", `b`, \"\", \"c d\": x \"open"), word;
    const Str words[] = {S("a"), S("b"), S(""), S("c d")};
    assert_true(gosource_has_quoted(line, S("b")));
    assert_false(gosource_has_quoted(line, S("case")));
    assert_false(gosource_has_quoted(line, S("open")));
    for (isize i = 0; i < COUNT_OF(words); i++) {
        assert_true(gosource_next_quoted(&line, &word));
        assert_str(word, words[i]);
    }
    assert_false(gosource_next_quoted(&line, &word));
}

static void test_reads_files_of_a_goroot(void **state)
{
    (void)state;
    Arena a = arena_init(0);
    Err err;
    Str text = S("kept");
    Str goroot = fixture_dir(&a);
    assert_false(gosource_read(&a, (Str){0}, S("x.go"), &text, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_false(gosource_read(&a, goroot, S("x.go"), &text, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    char *large = arena_alloc(&a, GOSOURCE_MAX_FILE + 1, 1, 1);
    fixture_file(&a, goroot, S("src/large.go"), (Str){large, GOSOURCE_MAX_FILE + 1});
    assert_false(gosource_read(&a, goroot, S("large.go"), &text, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    assert_str(text, S("kept"));
    fixture_file(&a, goroot, S("src/a/b.go"), S("package b\n"));
    assert_true(gosource_read(&a, goroot, S("a/b.go"), &text, &err));
    assert_str(text, S("package b\n"));
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_blocks_by_their_first_line),
        cmocka_unit_test(test_goes_on_after_a_block),
        cmocka_unit_test(test_lines_come_without_comments),
        cmocka_unit_test(test_takes_quoted_words),
        cmocka_unit_test(test_reads_files_of_a_goroot),
    };
    return cmocka_run_group_tests_name("doctor_gosource", tests, NULL, NULL);
}
