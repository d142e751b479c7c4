#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/proof.h"
#include "sumdb_stage.h"

#define SUM_VKEY "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
#define REAL "test/unit/data/sumdb/go1.26.8.linux-amd64.tlog-proof"

static Str real_proof(void)
{
    Str text;
    assert_int_equal(file_read_all(&arena, FILE_CWD, S(REAL), PROOF_MAX_LEN, &text, &err),
                     FILE_FOUND);
    return text;
}

static NoteVerifier real_key(void)
{
    NoteVerifier key;
    assert_true(note_verifier_parse(arena, S(SUM_VKEY), &key, &err));
    return key;
}

/* The proof of one record of the made log. */
static Str made_proof(int64_t id)
{
    open_client();
    assert_proved(id);
    return proof_format(&arena, &record);
}

static bool check(Str text)
{
    SumdbRecord checked = {.id = -7};
    bool ok = proof_check(&arena, text, &server.key.verifier, &checked, &err);
    assert_true(ok || checked.id == -7);
    return ok;
}

static void test_checks_a_real_proof(void **state)
{
    (void)state;
    NoteVerifier key = real_key();
    SumdbRecord real;
    Str text = real_proof();
    assert_true(proof_check(&arena, text, &key, &real, &err));
    assert_str(real.module, S("golang.org/toolchain"));
    assert_str(real.version, S("v0.0.1-go1.26.8.linux-amd64"));
    assert_str(real.h1, S("h1:ZOmGe1OnfREDMIdb1Qi4G9JSuDPBLGExZMQ4nis1RXM="));
    assert_str(real.go_mod_h1, S("h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0="));
    assert_int_equal(real.id, 61743986);
    assert_int_equal(real.head.tree.size, 71769961);
    assert_int_equal(real.proof.len, 27);
    assert_str(proof_format(&arena, &real), text);
}

static void test_what_is_written_is_read(void **state)
{
    (void)state;
    open_client();
    for (int i = 0; i < 50; i++) {
        int64_t grown = client.head.tree.size + 1 + log_random_below(&seed, 3000);
        server.size = MIN(LOG_SIZE, grown);
        int64_t id = log_random_below(&seed, server.size);
        assert_proved(id);
        Str text = proof_format(&arena, &record);
        SumdbRecord back;
        assert_true(proof_check(&arena, text, &server.key.verifier, &back, &err));
        assert_str(back.module, record.module);
        assert_str(back.version, record.version);
        assert_str(back.h1, record.h1);
        assert_str(back.go_mod_h1, record.go_mod_h1);
        assert_str(back.text, record.text);
        assert_str(back.head.note, record.head.note);
        assert_int_equal(back.id, id);
        assert_str(proof_format(&arena, &back), text);
    }
}

/* Every bit of the file counts, but for some of those of signers that nobody asked about. */
static void test_any_flipped_bit_is_found(void **state)
{
    (void)state;
    Str text = str_copy(&arena, made_proof(12345));
    assert_true(check(text));
    for (isize i = 0; i < text.len; i++) {
        Arena before = arena;
        char *byte = (char *)text.ptr + i;
        for (int bit = 0; bit < 8; bit += 1 + (int)log_random_below(&seed, 3)) {
            *byte = (char)(*byte ^ 1 << bit);
            assert_false(check(text));
            *byte = (char)(*byte ^ 1 << bit);
        }
        arena = before;
    }
    assert_true(check(text));
}

static void test_rejects_every_part_of_a_proof(void **state)
{
    (void)state;
    Str text = made_proof(12345);
    for (isize len = 0; len < text.len; len++) {
        Arena before = arena;
        assert_false(check(str_to(text, len)));
        arena = before;
    }
}

/* The lines of a proof: 0 the mark, 1 extra, 2 index, 3... hashes. */
static Str with_line(Str text, isize at, const char *line)
{
    StrBuf changed = strbuf_init(&arena);
    Str old;
    for (isize i = 0; str_next_line(&text, &old); i++) {
        if (i != at) {
            strbuf_add_format(&changed, "%.*s\n", STR_ARG(old));
        } else if (line != NULL) {
            strbuf_add_format(&changed, "%s\n", line);
        }
    }
    return strbuf_str(&changed);
}

