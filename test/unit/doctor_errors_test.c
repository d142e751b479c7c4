/*
 * The corpora: texts that must be told apart (test/unit/data/errors/known.tsv: those of the go
 * command as it said them when the fault was planted, and those of public issues as they stand
 * there), lines that are no business of ours (unknown.tsv), and the blind sets: messages that were
 * collected without a look at the patterns (blind_N.tsv; the numbers of BLIND say what was known of
 * each at first sight, before its gaps were closed).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "doctor/check.h"
#include "doctor/diagnose.h"
#include "support/assert_str.h"
#include "support/corpus.h"
#include "support/fixture.h"

#define MIN_KNOWN 190
#define MIN_UNKNOWN 90
#define MIN_PIECE 3

static Str read_corpus(Arena *a, Str name)
{
    Err err;
    Str text;
    Str path = path_join(a, S("test/unit/data/errors"), name);
    assert_int_equal(file_read_all(a, FILE_CWD, path, MIB, &text, &err), FILE_FOUND);
    Str line;
    assert_true(str_next_line(&text, &line)); /* what the file is */
    return text;
}

static Str first_id(const CauseList *causes)
{
    return causes->len > 0 ? causes->ptr[0].row->about.id : S("none");
}

/* Whether the first cause of the text is id; says what it is otherwise. */
static bool has_cause(Str id, Str folded)
{
    Arena a = arena_init(MIB);
    Str text = corpus_unfold(&a, folded);
    CauseList causes = diagnose_text(&a, text);
    bool has = str_eq(first_id(&causes), id);
    if (!has) {
        print_error("%.*s, not %.*s: %.*s\n", STR_ARG(first_id(&causes)), STR_ARG(id),
                    STR_ARG(text));
    }
    arena_done(&a);
    return has;
}

static void test_tells_the_cause_of_every_known_message(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    Str corpus = read_corpus(&a, S("known.tsv"));
    Str line;
    isize n = 0;
    isize n_wrong = 0;
    while (str_next_line(&corpus, &line)) {
        StrCut id = str_cut(line, '\t');
        n_wrong += !has_cause(id.head, str_cut(id.tail, '\t').tail);
        n++;
    }
    assert_int_equal(n_wrong, 0);
    assert_true(n >= MIN_KNOWN);
    arena_done(&a);
}

/* What was said of each set at first sight. */
static const struct {
    Str file;
    isize n_messages, n_right, n_wrong;
} BLIND[] = {
    {STR_CONST("blind_1.tsv"), 94, 53, 3},  {STR_CONST("blind_2.tsv"), 48, 12, 5},
    {STR_CONST("blind_3.tsv"), 108, 70, 8}, {STR_CONST("blind_4.tsv"), 46, 26, 3},
    {STR_CONST("blind_5.tsv"), 53, 43, 3},  {STR_CONST("blind_6.tsv"), 26, 17, 2},
};

static void test_tells_the_cause_of_messages_that_were_collected_blindly(void **state)
{
    (void)state;
    for (isize i = 0; i < COUNT_OF(BLIND); i++) {
        Arena a = arena_init(MIB);
        Str corpus = read_corpus(&a, BLIND[i].file);
        Str line;
        isize n = 0;
        isize n_right = 0;
        isize n_wrong = 0;
        isize n_lost = 0;
        while (str_next_line(&corpus, &line)) {
            StrCut id = str_cut(line, '\t');
            StrCut first = str_cut(id.tail, '\t');
            n++;
            n_right += str_eq(first.head, S("right"));
            n_wrong += str_eq(first.head, S("wrong"));
            n_lost += !has_cause(id.head, str_cut(first.tail, '\t').tail);
        }
        assert_int_equal(n, BLIND[i].n_messages);
        assert_int_equal(n_right, BLIND[i].n_right);
        assert_int_equal(n_wrong, BLIND[i].n_wrong);
        assert_int_equal(n_lost, 0);
        arena_done(&a);
    }
}

static void test_says_nothing_of_what_is_no_matter_of_the_environment(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    Str corpus = read_corpus(&a, S("unknown.tsv"));
    Str line;
    isize n = 0;
    while (str_next_line(&corpus, &line)) {
        Arena each = arena_init(MIB);
        Str text = corpus_unfold(&each, str_cut(line, '\t').tail);
        CauseList causes = diagnose_text(&each, text);
        n++;
        if (causes.len > 0) {
            fail_msg("%.*s: %.*s", STR_ARG(first_id(&causes)), STR_ARG(text));
        }
        arena_done(&each);
    }
    assert_true(n >= MIN_UNKNOWN);
    arena_done(&a);
}

