#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sumdb/proof.h"
#include "toolchain/trust.h"
#include "toolchain_stage.h"

static SumdbRecord record;

static TrustOutcome ask(const char *version)
{
    Release release = stage_release(version);
    return trust_record(&context, &arena, &release, &record, &err);
}

/* A proof from the log, then a machine that cannot reach it. */
static Str prove_then_cut_off(void)
{
    stage_publish("1.26.8");
    assert_int_equal(ask("1.26.8"), TRUST_RECORD);
    Str proof = proof_format(&arena, &record);
    home = path_join(&arena, fixture_dir(&arena), S("other"));
    stage_restart();
    context.offline = true;
    record = (SumdbRecord){.id = -7};
    return proof;
}

static void test_asks_the_log(void **state)
{
    (void)state;
    stage_publish("1.26.8");
    assert_int_equal(ask("1.26.8"), TRUST_RECORD);
    assert_str(record.h1, stage_h1("1.26.8"));
    assert_int_equal(ask("1.26.7"), TRUST_NO_RECORD);
}

static void test_a_lock_serves_where_the_log_does_not_answer(void **state)
{
    (void)state;
    Str proof = prove_then_cut_off();
    assert_int_equal(ask("1.26.8"), TRUST_UNREACHABLE);
    context.lock_proof = proof;
    assert_int_equal(ask("1.26.8"), TRUST_RECORD);
    assert_str(record.h1, stage_h1("1.26.8"));
}

static void test_a_proof_of_something_else_serves_nobody(void **state)
{
    (void)state;
    context.lock_proof = (Str){0};
    Str proof = prove_then_cut_off();
    context.lock_proof = proof;
    assert_int_equal(ask("1.26.7"), TRUST_UNREACHABLE);
    assert_int_equal(record.id, -7);
    context.lock_proof = str_to(proof, proof.len - 1);
    assert_int_equal(ask("1.26.8"), TRUST_UNREACHABLE);
    LogKey other = log_key(&arena, STAGE_LOG, 9);
    env = environ_with(&arena, &env, S("GOSUMDB"), other.vkey);
    stage_restart();
    context.offline = true;
    context.lock_proof = proof;
    assert_int_equal(ask("1.26.8"), TRUST_UNREACHABLE);
    assert_int_equal(record.id, -7);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, stage_begin, stage_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_asks_the_log),
        CASE(test_a_lock_serves_where_the_log_does_not_answer),
        CASE(test_a_proof_of_something_else_serves_nobody),
    };
    return cmocka_run_group_tests_name("toolchain_trust", tests, NULL, NULL);
}
