/* See goflags.h. What a value may be is what the commands of Go 1.27 say to each. */
#include "go/env/goflags.h"

#include "base/strbuf.h"

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

bool goflag_is_bool(Str value, bool *ret)
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

static Str list_words(Arena *a, Str words)
{
    Str word;
    StrBuf b = strbuf_init(a);
    while (str_next_field(&words, &word)) {
        strbuf_add(&b, b.len > 0 ? S(", ") : (Str){0});
        strbuf_add(&b, word);
    }
    return strbuf_str(&b);
}

/* A flag with a few words for values; the empty one is not among them. */
static const struct {
    Str name, values;
    bool may_be_empty;
} choices[] = {
    {STR_CONST("mod"), STR_CONST("mod readonly vendor"), true},
    {STR_CONST("compiler"), STR_CONST("gc gccgo"), false},
    {STR_CONST("covermode"), STR_CONST("set count atomic"), true},
    {STR_CONST("buildmode"), STR_CONST("archive c-archive c-shared default exe pie plugin shared"),
     false},
    {STR_CONST("buildvcs"), STR_CONST("auto 1 t T true TRUE True 0 f F false FALSE False"), true},
};

/* "-s -w", or "pattern=-s -w" of -gcflags and its kin (PerPackageFlag.set of cmd/go). */
static bool check_tool_flags(Arena *a, Str value, Str *ret_why)
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
        *ret_why = str_format(a, "nothing closes the quote of %.*s", STR_ARG(word));
    }
    return next == GOFLAG_END;
}

/* A number above zero in any form of Go's: "4", "+4", "0x4", "1_0". Zero in another form than the
 * plain one, and what such a form may not hold, is left to go. */
static bool is_count(Str value)
{
    str_eat_prefix(&value, S("+"));
    isize n = 0;
    while (n < value.len && value.ptr[n] >= '0' && value.ptr[n] <= '9') {
        n++;
    }
    return n > 0 && !str_eq(value, S("0")) &&
           (n == value.len || str_index_byte(S("_xXoObB"), value.ptr[n]) >= 0);
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

static bool check_choice(Arena *a, const GoFlagWord *word, Str *ret_why)
{
    for (isize i = 0; i < COUNT_OF(choices); i++) {
        bool is_it = str_eq(choices[i].name, word->name) && word->has_value;
        bool is_fine = (choices[i].may_be_empty && word->value.len == 0) ||
                       is_among(choices[i].values, word->value);
        if (is_it && !is_fine) {
            *ret_why = str_concat(a, S("its values are "), list_words(a, choices[i].values));
            return false;
        }
    }
    return true;
}

bool goflag_check_value(Arena *a, const GoFlagWord *word, const GoFlag *flag, Str *ret_why)
{
    bool ignored;
    if (str_eq(word->name, S("C"))) {
        *ret_why = S("it can only be the first word of a command");
    } else if (flag->kind == GOFLAG_TEXT && !word->has_value) {
        *ret_why =
            str_format(a, "it needs a value in the same word: -%.*s=...", STR_ARG(word->name));
    } else if (flag->kind == GOFLAG_BOOL && word->has_value &&
               !goflag_is_bool(word->value, &ignored)) {
        *ret_why = S("its values are true and false");
    } else if (str_eq(word->name, S("p")) && !is_count(word->value)) {
        *ret_why = S("it takes a number above zero");
    } else if (str_eq(word->name, S("modfile")) && word->value.len > 0 &&
               !str_ends_with(word->value, S(".mod"))) {
        *ret_why = S("the name has to end in .mod");
    } else if (is_among(S("ldflags gcflags asmflags gccgoflags"), word->name)) {
        return check_tool_flags(a, word->value, ret_why);
    } else if (str_eq(word->name, S("tags"))) {
        return check_tags(word->value, ret_why);
    } else {
        return check_choice(a, word, ret_why);
    }
    return false;
}
