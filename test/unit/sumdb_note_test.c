#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "os/file.h"
#include "sumdb/note.h"
#include "support/assert_str.h"

/* Published examples: the documentation of x/mod/sumdb/note, and C2SP signed-note. */
#define PETER_VKEY "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
#define PETER_BASE64 \
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
#define PETER "\xe2\x80\x94 PeterNeumann " PETER_BASE64 "\n"
#define ENOCH_VKEY "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
#define ENOCH                                      \
    "\xe2\x80\x94 EnochRoot "                      \
    "rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/" \
    "5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"
#define TEXT                                                     \
    "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define FOO_VKEY "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
#define FOO_TEXT "This is an example message.\n"
#define FOO                                                                                        \
    "\xe2\x80\x94 example.com/foo "                                                                \
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=" \
    "\n"
#define SUM_VKEY "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"

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

static NoteVerifier verifier(Str vkey)
{
    NoteVerifier parsed;
    Err err;
    assert_true(note_verifier_parse(arena, vkey, &parsed, &err));
    return parsed;
}

static ErrKind open_kind(Str vkey, Str msg)
{
    NoteVerifier known = verifier(vkey);
    Str text = S("untouched");
    Err err = {0};
    if (note_open(arena, msg, &known, &text, &err)) {
        assert_true(str_starts_with(msg, text));
        return ERR_NONE;
    }
    assert_str(text, S("untouched"));
    return err.kind;
}