static void test_rejects_what_is_no_proof(void **state)
{
    (void)state;
    const struct {
        isize at;
        const char *line;
        ErrKind kind;
        const char *said;
    } rows[] = {
        {0, "c2sp.org/tlog-proof@v2", ERR_FORMAT, "begins with the line"},
        {0, "c2sp.org/tlog-proof@v1 ", ERR_FORMAT, "begins with the line"},
        {0, "c2sp.org/tlog-proof@v1\r", ERR_FORMAT, "begins with the line"},
        {0, NULL, ERR_FORMAT, "begins with the line"},
        {1, NULL, ERR_FORMAT, "second line"},
        {1, "extra ", ERR_FORMAT, "second line"},
        {1, "extra !", ERR_FORMAT, "second line"},
        {1, "extra AAAA", ERR_FORMAT, "second line"},
        {1, "extra Zm9v", ERR_FORMAT, "second line"}, /* "foo", without newline */
        {1, "Extra Zm9vCg==", ERR_FORMAT, "second line"},
        {1, "extra Zm9vCg==", ERR_VERIFY, "does not put record 12345 into the tree of 70000"},
        {2, NULL, ERR_FORMAT, "third line"},
        {2, "index", ERR_FORMAT, "third line"},
        {2, "index 012345", ERR_FORMAT, "third line"},
        {2, "index -1", ERR_FORMAT, "third line"},
        {2, "index 12345 ", ERR_FORMAT, "third line"},
        {2, "index 12344", ERR_VERIFY, "does not put record 12344"},
        {2, "index 70000", ERR_VERIFY, "does not put record 70000"},
        {2, "index 1152921504606846976", ERR_VERIFY, "does not put record"},
        {3, NULL, ERR_VERIFY, "does not put record"},
        {3, "", ERR_VERIFY, "does not fit the text"},
        {3, "AAAA", ERR_FORMAT, "hash 1 of the proof"},
        {3, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", ERR_VERIFY, "does not put record"},
        {4, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", ERR_FORMAT, "hash 2 of the proof"},
    };
    Str text = made_proof(12345);
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_false(check(with_line(text, rows[i].at, rows[i].line)));
        assert_said(rows[i].said);
        assert_int_equal(err.kind, rows[i].kind);
    }
    assert_true(check(with_line(text, -1, NULL)));
    assert_false(check(str_concat(&arena, text, S("\n"))));
    assert_false(check(str_concat(&arena, text, S("more\n"))));
    assert_false(check(S("")));
}

static void test_bounds_hashes_and_length(void **state)
{
    (void)state;
    StrBuf text = strbuf_init(&arena);
    strbuf_add(&text, S("c2sp.org/tlog-proof@v1\nextra Zm9vCg==\nindex 1\n"));
    for (int i = 0; i <= TLOG_MAX_HASHES; i++) {
        strbuf_add(&text, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
    }
    assert_false(check(strbuf_str(&text)));
    assert_said("more than 62 hashes");
    while (text.len <= PROOF_MAX_LEN) {
        strbuf_add(&text, S("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"));
    }
    assert_false(check(strbuf_str(&text)));
    assert_int_equal(err.kind, ERR_LIMIT);
}

/* A proof is worth what the key is worth. */
static void test_rejects_the_proof_of_another_key(void **state)
{
    (void)state;
    Str text = made_proof(5);
    LogKey other = log_key(&arena, S("log.example"), 2);
    NoteVerifier real = real_key();
    SumdbRecord checked;
    assert_false(proof_check(&arena, text, &other.verifier, &checked, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_false(proof_check(&arena, text, &real, &checked, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
    assert_false(proof_check(&arena, real_proof(), &server.key.verifier, &checked, &err));
    assert_int_equal(err.kind, ERR_VERIFY);
}

/* Records that are in the log but say nothing of a module prove nothing of one. */
static void test_rejects_the_proof_of_an_empty_statement(void **state)
{
    (void)state;
    const struct {
        Str text;
        const char *said;
    } rows[] = {
        {S("nothing\n"), "not about a module version"},
        {S("m v1.0.0/go.mod h1:8wlg68NqwW7eMnI1aABk/C2pDYXj8mrMY4TyRfiLeS0=\n"),
         "not about a module version"},
        {S("m v1.0.0 h2:x\n"), "no line for m v1.0.0"},
        {S("m v1.0.0 h1:x\n"), "malformed"},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Log log = {.arena = &arena};
        log_add(&log, rows[i].text);
        SumdbRecord empty = {.text = rows[i].text};
        empty.head.note = log_sign_tree(&arena, &server.key, log_tree(&log, 1));
        assert_false(check(proof_format(&arena, &empty)));
        assert_said(rows[i].said);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_checks_a_real_proof),
        TEST(test_what_is_written_is_read),
        TEST(test_any_flipped_bit_is_found),
        TEST(test_rejects_every_part_of_a_proof),
        TEST(test_rejects_what_is_no_proof),
        TEST(test_bounds_hashes_and_length),
        TEST(test_rejects_the_proof_of_another_key),
        TEST(test_rejects_the_proof_of_an_empty_statement),
    };
    return cmocka_run_group_tests_name("sumdb_proof", tests, make_logs, drop_logs);
}
