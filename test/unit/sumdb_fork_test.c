#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb_stage.h"

/* Evidence as the client makes it, of heads of 50,000 and 60,000 records. */
static SumdbFork made_fork(bool is_ours_smaller)
{
    file_close(&state_dir);
    state_dir = fixture_dir_open(&arena);
    server.tiles_size = LOG_SIZE;
    server.size = is_ours_smaller ? 50000 : 60000;
    open_client();
    assert_proved(7);
    Str theirs = head_of(&forked, is_ours_smaller ? 60000 : 50000);
    server.log = is_ours_smaller ? &forked : &honest;
    assert_false(sumdb_merge_head(&client, theirs, &err));
    server.log = &honest;
    assert_true(client.has_fork);
    return client.fork;
}

static void test_evidence_holds_from_either_side(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        SumdbFork fork = made_fork(i == 0);
        assert_true(fork_check(&fork));
        assert_int_equal(fork.prefix.size, 50000);
        assert_true(fork.proof.len > 0);
        SumdbFork turned = fork;
        turned.ours = fork.theirs;
        turned.theirs = fork.ours;
        assert_true(fork_check(&turned));
    }
}

static void test_what_contradicts_nothing_is_no_evidence(void **state)
{
    (void)state;
    SumdbFork fork = made_fork(true);
    SumdbFork bent = fork;
    bent.prefix.root = fork.ours.tree.root; /* the same root on both sides */
    assert_false(fork_check(&bent));
    bent = fork;
    bent.prefix.root.bytes[0] ^= 1; /* a root that the larger tree does not have */
    assert_false(fork_check(&bent));
    bent = fork;
    bent.prefix.size--;
    assert_false(fork_check(&bent));
    bent = fork;
    bent.proof.len--;
    assert_false(fork_check(&bent));
    bent = fork;
    bent.theirs.tree = fork.ours.tree;
    assert_false(fork_check(&bent));
    bent.theirs.tree.root.bytes[0] ^= 1; /* two roots of one size need no proof */
    assert_true(fork_check(&bent));

    /* The true beginning of an honest tree is not held against it. */
    TlogRange ranges[TLOG_MAX_HASHES];
    isize n = tlog_consistency_ranges(50000, 60000, ranges);
    SumdbFork honest_pair = {.ours = {.tree = log_tree(&honest, 50000)},
                             .theirs = {.tree = log_tree(&honest, 60000)},
                             .prefix = log_tree(&honest, 50000)};
    honest_pair.proof = (TlogProof){ARENA_ARRAY(&arena, Sha256, n), n};
    for (isize i = 0; i < n; i++) {
        honest_pair.proof.ptr[i] = tlog_range_hash(ranges[i], log_read, &honest);
    }
    assert_true(
        tlog_check_consistency(honest_pair.proof, &honest_pair.prefix, &honest_pair.theirs.tree));
    assert_false(fork_check(&honest_pair));
}

static Str indented(Str note)
{
    StrBuf text = strbuf_init(&arena);
    Str line;
    while (str_next_line(&note, &line)) {
        strbuf_add_format(&text, "\t%.*s\n", STR_ARG(line));
    }
    return strbuf_str(&text);
}

static Str encoded(const Sha256 *hash)
{
    return base64_encode(&arena, log_hash_str(hash));
}

static void test_writes_all_that_a_third_party_needs(void **state)
{
    (void)state;
    SumdbFork fork = made_fork(true);
    StrBuf expected = strbuf_init(&arena);
    strbuf_add_format(
        &expected,
        "The checksum database log.example signed two histories: trees of 50000 and 60000\n"
        "records of which neither begins the other.\n"
        "\nsigned head known before:\n%.*s"
        "\nsigned head that contradicts it:\n%.*s"
        "\nroot of the first 50000 records in the larger tree:\n\t%.*s\n"
        "\nconsistency proof of that root with the larger tree:\n",
        STR_ARG(indented(fork.ours.note)), STR_ARG(indented(fork.theirs.note)),
        STR_ARG(encoded(&fork.prefix.root)));
    for (isize i = 0; i < fork.proof.len; i++) {
        strbuf_add_format(&expected, "\t%.*s\n", STR_ARG(encoded(&fork.proof.ptr[i])));
    }
    assert_str(fork_format(&arena, S("log.example"), &fork), strbuf_str(&expected));
    assert_str(fixture_read(&arena, state_dir, client.fork_path), strbuf_str(&expected));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_evidence_holds_from_either_side),
        TEST(test_what_contradicts_nothing_is_no_evidence),
        TEST(test_writes_all_that_a_third_party_needs),
    };
    return cmocka_run_group_tests_name("sumdb_fork", tests, make_logs, drop_logs);
}
