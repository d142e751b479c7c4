/*
 * GOFLAGS: its words, and what the go command of a release takes for a flag.
 *
 * The words are parted as cmd/internal/quoted does it: quotes count around a whole word only, and
 * there is no escape ('-ldflags=-s -w' is one word, -ldflags='-s -w' is two). Before Go 1.20 quotes
 * meant nothing.
 */
#ifndef DOCTOR_GOFLAGS_H
#define DOCTOR_GOFLAGS_H

#include "doctor/context.h"

typedef enum {
    FLAG_NONE,
    FLAG_BOOL, /* to each command that has it */
    FLAG_TEXT, /* needs a value, in each command that has it */
    FLAG_ANY,  /* of commands that do not agree, or of one that is seldom used */
} FlagKind;

typedef struct {
    Str name;  /* without dashes */
    Str since; /* first Go that has it: "1.21"; empty: before 1.20 */
    FlagKind kind;
} GoFlag;

/* NULL for a name that no known Go takes. All flags that a Go had, its successors have. */
const GoFlag *goflag_find(Arena *a, Str name);
/* The flag of a known Go whose name is most like it; empty when none is. */
Str goflag_nearest(Arena *a, Str name);
/* The newest release that the table knows: "1.27". */
Str goflag_newest(void);

typedef struct {
    Str word;
    Str name;  /* without dashes; empty when the word is no flag */
    Str value; /* after '=' */
    bool has_value;
} GoFlagWord;

typedef enum {
    GOFLAG_END,
    GOFLAG_WORD,
    GOFLAG_UNTERMINATED, /* a quote that nothing closes; the word begins with it */
} GoFlagNext;

/* Takes the next word off *rest. */
GoFlagNext goflags_next(Str *rest, bool has_quotes, GoFlagWord *ret);
/* The same for any list that the go command splits so: "-s -w" of -ldflags. */
GoFlagNext goflags_next_quoted(Str *rest, bool has_quotes, Str *ret_word);

/* The last word of that name; false when there is none. */
bool goflags_last(const Doctor *d, const Variable *goflags, Str name, GoFlagWord *ret);
/* Whether the Go in use reads quotes. */
bool goflags_have_quotes(const Doctor *d);
/* GOFLAGS without one of its words, for the remedy. */
Str goflags_without(Doctor *d, const Variable *goflags, Str word);
/* Whether strconv.ParseBool takes it. */
bool goflags_is_bool(Str value, bool *ret);

#endif