/* ---- the rows ---- */

static bool is_check(Str id)
{
    const Check *check = doctor_next_check((Str){0});
    while (check != NULL && !str_eq(check->about.id, id)) {
        check = doctor_next_check(check->about.id);
    }
    return check != NULL;
}

static void check_pattern(const ErrorRow *row, Str pattern)
{
    assert_true(pattern.len > 0);
    while (pattern.len > 0) {
        StrCut cut = str_cut(pattern, '*');
        pattern = cut.tail;
        if (cut.head.len > 0 && cut.head.len < MIN_PIECE && !str_contains(cut.head, S(":")) &&
            !str_contains(cut.head, S("\""))) {
            fail_msg("%.*s: '%.*s' says nothing", STR_ARG(row->about.id), STR_ARG(cut.head));
        }
    }
}

static void test_rows_are_whole_and_in_order(void **state)
{
    (void)state;
    Str last = {0};
    const ErrorRow *row;
    for (isize i = 0; (row = errors_row(i)) != NULL; i++) {
        const Explanation *e = &row->about;
        assert_true(str_compare(last, e->id) < 0);
        last = e->id;
        assert_true(e->title.len > 0 && e->why.len > 0 && e->cure.len > 0 && e->source.len > 0);
        assert_true(errors_explanation(i) == e);
        Str rest = e->looks_at;
        Str pattern;
        while (errors_next_pattern(&rest, &pattern)) {
            check_pattern(row, pattern);
        }
        rest = row->checks;
        Str id;
        while (str_next_field(&rest, &id)) {
            if (!is_check(id)) {
                fail_msg("%.*s: there is no check %.*s", STR_ARG(e->id), STR_ARG(id));
            }
        }
    }
    assert_null(errors_explanation(1000));
}

static void test_gives_no_unsafe_advice(void **state)
{
    (void)state;
    const Str unsafe[] = {S("GOSUMDB=off"), S("GONOSUMCHECK"),   S("chmod 777"), S("| sh"),
                          S("rm -rf"),      S("GOINSECURE=*"),   S("rm go.sum"), S("-insecure"),
                          S("curl -k"),     S("sslVerify false")};
    const ErrorRow *row;
    for (isize i = 0; (row = errors_row(i)) != NULL; i++) {
        for (isize k = 0; k < COUNT_OF(unsafe); k++) {
            assert_false(str_contains(row->about.cure, unsafe[k]));
        }
    }
}

/* ---- logs ---- */

#define FULL "write /tmp/x: no space left on device\n"
#define VENDOR "go: inconsistent vendoring in /src:\n"

static CauseList diagnose_in_parts(Arena *a, Str log, isize part)
{
    Diagnosis *d = diagnosis_new(a);
    while (log.len > 0) {
        isize n = MIN(part, log.len);
        diagnosis_feed(d, str_to(log, n));
        log = str_from(log, n);
    }
    return diagnosis_end(d);
}

static void test_finds_the_same_however_a_log_is_cut(void **state)
{
    (void)state;
    Str log = S("a\r\n\n" VENDOR "\x1b[31mgo: no \x1b[0mspace\n" FULL VENDOR FULL);
    for (isize part = 1; part <= log.len; part++) {
        Arena a = arena_init(MIB);
        CauseList causes = diagnose_in_parts(&a, log, part);
        assert_int_equal(causes.len, 2);
        assert_str(causes.ptr[0].row->about.id, S("GWE501")); /* the root, though it came later */
        assert_int_equal(causes.ptr[0].line, 5);
        assert_int_equal(causes.ptr[0].count, 2);
        assert_str(causes.ptr[0].text, S("write /tmp/x: no space left on device"));
        assert_int_equal(causes.ptr[1].line, 3);
        assert_int_equal(causes.ptr[1].count, 2);
        assert_null(causes.ptr[1].follows); /* it stood before the root */
        arena_done(&a);
    }
}