static void test_parses_published_keys(void **state)
{
    (void)state;
    const struct {
        Str vkey, name;
        uint32_t hash;
    } rows[] = {
        {S(PETER_VKEY), S("PeterNeumann"), 0xc74f20a3},
        {S(ENOCH_VKEY), S("EnochRoot"), 0xaf0cfe78},
        {S(FOO_VKEY), S("example.com/foo"), 0x530d903a},
        {S(SUM_VKEY), S("sum.golang.org"), 0x033de0ae},
        {S("PeterNeumann+C74F20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), S("PeterNeumann"),
         0xc74f20a3},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        NoteVerifier parsed = verifier(rows[i].vkey);
        assert_str(parsed.name, rows[i].name);
        assert_str(parsed.vkey, rows[i].vkey);
        assert_int_equal(parsed.hash, rows[i].hash);
    }
}

static void test_rejects_malformed_keys(void **state)
{
    (void)state;
    const struct {
        Str vkey;
        ErrKind kind;
    } rows[] = {
        {S(""), ERR_FORMAT},
        {S("sum.golang.org"), ERR_FORMAT},
        {S("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_FORMAT},
        {S("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_FORMAT},
        {S("PeterNeumann+74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_FORMAT},
        {S("PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_FORMAT},
        {S("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_FORMAT},
        {S("PeterNeumann+c74f20a3+"), ERR_FORMAT},
        {S("PeterNeumann+c74f20a3"), ERR_FORMAT},
        /* Of the wrong length, with the right hash for it: */
        {S("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=="),
         ERR_FORMAT},
        /* Of another algorithm, likewise: */
        {S("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), ERR_UNSUPPORTED},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        NoteVerifier parsed;
        Err err;
        assert_false(note_verifier_parse(arena, rows[i].vkey, &parsed, &err));
        assert_int_equal(err.kind, rows[i].kind);
    }
}

/* No part of a key is a key, and none with one character changed. */
static void test_rejects_every_mangled_key(void **state)
{
    (void)state;
    char bytes[] = PETER_VKEY;
    isize len = (isize)sizeof(bytes) - 1;
    NoteVerifier parsed;
    Err err;
    for (isize from = 0; from < len; from++) {
        for (isize to = from; to <= len; to++) {
            bool whole = from == 0 && to == len;
            Str part = {bytes + from, to - from};
            assert_int_equal(note_verifier_parse(arena, part, &parsed, &err), whole);
        }
        bytes[from]++;
        assert_false(note_verifier_parse(arena, (Str){bytes, len}, &parsed, &err));
        bytes[from]--;
    }
}

static void test_opens_published_notes(void **state)
{
    (void)state;
    const struct {
        Str vkey, msg, text;
    } rows[] = {
        {S(PETER_VKEY), S(TEXT "\n" PETER), S(TEXT)},
        {S(PETER_VKEY), S(TEXT "\n" PETER ENOCH), S(TEXT)},
        {S(ENOCH_VKEY), S(TEXT "\n" PETER ENOCH), S(TEXT)},
        {S(FOO_VKEY), S(FOO_TEXT "\n" FOO), S(FOO_TEXT)},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        NoteVerifier known = verifier(rows[i].vkey);
        Str text;
        Err err;
        assert_true(note_open(arena, rows[i].msg, &known, &text, &err));
        assert_str(text, rows[i].text);
    }
}

static void test_opens_published_heads(void **state)
{
    (void)state;
    NoteVerifier known = verifier(S(SUM_VKEY));
    Str heads, line, size, root, signature, text;
    Err err;
    isize n = 0;
    assert_int_equal(
        file_read_all(&arena, FILE_CWD, S("test/unit/data/sumdb/heads"), MIB, &heads, &err),
        FILE_FOUND);
    while (str_next_line(&heads, &line)) {
        assert_true(str_next_field(&line, &size) && str_next_field(&line, &root) &&
                    str_next_field(&line, &signature));
        Str msg = str_format(
            &arena, "go.sum database tree\n%.*s\n%.*s\n\n\xe2\x80\x94 sum.golang.org %.*s\n",
            STR_ARG(size), STR_ARG(root), STR_ARG(signature));
        assert_true(note_open(arena, msg, &known, &text, &err));
        n++;
    }
    assert_int_equal(n, 11);
}

static void test_rejects_notes_that_are_none(void **state)
{
    (void)state;
    const struct {
        Str msg;
        ErrKind kind;
    } rows[] = {
        {S(""), ERR_FORMAT},
        {S("\n"), ERR_FORMAT},
        {S("\n\n"), ERR_FORMAT},
        {S(TEXT), ERR_FORMAT},
        {S(TEXT "\n"), ERR_FORMAT},
        {S(TEXT PETER), ERR_FORMAT},
        {S(TEXT "\n" PETER "\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "Unexpected line.\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 Other AAAAAA==\n"), ERR_FORMAT}, /* four bytes */
        {S(TEXT "\n" PETER "\xe2\x80\x94 Other AAAA\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 Other !\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 Other \n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 Other\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94  AAAAAAAA\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 A+B AAAAAAAA\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER "\xe2\x80\x94 A\xc2\xa0"
                "B AAAAAAAA\n"),
         ERR_FORMAT},
        {S(TEXT "\n" PETER "- Other AAAAAAAA\n"), ERR_FORMAT},
        {S(TEXT "\n" PETER " \xe2\x80\x94 Other AAAAAAAA\n"), ERR_FORMAT},
        {S(TEXT "\n\xe2\x80\x94 Bad Name " PETER_BASE64 "\n"), ERR_FORMAT},
        {S(TEXT "\n\xe2\x80\x94 PeterNeumann " PETER_BASE64), ERR_FORMAT}, /* no newline */
        {S(TEXT "\n\xe2\x80\x94 PeterNeumann " PETER_BASE64 " \n"), ERR_FORMAT},
        {S("\x01" TEXT "\n" PETER), ERR_FORMAT},
        {S("\xff" TEXT "\n" PETER), ERR_FORMAT},
        {S("a\tb" TEXT "\n" PETER), ERR_FORMAT},
        {S("\r\n" TEXT "\n" PETER), ERR_FORMAT},
        {S("x" TEXT "\n" PETER), ERR_VERIFY},
        {S("\n" TEXT "\n" PETER), ERR_VERIFY},
        {S(TEXT "\n" TEXT "\n" PETER), ERR_VERIFY},
        {S(TEXT "\n" ENOCH), ERR_VERIFY},
        {S(TEXT "\n\xe2\x80\x94 CarmenSandiego " PETER_BASE64 "\n"), ERR_VERIFY},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        ErrKind kind = open_kind(S(PETER_VKEY), rows[i].msg);
        if (kind != rows[i].kind) {
            fail_msg("row %td: kind %d, %d expected", i, kind, rows[i].kind);
        }
    }
}

/* A key's own bad signature rejects what another of its lines would prove, in either order; but
 * once it is proved, further lines of it are ignored as Go does. */
static void test_known_and_bad_rejects_the_whole_note(void **state)
{
    (void)state;
    const Str bad = S("\xe2\x80\x94 PeterNeumann "
                      "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
                      "Zb6KE6RyyBwJnAQ=\n");
    const Str short_one = S("\xe2\x80\x94 PeterNeumann x08go/AA\n");
    const Str same_name = S("\xe2\x80\x94 PeterNeumann AAAAAAAA\n"); /* another key hash */
    const struct {
        Str first, second;
        ErrKind kind;
    } rows[] = {
        {bad, S(PETER), ERR_VERIFY},       {S(PETER), bad, ERR_NONE},
        {short_one, S(PETER), ERR_VERIFY}, {S(PETER), S(PETER), ERR_NONE},
        {same_name, S(PETER), ERR_NONE},   {S(ENOCH), bad, ERR_VERIFY},
        {bad, S(ENOCH), ERR_VERIFY},       {S(ENOCH), S(PETER), ERR_NONE},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str msg = str_format(&arena, "%s\n%.*s%.*s", TEXT, STR_ARG(rows[i].first),
                             STR_ARG(rows[i].second));
        assert_int_equal(open_kind(S(PETER_VKEY), msg), rows[i].kind);
    }
}

static Str repeated_note(Str line, isize n)
{
    StrBuf msg = strbuf_init(&arena);
    strbuf_add(&msg, S(TEXT "\n"));
    for (isize i = 0; i < n; i++) {
        strbuf_add(&msg, line);
    }
    return strbuf_str(&msg);
}

static void test_reads_a_hundred_signatures_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(open_kind(S(PETER_VKEY), repeated_note(S(PETER), 100)), ERR_NONE);
    assert_int_equal(open_kind(S(PETER_VKEY), repeated_note(S(PETER), 101)), ERR_FORMAT);
    assert_int_equal(open_kind(S(ENOCH_VKEY), repeated_note(S(PETER), 101)), ERR_FORMAT);
}

static void test_bounds_the_length(void **state)
{
    (void)state;
    StrBuf msg = strbuf_init(&arena);
    while (msg.len <= NOTE_MAX_LEN) {
        strbuf_add(&msg, S("all work and no play\n"));
    }
    assert_int_equal(open_kind(S(PETER_VKEY), strbuf_str(&msg)), ERR_LIMIT);
}

/* Each bit of the signed note but those of what is not read: nothing. */
static void test_any_flipped_bit_is_found(void **state)
{
    (void)state;
    char bytes[] = TEXT "\n" PETER;
    Str msg = {bytes, (isize)sizeof(bytes) - 1};
    for (isize i = 0; i < msg.len * 8; i++) {
        bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << i % 8));
        assert_int_not_equal(open_kind(S(PETER_VKEY), msg), ERR_NONE);
        bytes[i / 8] = (char)(bytes[i / 8] ^ (1 << i % 8));
    }
    assert_int_equal(open_kind(S(PETER_VKEY), msg), ERR_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parses_published_keys),
        cmocka_unit_test(test_rejects_malformed_keys),
        cmocka_unit_test(test_rejects_every_mangled_key),
        cmocka_unit_test(test_opens_published_notes),
        cmocka_unit_test(test_opens_published_heads),
        cmocka_unit_test(test_rejects_notes_that_are_none),
        cmocka_unit_test(test_known_and_bad_rejects_the_whole_note),
        cmocka_unit_test(test_reads_a_hundred_signatures_and_no_more),
        cmocka_unit_test(test_bounds_the_length),
        cmocka_unit_test(test_any_flipped_bit_is_found),
    };
    return cmocka_run_group_tests_name("sumdb_note", tests, make_arena, drop_arena);
}
