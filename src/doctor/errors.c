/*
 * The rows, and which of them an unknown message resembles.
 *
 * Resemblance is counted in words: each word of a row's patterns that the message has counts one
 * over the number of rows that have it, so that "GOSUMDB" tells much and "cannot" nearly nothing.
 */
#include "doctor/errors.h"

#include "base/map.h"
#include "base/vec.h"

#define MIN_WORD 3   /* bytes; shorter words tell nothing */
#define MAX_WORD 64  /* longer ones are cut */
#define ONE 1000000L /* what a word counts that only one row has */

#define ERROR_ROW(number, how_deep, headline, messages, reason, remedy, confirmed_by, decided_by, \
                  said_by, origin)                                                                \
    {                                                                                             \
        .about = {.id = STR_CONST("GWE" #number),                                                 \
                  .title = STR_CONST(headline),                                                   \
                  .severity = SEVERITY_ERROR,                                                     \
                  .looks_at = STR_CONST(messages),                                                \
                  .why = STR_CONST(reason),                                                       \
                  .cure = STR_CONST(remedy),                                                      \
                  .since = STR_CONST("0.1.0"),                                                    \
                  .source = STR_CONST(origin)},                                                   \
        .depth = ERROR_##how_deep,                                                                \
        .checks = STR_CONST(confirmed_by),                                                        \
        .variables = STR_CONST(decided_by),                                                       \
        .go = STR_CONST(said_by),                                                                 \
    },

static const ErrorRow rows[] = {
#include "doctor/errors_which.def"

#include "doctor/errors_version.def"

#include "doctor/errors_setting.def"

#include "doctor/errors_module.def"

#include "doctor/errors_fetch.def"

#include "doctor/errors_disk.def"

#include "doctor/errors_cgo.def"

#include "doctor/errors_link.def"

#include "doctor/errors_system.def"

#include "doctor/errors_project.def"
};

const ErrorRow *errors_row(isize i)
{
    return i < COUNT_OF(rows) ? &rows[i] : NULL;
}

const Explanation *errors_explanation(isize i)
{
    return i < COUNT_OF(rows) ? &rows[i].about : NULL;
}

bool errors_next_pattern(Str *rest, Str *ret)
{
    if (rest->len == 0) {
        return false;
    }
    Str separator = S(ERRORS_SEPARATOR);
    isize at = str_index(*rest, separator);
    *ret = at < 0 ? *rest : str_to(*rest, at);
    *rest = at < 0 ? (Str){0} : str_from(*rest, at + separator.len);
    return true;
}

/* ---- resemblance ---- */

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Takes the next word off *rest, in small letters, which *ret lies in. */
static bool next_word(char small[static MAX_WORD], Str *rest, Str *ret)
{
    for (;;) {
        isize from = 0;
        while (from < rest->len && !is_word_byte(rest->ptr[from])) {
            from++;
        }
        isize to = from;
        while (to < rest->len && is_word_byte(rest->ptr[to])) {
            to++;
        }
        Str word = str_slice(*rest, from, MIN(to, from + MAX_WORD));
        *rest = str_from(*rest, to);
        if (word.len == 0) {
            return false;
        }
        if (word.len >= MIN_WORD) {
            for (isize i = 0; i < word.len; i++) {
                bool is_capital = word.ptr[i] >= 'A' && word.ptr[i] <= 'Z';
                small[i] = (char)(is_capital ? word.ptr[i] - 'A' + 'a' : word.ptr[i]);
            }
            *ret = (Str){small, word.len};
            return true;
        }
    }
}

/* A word of the message that is looked up, and who has it. */
typedef struct {
    isize n_rows;
    isize last_row; /* that has it, from 1 */
} Asked;

typedef VEC(Asked) AskedList;

/* That a row has a word. */
typedef struct {
    isize row, word;
} Hit;

typedef VEC(Hit) HitList;

/* The different words of a text, numbered in *ret_numbers. */
static AskedList words_of(Arena *a, Str text, Map *ret_numbers)
{
    AskedList words = {0};
    char small[MAX_WORD];
    Str word;
    while (next_word(small, &text, &word)) {
        if (map_get(ret_numbers, word) == NULL) {
            *map_put(ret_numbers, str_copy(a, word), NULL) = words.len;
            *VEC_PUSH(a, &words) = (Asked){0};
        }
    }
    return words;
}

/* Which row has which of the words. */
static HitList find_hits(Arena *a, const Map *numbers, AskedList words)
{
    HitList hits = {0};
    for (isize i = 0; i < COUNT_OF(rows); i++) {
        Str rest = rows[i].about.looks_at;
        char small[MAX_WORD];
        Str word;
        while (next_word(small, &rest, &word)) {
            const isize *number = map_get(numbers, word);
            if (number != NULL && words.ptr[*number].last_row != i + 1) {
                words.ptr[*number].last_row = i + 1;
                words.ptr[*number].n_rows++;
                *VEC_PUSH(a, &hits) = (Hit){.row = i, .word = *number};
            }
        }
    }
    return hits;
}

/* Puts row where its score belongs; a row that stands first keeps its place among equals. */
static void place(const ErrorRow *row, long score, const ErrorRow *rows_by[static ERRORS_NEAREST],
                  long scores[static ERRORS_NEAREST])
{
    for (isize i = 0; i < ERRORS_NEAREST; i++) {
        if (score > scores[i]) {
            for (isize k = ERRORS_NEAREST - 1; k > i; k--) {
                scores[k] = scores[k - 1];
                rows_by[k] = rows_by[k - 1];
            }
            scores[i] = score;
            rows_by[i] = row;
            return;
        }
    }
}

isize errors_nearest(Arena scratch, Str text, const ErrorRow *ret[static ERRORS_NEAREST])
{
    Map numbers = map_init(&scratch);
    AskedList words = words_of(&scratch, text, &numbers);
    HitList hits = find_hits(&scratch, &numbers, words);
    long scores[ERRORS_NEAREST] = {0};
    for (isize k = 0; k < hits.len;) {
        isize row = hits.ptr[k].row;
        long score = 0;
        for (; k < hits.len && hits.ptr[k].row == row; k++) {
            score += ONE / (long)words.ptr[hits.ptr[k].word].n_rows;
        }
        place(&rows[row], score, ret, scores);
    }
    isize n = 0;
    while (n < ERRORS_NEAREST && scores[n] > 0) {
        n++;
    }
    return n;
}