static void assert_same_causes(const CauseList *a, const CauseList *b)
{
    assert_int_equal(a->len, b->len);
    for (isize i = 0; i < a->len; i++) {
        assert_ptr_equal(a->ptr[i].row, b->ptr[i].row);
        assert_int_equal(a->ptr[i].line, b->ptr[i].line);
        assert_int_equal(a->ptr[i].count, b->ptr[i].count);
        assert_str(a->ptr[i].text, b->ptr[i].text);
    }
}

/* All corpora one after the other, with what tests print between them: of a large log lines are
 * passed over, of a text at hand only some patterns are looked for. Neither may change anything. */
static void test_finds_the_same_in_a_large_log_and_in_a_text_at_hand(void **state)
{
    (void)state;
    static const Str files[] = {STR_CONST("known.tsv"), STR_CONST("unknown.tsv"),
                                STR_CONST("blind_1.tsv"), STR_CONST("blind_2.tsv"),
                                STR_CONST("blind_3.tsv")};
    Arena a = arena_init(8 * MIB);
    StrBuf log = strbuf_init(&a);
    for (isize k = 0; k < COUNT_OF(files); k++) {
        Str corpus = read_corpus(&a, files[k]);
        Str line;
        while (str_next_line(&corpus, &line)) {
            Str text = corpus_unfold(&a, line);
            strbuf_add(&log, str_format(&a, "=== RUN   Test%.*s\n--- PASS: Test (0.00s)\n%.*s\n",
                                        (int)(log.len % 29), "abcdefghijklmnopqrstuvwxyz0123",
                                        STR_ARG(text)));
        }
    }
    CauseList by_lines = diagnose_in_parts(&a, strbuf_str(&log), 65536);
    CauseList in_parts = diagnose_in_parts(&a, strbuf_str(&log), 1021);
    CauseList at_hand = diagnosis_end(diagnosis_of(&a, strbuf_str(&log)));
    assert_true(by_lines.len > 150);
    assert_same_causes(&by_lines, &at_hand);
    assert_same_causes(&in_parts, &at_hand);
    arena_done(&a);
}

static void test_says_what_may_follow_from_an_earlier_root(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    StrBuf log = strbuf_init(&a);
    strbuf_add(&log, S(FULL));
    for (int i = 0; i < 500; i++) {
        strbuf_add(&log, S("x/link: running gcc failed: exit status 1\n"));
    }
    strbuf_add(&log, S(VENDOR));
    CauseList causes = diagnose_in_parts(&a, strbuf_str(&log), 4096);
    assert_int_equal(causes.len, 3);
    const char *ids[] = {"GWE501", "GWE430", "GWE609"};
    for (isize i = 0; i < 3; i++) {
        assert_str(causes.ptr[i].row->about.id, str_from_c(ids[i]));
    }
    assert_int_equal(causes.ptr[2].count, 500);
    assert_str(causes.ptr[2].follows->about.id, S("GWE501"));
    assert_null(causes.ptr[0].follows);
    arena_done(&a);
}

static Str as_utf16(Arena *a, Str s)
{
    StrBuf b = strbuf_init(a);
    strbuf_add(&b, S("\xff\xfe"));
    for (isize i = 0; i < s.len; i++) {
        strbuf_add_byte(&b, s.ptr[i]);
        strbuf_add_byte(&b, '\0');
    }
    return strbuf_str(&b);
}

