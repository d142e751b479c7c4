#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/file.h"
#include "sumdb/record.h"
#include "support/assert_str.h"

#define H1_A "h1:rRL9rPpsjKfpdDFcppvNgw1/dynUMrpDcTxdIwtyFR0="
#define H1_B "h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="

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

static void test_splits_a_reply(void **state)
{
    (void)state;
    const struct {
        Str reply;
        int64_t id;
        Str text, note;
    } rows[] = {
        {S("0\na\n\n"), 0, S("a\n"), S("")},
        {S("123456789012\nhello, world\n\njunk on end\x01\xff"), 123456789012, S("hello, world\n"),
         S("junk on end\x01\xff")},
        {S("7\na b\nc d\n\nx\n\ny\n"), 7, S("a b\nc d\n"), S("x\n\ny\n")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        RecordReply reply;
        Err err;
        assert_true(record_parse_reply(rows[i].reply, &reply, &err));
        assert_int_equal(reply.id, rows[i].id);
        assert_str(reply.text, rows[i].text);
        assert_str(reply.note, rows[i].note);
    }
}

static void test_rejects_what_is_no_reply(void **state)
{
    (void)state;
    const struct {
        Str reply;
        const char *said;
    } rows[] = {
        {S(""), "is empty"},
        {S("<!DOCTYPE html>\n<html>\n\n"), "web page"},
        {S("\n"), "record number"},
        {S("12"), "record number"},
        {S("not-12\na\n\n"), "record number"},
        {S("0x12\na\n\n"), "record number"},
        {S("012\na\n\n"), "record number"},
        {S("+12\na\n\n"), "record number"},
        {S("-1\na\n\n"), "record number"},
        {S(" 1\na\n\n"), "record number"},
        {S("1\r\na\n\n"), "record number"},
        {S("9223372036854775808\na\n\n"), "record number"},
        {S("1152921504606846977\na\n\n"), "record number"}, /* 2^60 + 1 */
        {S("12\n"), "ends within the record"},
        {S("12\na"), "ends within the record"},
        {S("12\na\n"), "ends within the record"},
        {S("12\n\n\n"), "plain text"},
        {S("12\n\na\n\n"), "plain text"},
        {S("12\na\x01\n\n"), "plain text"},
        {S("12\na\xff\n\n"), "plain text"},
        {S("12\na\r\n\n"), "plain text"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        RecordReply reply;
        Err err;
        assert_false(record_parse_reply(rows[i].reply, &reply, &err));
        assert_int_equal(err.kind, ERR_FORMAT);
        if (!str_contains(str_from_c(err.text), str_from_c(rows[i].said))) {
            fail_msg("'%.*s': '%s'", STR_ARG(rows[i].reply), err.text);
        }
    }
}

static void test_bounds_the_reply(void **state)
{
    (void)state;
    StrBuf reply = strbuf_init(&arena);
    RecordReply parsed;
    Err err;
    strbuf_add(&reply, S("1\na\n\n"));
    while (reply.len < RECORD_MAX_REPLY) {
        strbuf_add_byte(&reply, 'x');
    }
    assert_true(record_parse_reply(strbuf_str(&reply), &parsed, &err));
    strbuf_add_byte(&reply, 'x');
    assert_false(record_parse_reply(strbuf_str(&reply), &parsed, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void test_tells_record_texts(void **state)
{
    (void)state;
    const struct {
        Str text;
        bool is_valid;
    } rows[] = {
        {S("hello, world\n"), true},
        {S("a\nb\n"), true},
        {S(""), false},
        {S("\n"), false},
        {S("a"), false},
        {S("a\nb"), false},
        {S("a\n\nb\n"), false},
        {S("a\n\n"), false},
        {S("\na\n"), false},
        {S("a\x01\n"), false},
        {S("a\xc0\x8a"), false},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_int_equal(record_text_is_valid(rows[i].text), rows[i].is_valid);
    }
}

static void test_reads_hashes_of_exactly_this_version(void **state)
{
    (void)state;
    const struct {
        Str text;
        Str h1, go_mod_h1;
        ErrKind kind;
    } rows[] = {
        {S("m v1.0.0 " H1_A "\nm v1.0.0/go.mod " H1_B "\n"), S(H1_A), S(H1_B), ERR_NONE},
        {S("m v1.0.0/go.mod " H1_B "\nm v1.0.0 " H1_A "\n"), S(H1_A), S(H1_B), ERR_NONE},
        {S("m v1.0.0 " H1_A "\n"), S(H1_A), S(""), ERR_NONE},
        {S("m v1.0.0 h2:whatever\nm v1.0.0 " H1_A "\n"), S(H1_A), S(""), ERR_NONE},
        {S("m v1.0.0 " H1_A "\nm v1.0.0 " H1_A "\n"), S(H1_A), S(""), ERR_NONE},
        {S("other v1.0.0 " H1_B "\nm v1.0.0 " H1_A "\n"), S(H1_A), S(""), ERR_NONE},
        /* Two answers are none. */
        {S("m v1.0.0 " H1_A "\nm v1.0.0 " H1_B "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.0 " H1_A "\nm v1.0.0/go.mod " H1_A "\nm v1.0.0/go.mod " H1_B "\n"), S(""), S(""),
         ERR_VERIFY},
        /* No line for the version. */
        {S("m v1.0.0/go.mod " H1_B "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.00 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.0-x " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("mm v1.0.0 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("M v1.0.0 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S(" m v1.0.0 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("m  v1.0.0 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.0  " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.0\n" H1_A "\n"), S(""), S(""), ERR_VERIFY},
        {S("m v1.0.0 h2:whatever\n"), S(""), S(""), ERR_VERIFY},
        {S("x m v1.0.0 " H1_A "\n"), S(""), S(""), ERR_VERIFY},
        /* A line for the version that holds no hash. */
        {S("m v1.0.0 h1:\n"), S(""), S(""), ERR_FORMAT},
        {S("m v1.0.0 h1:AAAA\n"), S(""), S(""), ERR_FORMAT},
        {S("m v1.0.0 " H1_A " x\n"), S(""), S(""), ERR_FORMAT},
        {S("m v1.0.0 " H1_A "\nm v1.0.0/go.mod h1:x\n"), S(""), S(""), ERR_FORMAT},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        SumdbRecord record = {0};
        Err err = {0};
        record_read_hashes(arena, rows[i].text, S("m"), S("v1.0.0"), &record, &err);
        if (err.kind != rows[i].kind) {
            fail_msg("row %td: '%s'", i, err.text);
        }
        assert_str(record.h1, rows[i].h1);
        assert_str(record.go_mod_h1, rows[i].go_mod_h1);
    }
}

static void test_names_its_subject(void **state)
{
    (void)state;
    const struct {
        Str text, module, version;
    } rows[] = {
        {S("m v1 h1:x\nm v1/go.mod h1:y\n"), S("m"), S("v1")},
        {S("m v1/go.mod h1:y\nm v1 h1:x\n"), S("m"), S("v1")},
        {S("m v1\nn v2 h1:x\n"), S("n"), S("v2")},
        {S("m v1/go.mod h1:y\n"), S(""), S("")},
        {S(" v1 h1:x\n"), S(""), S("")},
        {S("m  h1:x\n"), S(""), S("")},
        {S("nonsense\n"), S(""), S("")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str module = {0}, version = {0};
        assert_int_equal(record_subject(rows[i].text, &module, &version), rows[i].module.len > 0);
        assert_str(module, rows[i].module);
        assert_str(version, rows[i].version);
    }
}

/* A published reply, of which the hash is known as well. */
static void test_reads_a_published_reply(void **state)
{
    (void)state;
    Str body;
    RecordReply reply;
    SumdbRecord record;
    Err err;
    assert_int_equal(
        file_read_all(&arena, FILE_CWD, S("test/unit/data/sumdb/tree-28905453"), MIB, &body, &err),
        FILE_FOUND);
    assert_true(record_parse_reply(body, &reply, &err));
    assert_int_equal(reply.id, 24929362);
    assert_true(record_read_hashes(arena, reply.text, S("golang.org/toolchain"),
                                   S("v0.0.1-go1.21.9.linux-amd64"), &record, &err));
    assert_str(record.h1, S(H1_A));
    assert_str(record.go_mod_h1, S(H1_B));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_splits_a_reply),
        cmocka_unit_test(test_rejects_what_is_no_reply),
        cmocka_unit_test(test_bounds_the_reply),
        cmocka_unit_test(test_tells_record_texts),
        cmocka_unit_test(test_reads_hashes_of_exactly_this_version),
        cmocka_unit_test(test_names_its_subject),
        cmocka_unit_test(test_reads_a_published_reply),
    };
    return cmocka_run_group_tests_name("sumdb_record", tests, make_arena, drop_arena);
}
