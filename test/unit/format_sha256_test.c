#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/panic.h"
#include "format/hex.h"
#include "format/sha256_engine.h"
#include "support/assert_str.h"

#include <sodium.h>
#include <stdlib.h>

#ifndef __has_feature
#define __has_feature(feature) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || !defined(__x86_64__)
#define N_RANDOM 5000 /* batches; sanitizers and emulators are slow */
#else
#define N_RANDOM 100000
#endif

/* Every engine of this machine, the portable one last. */
typedef struct {
    const Sha256Engine *ptr[SHA256_MAX_ENGINES + 1];
    isize len;
} Engines;

static Engines all_engines(void)
{
    Engines engines;
    engines.len = sha256_native_engines(engines.ptr);
    engines.ptr[engines.len++] = &sha256_portable;
    return engines;
}

/* xorshift64: the same numbers in each run. */
static uint64_t random_state = 0x9e3779b97f4a7c15;

static isize random_below(isize n)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (isize)(random_state % (uint64_t)n);
}

static Sha256 reference(Str message)
{
    Sha256 digest;
    crypto_hash_sha256(digest.bytes, (const unsigned char *)message.ptr,
                       (unsigned long long)message.len);
    return digest;
}

static void assert_digest(const Sha256 *actual, const Sha256 *expected, const Sha256Engine *engine,
                          isize len)
{
    if (!sha256_eq(actual, expected)) {
        fail_msg("%.*s: wrong digest of %td bytes", STR_ARG(engine->name), len);
    }
}

static void test_agrees_with_nist(void **state)
{
    (void)state;
    static char million[1000000];
    memset(million, 'a', sizeof(million));
    const struct {
        Str message;
        Str hex;
    } rows[] = {
        {S(""), S("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")},
        {S("abc"), S("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")},
        {S("\xbd"), S("68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b")},
        {S("\xc9\x8c\x8e\x55"),
         S("7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504")},
        {S("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         S("248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")},
        {S("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
           "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"),
         S("cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")},
        {{million, sizeof(million)},
         S("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")},
    };
    Engines engines = all_engines();
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        char hex[64];
        Sha256 digest = sha256_of(rows[i].message);
        sha256_to_hex(&digest, hex);
        assert_str(((Str){hex, 64}), rows[i].hex);
        for (isize e = 0; e < engines.len; e++) {
            sha256_many_with(engines.ptr[e], &rows[i].message, 1, &digest);
            sha256_to_hex(&digest, hex);
            assert_str(((Str){hex, 64}), rows[i].hex);
        }
    }
}

/* Each length around the ends of blocks and padding, in memory that ends with the message. */
static void test_every_short_length(void **state)
{
    (void)state;
    Engines engines = all_engines();
    for (isize len = 0; len <= 300; len++) {
        char *exact = malloc((size_t)len + 1);
        ASSERT(exact != NULL);
        char *message = exact + 1; /* and not aligned */
        for (isize i = 0; i < len; i++) {
            message[i] = (char)random_below(256);
        }
        Sha256 expected = reference((Str){message, len});
        for (isize e = 0; e < engines.len; e++) {
            Sha256 digest;
            sha256_many_with(engines.ptr[e], &(Str){message, len}, 1, &digest);
            assert_digest(&digest, &expected, engines.ptr[e], len);
        }
        free(exact);
    }
}

/* Lengths as files have them: most of them short, a few long. */
static isize random_len(void)
{
    return random_below(random_below(8) > 0 ? 300 : random_below(8) > 0 ? 2000 : 20000);
}

/* Batches of messages of different lengths, so that lanes end and are filled again in every way. */
static void test_many_agree_with_libsodium(void **state)
{
    (void)state;
    enum { MAX_BATCH = 12, LEN = 64 * 1024 };
    static char pool[LEN];
    for (isize i = 0; i < LEN; i++) {
        pool[i] = (char)random_below(256);
    }
    Engines engines = all_engines();
    for (isize round = 0; round < N_RANDOM; round++) {
        Str messages[MAX_BATCH];
        Sha256 expected[MAX_BATCH], digests[MAX_BATCH];
        isize n = 1 + random_below(MAX_BATCH);
        for (isize i = 0; i < n; i++) {
            isize len = random_len();
            messages[i] = (Str){pool + random_below(LEN - len), len};
            expected[i] = reference(messages[i]);
        }
        for (isize e = 0; e < engines.len; e++) {
            sha256_many_with(engines.ptr[e], messages, n, digests);
            for (isize i = 0; i < n; i++) {
                assert_digest(&digests[i], &expected[i], engines.ptr[e], messages[i].len);
            }
        }
    }
}

static void test_more_messages_than_a_window(void **state)
{
    (void)state;
    enum { N = 1000 };
    static char text[N];
    static Str messages[N];
    static Sha256 digests[N];
    for (isize i = 0; i < N; i++) {
        text[i] = (char)i;
        messages[i] = (Str){text, i * 7 % N};
    }
    Engines engines = all_engines();
    for (isize e = 0; e < engines.len; e++) {
        memset(digests, 0, sizeof(digests));
        sha256_many_with(engines.ptr[e], messages, N, digests);
        for (isize i = 0; i < N; i++) {
            Sha256 expected = reference(messages[i]);
            assert_digest(&digests[i], &expected, engines.ptr[e], messages[i].len);
        }
    }
    sha256_many(messages, 0, NULL);
}

/* Streams get their messages in pieces, each of its own length, some of them empty. */
static void test_streams_in_pieces(void **state)
{
    (void)state;
    enum { N = 70, LEN = 3000 };
    static char text[LEN];
    for (isize i = 0; i < LEN; i++) {
        text[i] = (char)random_below(256);
    }
    Engines engines = all_engines();
    for (isize e = 0; e < engines.len; e++) {
        Sha256Stream streams[N];
        Sha256Stream *addresses[N];
        Str rests[N];
        for (isize i = 0; i < N; i++) {
            streams[i] = sha256_begin();
            addresses[i] = &streams[i];
            rests[i] = (Str){text, random_below(LEN)};
        }
        for (int round = 0; round < 200; round++) {
            Str pieces[N];
            for (isize i = 0; i < N; i++) {
                isize most = random_below(150);
                isize n = round == 199 ? rests[i].len : MIN(rests[i].len, most);
                pieces[i] = n == 0 ? (Str){0} : str_to(rests[i], n);
                rests[i] = str_from(rests[i], n);
            }
            sha256_add_many_with(engines.ptr[e], addresses, pieces, N);
        }
        for (isize i = 0; i < N; i++) {
            Str message = {text, (isize)streams[i].len};
            Sha256 expected = reference(message), digest = sha256_end(&streams[i]);
            assert_digest(&digest, &expected, engines.ptr[e], message.len);
        }
    }
}

static void test_one_stream_in_every_split(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'x', sizeof(text));
    Sha256 expected = reference((Str){text, sizeof(text)});
    for (isize i = 0; i <= COUNT_OF(text); i++) {
        for (isize j = i; j <= COUNT_OF(text); j++) {
            Sha256Stream s = sha256_begin();
            sha256_add(&s, text, i);
            sha256_add(&s, text + i, j - i);
            sha256_add(&s, text + j, COUNT_OF(text) - j);
            Sha256 digest = sha256_end(&s);
            assert_true(sha256_eq(&digest, &expected));
        }
    }
}

