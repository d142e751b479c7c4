/*
 * GWD044: can the go command read GOFLAGS at all? One word that is no flag, and every command but
 * `go env` and `go bug` stops, `go version` too; a value that a flag does not take stops those that
 * have the flag. The rules are InitGOFLAGS and SetFromGOFLAGS of cmd/go/internal/base.
 */
#include "doctor/goflags.h"

#include "base/strbuf.h"
#include "go/mod/quote.h"

#define MAX_FOUND 16 /* findings about GOFLAGS: more are noise */

bool goflags_have_quotes(const Doctor *d)
{
    return !doctor_go_is_before(d, S("1.20"));
}

bool goflags_last(const Doctor *d, const Variable *goflags, Str name, GoFlagWord *ret)
{
    Str rest = goflags->got.value;
    GoFlagWord word;
    bool found = false;
    while (goflags_next(&rest, goflags_have_quotes(d), &word) == GOFLAG_WORD) {
        if (str_eq(word.name, name)) {
            *ret = word;
            found = true;
        }
    }
    return found;
}

/* Adds a word in the form in which GOFLAGS holds it. */
static void add_word(StrBuf *b, Str word)
{
    Str quote = str_index_byte(word, ' ') < 0    ? (Str){0}
                : str_index_byte(word, '\'') < 0 ? S("'")
                                                 : S("\"");
    strbuf_add_format(b, "%s%.*s%.*s%.*s", b->len > 0 ? " " : "", STR_ARG(quote), STR_ARG(word),
                      STR_ARG(quote));
}

Str goflags_without(Doctor *d, const Variable *goflags, Str word)
{
    Str rest = goflags->got.value;
    GoFlagWord other;
    StrBuf b = strbuf_init(d->arena);
    while (goflags_next(&rest, goflags_have_quotes(d), &other) == GOFLAG_WORD) {
        if (!str_eq(other.word, word)) {
            add_word(&b, other.word);
        }
    }
    return strbuf_str(&b);
}

/* ---- the check ---- */

/* GOFLAGS, and what of it a go command takes. */
typedef struct {
    Variable v;
    Str good;
} Flags;

static bool is_good(Doctor *d, const GoFlagWord *word)
{
    Str ignored;
    GoFlag flag;
    return word->name.len > 0 && goflag_find(word->name, &flag) &&
           !doctor_go_is_before(d, flag.since) &&
           goflag_check_value(d->arena, word, &flag, &ignored);
}

static Str good_words(Doctor *d, Str value)
{
    GoFlagWord word;
    StrBuf b = strbuf_init(d->arena);
    while (goflags_next(&value, goflags_have_quotes(d), &word) == GOFLAG_WORD) {
        if (is_good(d, &word)) {
            add_word(&b, word.word);
        }
    }
    return strbuf_str(&b);
}

static void find_no_flag(Doctor *d, const Flags *f, const GoFlagWord *word, Str before)
{
    Str why = before.len > 0
                  ? str_format(d->arena, "; quotes go around the whole word: '%.*s %.*s'",
                               STR_ARG(before), STR_ARG(word->word))
                  : (Str){0};
    doctor_find_variable(d, SEVERITY_ERROR, &f->v, f->good,
                         "no go command runs: GOFLAGS has the word %.*s, which is no flag%.*s",
                         STR_ARG(quote_go(d->arena, word->word)), STR_ARG(why));
}

static void find_unknown_flag(Doctor *d, const Flags *f, const GoFlagWord *word, const GoFlag *flag)
{
    /* A Go that is newer than the table may have got the flag. */
    bool is_known_go = d->in->version.len > 0 && doctor_go_is_before(d, GOFLAGS_UNKNOWN_GO);
    Str nearest = flag == NULL ? goflag_nearest(word->name) : (Str){0};
    Str more = {0};
    if (flag != NULL) {
        more = str_format(d->arena, ", it came with Go %.*s", STR_ARG(flag->since));
    } else if (nearest.len > 0) {
        more = str_format(d->arena, "; its name is -%.*s", STR_ARG(nearest));
    }
    doctor_find_variable(d, is_known_go ? SEVERITY_ERROR : SEVERITY_WARN, &f->v, f->good,
                         "%s: GOFLAGS has -%.*s, which %.*s does not have%.*s",
                         is_known_go ? "no go command runs" : "no go command may run",
                         STR_ARG(word->name), STR_ARG(doctor_go_name(d)), STR_ARG(more));
}

static void check_word(Doctor *d, const Flags *f, const GoFlagWord *word, Str before)
{
    GoFlag flag;
    bool is_known = goflag_find(word->name, &flag);
    Str why = {0};
    if (word->name.len == 0) {
        find_no_flag(d, f, word, before);
    } else if (!is_known || doctor_go_is_before(d, flag.since)) {
        find_unknown_flag(d, f, word, is_known ? &flag : NULL);
    } else if (!goflag_check_value(d->arena, word, &flag, &why)) {
        doctor_find_variable(d, SEVERITY_ERROR, &f->v, f->good,
                             "builds fail: GOFLAGS has %.*s; %.*s", STR_ARG(word->word),
                             STR_ARG(why));
    }
}

static bool check_flags(Doctor *d, Err *err)
{
    (void)err;
    Flags f = {.v = doctor_variable(d, S("GOFLAGS"))};
    Str rest = f.v.got.value, before = {0};
    f.good = good_words(d, rest);
    GoFlagWord word;
    GoFlagNext next;
    isize already = d->findings.len;
    while ((next = goflags_next(&rest, goflags_have_quotes(d), &word)) == GOFLAG_WORD &&
           d->findings.len - already < MAX_FOUND) {
        check_word(d, &f, &word, before);
        before = word.has_value ? word.word : (Str){0};
    }
    if (next == GOFLAG_UNTERMINATED) {
        doctor_find_variable(d, SEVERITY_ERROR, &f.v, f.good,
                             "no go command runs: nothing closes the quote before %.*s in GOFLAGS",
                             STR_ARG(word.word));
    }
    return true;
}

static const Check rows[] = {
    {
        .about =
            {
                .id = STR_CONST("GWD044"),
                .title = STR_CONST("GOFLAGS holds flags of this Go"),
                .severity = SEVERITY_ERROR,
                .looks_at = STR_CONST("GOFLAGS, from the environment, the go env file or go.env"),
                .why = STR_CONST(
                    "Every word has to be a flag that some go command has. One that is not, and "
                    "none of them runs: 'parsing $GOFLAGS: non-flag \"-w\"'. go env -w takes such "
                    "a value without a word. Values stand in the same word, after '='; quotes "
                    "count around a whole word only: GOFLAGS=\"'-ldflags=-s -w'\", since Go 1.20. "
                    "A flag that a command does not have is passed over, a value that it does not "
                    "take stops it."),
                .cure = STR_CONST("go env -u GOFLAGS, which works even then; unset GOFLAGS"),
                .since = STR_CONST("0.1.0"),
                .source = STR_CONST("func InitGOFLAGS of cmd/go/internal/base"),
            },
        .run = check_flags,
    },
};

const CheckGroup doctor_goflags = {rows, COUNT_OF(rows)};
