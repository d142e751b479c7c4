/*
 * GWD044: can the go command read GOFLAGS at all? One word that is no flag, and every command but
 * `go env` and `go bug` stops, `go version` too; a value that a flag does not take stops those that
 * have the flag. The rules are InitGOFLAGS and SetFromGOFLAGS of cmd/go/internal/base.
 */
#include "doctor/goflags.h"

#include "base/strbuf.h"
#include "go/mod/quote.h"

#define MAX_FOUND 16 /* findings about GOFLAGS: more are noise */

/* ---- words ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

GoFlagNext goflags_next_quoted(Str *rest, bool has_quotes, Str *ret_word)
{
    while (rest->len > 0 && is_space(rest->ptr[0])) {
        *rest = str_from(*rest, 1);
    }
    if (rest->len == 0) {
        return GOFLAG_END;
    }
    char quote = rest->ptr[0];
    if (has_quotes && (quote == '"' || quote == '\'')) {
        StrCut cut = str_cut(str_from(*rest, 1), quote);
        *ret_word = cut.found ? cut.head : *rest;
        *rest = cut.tail;
        return cut.found ? GOFLAG_WORD : GOFLAG_UNTERMINATED;
    }
    isize n = 0;
    while (n < rest->len && !is_space(rest->ptr[n])) {
        n++;
    }
    *ret_word = str_to(*rest, n);
    *rest = str_from(*rest, n);
    return GOFLAG_WORD;
}

/* The name of a word "-name", "--name=value"; empty when it is none. */
static Str name_of(Str word)
{
    if (!str_eat_prefix(&word, S("-"))) {
        return (Str){0};
    }
    str_eat_prefix(&word, S("-"));
    return word.len == 0 || word.ptr[0] == '-' ? (Str){0} : str_cut(word, '=').head;
}

GoFlagNext goflags_next(Str *rest, bool has_quotes, GoFlagWord *ret)
{
    Str word;
    GoFlagNext next = goflags_next_quoted(rest, has_quotes, &word);
    if (next != GOFLAG_END) {
        StrCut cut = str_cut(word, '=');
        *ret = (GoFlagWord){word, name_of(word), cut.tail, cut.found};
    }
    return next;
}

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

bool goflags_is_bool(Str value, bool *ret)
{
    static const Str words[] = {STR_CONST("1"),     STR_CONST("t"),     STR_CONST("T"),
                                STR_CONST("true"),  STR_CONST("TRUE"),  STR_CONST("True"),
                                STR_CONST("0"),     STR_CONST("f"),     STR_CONST("F"),
                                STR_CONST("false"), STR_CONST("FALSE"), STR_CONST("False")};
    for (isize i = 0; i < COUNT_OF(words); i++) {
        if (str_eq(words[i], value)) {
            *ret = i < COUNT_OF(words) / 2;
            return true;
        }
    }
    return false;
}

/* ---- values ---- */

/* Whether it is one of words, parted by spaces. */
static bool is_among(Str words, Str value)
{
    Str word;
    while (str_next_field(&words, &word)) {
        if (str_eq(word, value)) {
            return true;
        }
    }
    return false;
}

/* A flag with a few words for values; the empty one is not among them. */
static const struct {
    Str name, values;
    bool may_be_empty;
} choices[] = {
    {STR_CONST("mod"), STR_CONST("mod readonly vendor"), true},
    {STR_CONST("compiler"), STR_CONST("gc gccgo"), false},
    {STR_CONST("covermode"), STR_CONST("set count atomic"), false},
    {STR_CONST("buildmode"), STR_CONST("archive c-archive c-shared default exe pie plugin shared"),
     false},
    {STR_CONST("buildvcs"), STR_CONST("auto 1 t T true TRUE True 0 f F false FALSE False"), false},
};