static void test_public_functions_use_the_best_engine(void **state)
{
    (void)state;
    Engines engines = all_engines();
    assert_str(sha256_engine(), engines.ptr[0]->name);
    const Str messages[] = {S("one"), S(""), S("three")};
    Sha256 digests[COUNT_OF(messages)];
    sha256_many(messages, COUNT_OF(messages), digests);
    Sha256Stream streams[COUNT_OF(messages)];
    Sha256Stream *addresses[COUNT_OF(messages)];
    for (isize i = 0; i < COUNT_OF(messages); i++) {
        streams[i] = sha256_begin();
        addresses[i] = &streams[i];
    }
    sha256_add_many(addresses, messages, COUNT_OF(messages));
    for (isize i = 0; i < COUNT_OF(messages); i++) {
        Sha256 expected = reference(messages[i]), digest = sha256_end(&streams[i]);
        assert_true(sha256_eq(&digests[i], &expected));
        assert_true(sha256_eq(&digest, &expected));
    }
}

static void test_hex_goes_both_ways(void **state)
{
    (void)state;
    char hex[64];
    Sha256 digest = sha256_of(S("abc")), back;
    sha256_to_hex(&digest, hex);
    assert_true(sha256_from_hex((Str){hex, 64}, &back));
    assert_true(sha256_eq(&digest, &back));
    assert_false(sha256_from_hex((Str){hex, 63}, &back));
    hex[10] = 'A';
    assert_false(sha256_from_hex((Str){hex, 64}, &back));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_nist),
        cmocka_unit_test(test_every_short_length),
        cmocka_unit_test(test_many_agree_with_libsodium),
        cmocka_unit_test(test_more_messages_than_a_window),
        cmocka_unit_test(test_streams_in_pieces),
        cmocka_unit_test(test_one_stream_in_every_split),
        cmocka_unit_test(test_public_functions_use_the_best_engine),
        cmocka_unit_test(test_hex_goes_both_ways),
    };
    return cmocka_run_group_tests_name("format/sha256", tests, NULL, NULL);
}