static void test_reads_other_forms_of_a_log(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    const struct {
        Str log, id;
    } rows[] = {
        {as_utf16(&a, S("x\r\n" FULL)), S("GWE501")},
        {S("{\"Output\":\"x: \\\"gcc\\\"\\n\\tcgo: C compiler \\\"gcc\\\" not found\\n\"}\n"),
         S("GWE601")},
        {S("\x1b]8;;http://x\x1b\\go: parsing\x1b]8;;\a $GOFLAGS: \x1b[1;31munknown\n"),
         S("GWE304")},
        {S("50%\r70%\rgo: parsing $GOFLAGS: x"), S("GWE304")},
        {S("NO SPACE LEFT ON DEVICE"), S("GWE501")},
        {S("go: cannot use a thing, go: module\nlookup disabled by\n  GOPROXY=off\n"), S("GWE401")},
        {S("cargo: command not found"), S("none")},
        {S("go: command not found"), S("GWE101")},
        {S("zsh: command not found: go"), S("GWE101")},
        {S("zsh: command not found: goreleaser"), S("none")},
        {S("dial tcp: lookup a\n: no such\n host"), S("none")}, /* pieces of three lines */
        {S(""), S("none")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        CauseList causes =
            i == 10 ? diagnose_in_parts(&a, rows[i].log, 7) : diagnose_text(&a, rows[i].log);
        assert_str(first_id(&causes), rows[i].id);
    }
    arena_done(&a);
}

static void test_one_line_has_the_cause_that_is_nearest_to_the_root(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    CauseList causes = diagnose_text(
        &a, S("go: download go1.27.3 for linux/amd64: toolchain not available: Get "
              "\"https://goproxy.example/\": dial tcp: lookup goproxy.example: no such host"));
    assert_int_equal(causes.len, 1);
    assert_str(first_id(&causes), S("GWE402"));
    arena_done(&a);
}

static void test_shows_a_long_line_in_part(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    StrBuf log = strbuf_init(&a);
    for (int i = 0; i < 1000; i++) {
        strbuf_add(&log, S("x "));
    }
    strbuf_add(&log, S("parsing $GOFLAGS: oops "));
    for (int i = 0; i < 1000; i++) {
        strbuf_add(&log, S("y "));
    }
    CauseList causes = diagnose_in_parts(&a, strbuf_str(&log), 100);
    assert_int_equal(causes.len, 1);
    assert_int_equal(causes.ptr[0].text.len, DIAGNOSE_MAX_TEXT);
    assert_true(str_contains(causes.ptr[0].text, S("parsing $GOFLAGS: oops")));
    arena_done(&a);
}

static void test_counts_lines(void **state)
{
    (void)state;
    const struct {
        Str log;
        int64_t lines;
    } rows[] = {{S(""), 0}, {S("a"), 1}, {S("a\n"), 1}, {S("a\nb"), 2}, {S("\n\n"), 2}};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Arena a = arena_init(MIB);
        Diagnosis *d = diagnosis_new(&a);
        diagnosis_feed(d, rows[i].log);
        assert_int_equal(diagnosis_lines(d), rows[i].lines);
        arena_done(&a);
    }
}

static void test_hides_passwords(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    const struct {
        Str text, shown;
    } rows[] = {
        {S("Get \"https://me:s3cret@x.org/a\": EOF"), S("Get \"https://***@x.org/a\": EOF")},
        {S("https://tok@x.org,https://y.org"), S("https://***@x.org,https://y.org")},
        {S("https://a:p@ss@x.org/p@v"), S("https://***@x.org/p@v")},
        {S("https://x.org/m@v1.0.0"), S("https://x.org/m@v1.0.0")},
        {S("mail me@x.org"), S("mail me@x.org")},
        {S("://"), S("://")},
    };
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        assert_str(diagnose_hide_passwords(&a, rows[i].text), rows[i].shown);
    }
    arena_done(&a);
}

static void test_names_the_rows_that_an_unknown_message_resembles(void **state)
{
    (void)state;
    Arena a = arena_init(MIB);
    const ErrorRow *nearest[ERRORS_NEAREST];
    isize n = errors_nearest(a, S("gosumdb: the verifier is bad: invalid key"), nearest);
    assert_int_equal(n, ERRORS_NEAREST);
    assert_str(nearest[0]->about.id, S("GWE410"));
    assert_int_equal(errors_nearest(a, S("\xd0\xb6 qwertz"), nearest), 0);
    assert_int_equal(errors_nearest(a, S(""), nearest), 0);
    arena_done(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tells_the_cause_of_every_known_message),
        cmocka_unit_test(test_tells_the_cause_of_messages_that_were_collected_blindly),
        cmocka_unit_test(test_says_nothing_of_what_is_no_matter_of_the_environment),
        cmocka_unit_test(test_rows_are_whole_and_in_order),
        cmocka_unit_test(test_gives_no_unsafe_advice),
        cmocka_unit_test(test_finds_the_same_however_a_log_is_cut),
        cmocka_unit_test(test_finds_the_same_in_a_large_log_and_in_a_text_at_hand),
        cmocka_unit_test(test_says_what_may_follow_from_an_earlier_root),
        cmocka_unit_test(test_reads_other_forms_of_a_log),
        cmocka_unit_test(test_one_line_has_the_cause_that_is_nearest_to_the_root),
        cmocka_unit_test(test_shows_a_long_line_in_part),
        cmocka_unit_test(test_counts_lines),
        cmocka_unit_test(test_hides_passwords),
        cmocka_unit_test(test_names_the_rows_that_an_unknown_message_resembles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