/* "-s -w", or "pattern=-s -w" of -gcflags and its kin (PerPackageFlag.set of cmd/go). */
static bool check_tool_flags(Doctor *d, Str value, Str *ret_why)
{
    value = str_trim(value);
    if (value.len > 0 && value.ptr[0] != '-') {
        StrCut cut = str_cut(value, '=');
        if (!cut.found || cut.head.len == 0 || value.ptr[0] == '\'' || value.ptr[0] == '"') {
            *ret_why = S("its value has to begin with '-', or to be PATTERN=FLAGS");
            return false;
        }
        value = cut.tail;
    }
    Str word;
    GoFlagNext next;
    while ((next = goflags_next_quoted(&value, true, &word)) == GOFLAG_WORD) {
    }
    if (next == GOFLAG_UNTERMINATED) {
        *ret_why = str_format(d->arena, "nothing closes the quote of %.*s", STR_ARG(word));
    }
    return next == GOFLAG_END;
}

/* Words parted by spaces are an old form, which knows no comma. */
static bool check_tags(Str value, Str *ret_why)
{
    bool is_old = str_index_byte(value, ' ') >= 0 || str_index_byte(value, '\'') >= 0;
    if (is_old && str_index_byte(value, ',') >= 0) {
        *ret_why = S("tags are parted by commas alone");
        return false;
    }
    return true;
}

static bool check_choice(Doctor *d, const GoFlagWord *word, Str *ret_why)
{
    for (isize i = 0; i < COUNT_OF(choices); i++) {
        bool is_it = str_eq(choices[i].name, word->name) && word->has_value;
        bool is_fine = (choices[i].may_be_empty && word->value.len == 0) ||
                       is_among(choices[i].values, word->value);
        if (is_it && !is_fine) {
            *ret_why = str_format(d->arena, "its values are %.*s", STR_ARG(choices[i].values));
            return false;
        }
    }
    return true;
}

static bool check_value(Doctor *d, const GoFlagWord *word, const GoFlag *flag, Str *ret_why)
{
    bool ignored;
    int64_t number;
    if (str_eq(word->name, S("C"))) {
        *ret_why = S("it can only be the first word of a command");
    } else if (flag->kind == FLAG_TEXT && !word->has_value) {
        *ret_why = str_format(d->arena, "it needs a value in the same word: -%.*s=...",
                              STR_ARG(word->name));
    } else if (flag->kind == FLAG_BOOL && word->has_value &&
               !goflags_is_bool(word->value, &ignored)) {
        *ret_why = S("its values are true and false");
    } else if (str_eq(word->name, S("p")) &&
               (!str_parse_decimal(word->value, INT32_MAX, &number) || number == 0)) {
        *ret_why = S("it takes a number above zero");
    } else if (str_eq(word->name, S("modfile")) && !str_ends_with(word->value, S(".mod"))) {
        *ret_why = S("the name has to end in .mod");
    } else if (is_among(S("ldflags gcflags asmflags gccgoflags"), word->name)) {
        return check_tool_flags(d, word->value, ret_why);
    } else if (str_eq(word->name, S("tags"))) {
        return check_tags(word->value, ret_why);
    } else {
        return check_choice(d, word, ret_why);
    }
    return false;
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
    const GoFlag *flag = goflag_find(d->arena, word->name);
    return word->name.len > 0 && flag != NULL && !doctor_go_is_before(d, flag->since) &&
           check_value(d, word, flag, &ignored);
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
    bool is_known_go = d->in->version.len > 0 && doctor_go_is_before(d, S("1.28"));
    Str nearest = flag == NULL ? goflag_nearest(d->arena, word->name) : (Str){0};
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
    const GoFlag *flag = goflag_find(d->arena, word->name);
    Str why = {0};
    if (word->name.len == 0) {
        find_no_flag(d, f, word, before);
    } else if (flag == NULL || doctor_go_is_before(d, flag->since)) {
        find_unknown_flag(d, f, word, flag);
    } else if (!check_value(d, word, flag, &why)) {
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
